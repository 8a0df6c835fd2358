"""The county's circulars (通报): how the work stands, and what a spot check found."""

from reports.snapshot_schema import CountySnapshot, SpotCheckRow
from reports.writing import inspection, standing
from reports.writing.charts import county_charts
from reports.writing.figures import county_figures, period_figures
from reports.writing.letter import Annex, Letter, Part, Section, TypesettingError, labelled
from reports.writing.wording import reason, told_until


def spot_check_letter(snapshot: CountySnapshot) -> Letter:
    """抽查通报: the standing of the work, what the check found, what is wrong, what is asked for."""
    check = snapshot["spot_check"]
    if check is None:
        raise TypesettingError("抽查通报的快照中没有抽查结果，请重新生成报告。")
    findings = check["findings"]
    wrong = [
        *inspection.problem_part(findings),
        *standing.overdue_part(snapshot["overdue"]),
        *standing.missing_by_unit(snapshot),
    ]
    found = [Part(inspection.drawing(check), "抽样方法"), Part(inspection.outcomes(check), "核查结果")]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实情况进行了抽查。现将截至{told_until(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("抽查情况", found),
            Section("存在问题", wrong or [Part([f"本次抽查未发现问题，{standing.no_problems(snapshot['totals'])}"])]),
            Section(
                "下一步工作要求", standing.demands(snapshot["totals"], problems=bool(inspection.problems(findings)))
            ),
        ],
        annexes=_spot_check_annexes(snapshot, check),
    )


def _spot_check_annexes(snapshot: CountySnapshot, check: SpotCheckRow) -> list[Annex]:
    printed = [
        standing.unit_annex(snapshot),
        inspection.findings_annex(check),
        *inspection.strata_annex(check),
        *standing.overdue_annex(snapshot["overdue"]),
        *county_charts(snapshot),
    ]
    return [*labelled(printed), *inspection.strata_data(check), county_figures(snapshot)]


def progress_letter(snapshot: CountySnapshot) -> Letter:
    """全县进展情况: the standing of the work and what is late."""
    late = [*standing.overdue_part(snapshot["overdue"]), *standing.missing_by_unit(snapshot)]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实进展进行了汇总。现将截至{told_until(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", late or [Part([standing.no_problems(snapshot["totals"])])]),
            Section("下一步工作要求", standing.demands(snapshot["totals"], problems=False)),
        ],
        annexes=[
            *labelled(
                [standing.unit_annex(snapshot), *standing.overdue_annex(snapshot["overdue"]), *county_charts(snapshot)]
            ),
            county_figures(snapshot),
            *period_figures(snapshot),
        ],
    )


def _standing(snapshot: CountySnapshot) -> list[Part]:
    parts = [
        Part([*standing.overall(snapshot), *standing.by_part(snapshot["by_part"])], "工作要点落实进展"),
        Part(standing.by_unit(snapshot["by_unit"]), "各单位任务办理情况"),
        Part(standing.reporting(snapshot["totals"]), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]
