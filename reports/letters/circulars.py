"""The county's circulars (通报): how the work stands, and what a spot check found."""

from collections.abc import Sequence
from dataclasses import replace

from reports.letters import status_paragraphs
from reports.letters.charts import county_charts
from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, TypesettingError, labelled
from reports.letters.status_paragraphs import (
    MOST_ITEMS,
    QUOTED,
    counted_by_unit,
    county_figures,
    in_table,
    period_figures,
)
from reports.letters.wording import day, excerpt, quoted, reason, told_until
from reports.snapshots.schema import CountySnapshot, FindingRow, SpotCheckRow, Stratum

# What a spot check (抽查) found: how the sample was drawn, the outcomes, and the problems to be put right.

LONGEST_NOTE = 200  # characters told within the text; the annex's CSV has the whole
MOST_STRATA = 6  # told within the sentence; more stand in an annex


def drawing(check: SpotCheckRow) -> list[str]:
    """How the sample came about, so that anybody can draw it again."""
    return [
        f"{day(check['drawn_on'])}，从{check['population']}项次工作任务中随机抽取{check['size']}项次进行核查。{_layers(check['strata'])}"
        f"抽样种子为“{check['seed']}”：各层任务按“种子:任务编号”的SHA-256值从小到大排列，依次取前若干项，任何人均可据此复核。"
    ]


def _layers(strata: Sequence[Stratum]) -> str:
    """How much was drawn from which stratum; what nothing was drawn from is only counted."""
    if len(strata) < 2:
        return ""
    if len(strata) > MOST_STRATA:
        return f"按{len(strata)}层分别抽取，分层情况见附件。"
    drawn = [f"{row['name']}{row['population']}项次中抽取{row['drawn']}项次" for row in strata if row["drawn"]]
    rest = f"；其余{len(strata) - len(drawn)}层未抽到任务" if len(drawn) < len(strata) else ""
    return f"按{len(strata)}层分别抽取：{'、'.join(drawn)}{rest}。"


def strata_annex(check: SpotCheckRow) -> list[Annex]:
    """抽样分层情况表; none where the text tells the strata."""
    return [_strata(check)] if len(check["strata"]) > MOST_STRATA else []


def strata_data(check: SpotCheckRow) -> list[Annex]:
    """The same as data, where the text tells the strata."""
    return [] if len(check["strata"]) > MOST_STRATA else [replace(_strata(check), label="数据", is_printed=False)]


def _strata(check: SpotCheckRow) -> Annex:
    rows = [(at, row["name"], row["population"], row["drawn"]) for at, row in enumerate(check["strata"], start=1)]
    table = LetterTable(("序号", "分层", "任务项次", "抽取项次"), rows)
    return Annex("抽样分层情况表", "strata", table, table, ("", "合计", check["population"], check["size"]))


def outcomes(check: SpotCheckRow) -> list[str]:
    counted = "、".join(f"{row['label']}{row['count']}项次" for row in check["outcomes"] if row["count"])
    open_ = check["size"] - check["inspected"]
    rest = f"，尚有{open_}项次正在核查" if open_ > 0 else ""
    if not check["inspected"]:
        return ["抽取的任务正在核查，还没有结论。具体情况见附件。"]
    return [
        f"抽取的任务中已核查{check['inspected']}项次{rest}。{f'核查结果为：{counted}。' if counted else ''}具体情况见附件。"
    ]


def problems(findings: Sequence[FindingRow]) -> list[FindingRow]:
    return [row for row in findings if row["problem"]]


def problem_part(findings: Sequence[FindingRow]) -> list[LetterPart]:
    """抽查发现的问题: counted by outcome and unit; told one by one while they are few."""
    rows = problems(findings)
    if not rows:
        return []
    labels = dict.fromkeys(row["label"] for row in rows)
    counted = [
        f"{label}的涉及{counted_by_unit(row['unit'] for row in rows if row['label'] == label)}" for label in labels
    ]
    summary = f"抽查发现问题{len(rows)}项次。其中，{'；'.join(counted)}。"
    if len(rows) > MOST_ITEMS:
        return [LetterPart([f"{summary}具体问题和整改期限见附件。"], "抽查发现的问题")]
    told = [_problem(at if len(rows) > 1 else 0, row) for at, row in enumerate(rows, start=1)]
    return [LetterPart([summary, *told], "抽查发现的问题")]


def _problem(at: int, row: FindingRow) -> str:
    """Under its number where there are several."""
    note = f"{excerpt(row['note'], limit=LONGEST_NOTE).rstrip('。')}。" if row["note"] else ""
    until = f"应于{day(row['rectify_by'])}前完成整改。" if row["rectify_by"] else ""
    number = f"{at}. " if at else ""
    return f"{number}{row['unit']}：{quoted(excerpt(row['requirement']))}核查结果为{row['label']}。{note}{until}"


def findings_annex(check: SpotCheckRow) -> Annex:
    """抽查结果表: one row for each drawn assignment."""
    columns = ("序号", "任务编号", "责任单位", "要点", "工作要求", "核查结果", "情况说明", "整改期限")
    short, full = (
        LetterTable(columns, [_cells(row, text(row["requirement"])) for row in check["findings"]])
        for text in (in_table, str)
    )
    return Annex("抽查结果表", "findings", short, full, note=QUOTED)


def _cells(row: FindingRow, requirement: str) -> tuple[str | int, ...]:
    outcome, until = row["label"] or "核查中", row["rectify_by"] or ""
    return (row["number"], row["key"], row["unit"], row["point"], requirement, outcome, row["note"], until)


def spot_check_letter(snapshot: CountySnapshot) -> Letter:
    """抽查通报: the standing of the work, what the check found, what is wrong, what is asked for."""
    check = snapshot["spot_check"]
    if check is None:
        raise TypesettingError("抽查通报的快照中没有抽查结果，请重新生成报告。")
    findings = check["findings"]
    wrong = [
        *problem_part(findings),
        *status_paragraphs.overdue_part(snapshot["overdue"]),
        *status_paragraphs.missing_by_unit(snapshot),
    ]
    found = [LetterPart(drawing(check), "抽样方法"), LetterPart(outcomes(check), "核查结果")]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实情况进行了抽查。现将截至{told_until(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("抽查情况", found),
            Section(
                "存在问题",
                wrong or [LetterPart([f"本次抽查未发现问题，{status_paragraphs.no_problems(snapshot['totals'])}"])],
            ),
            Section("下一步工作要求", status_paragraphs.demands(snapshot["totals"], problems=bool(problems(findings)))),
        ],
        annexes=_spot_check_annexes(snapshot, check),
    )


def _spot_check_annexes(snapshot: CountySnapshot, check: SpotCheckRow) -> list[Annex]:
    printed = [
        status_paragraphs.unit_annex(snapshot),
        findings_annex(check),
        *strata_annex(check),
        *status_paragraphs.overdue_annex(snapshot["overdue"]),
        *county_charts(snapshot),
    ]
    return [*labelled(printed), *strata_data(check), county_figures(snapshot)]


def progress_letter(snapshot: CountySnapshot) -> Letter:
    """全县进展情况: the standing of the work and what is late."""
    late = [*status_paragraphs.overdue_part(snapshot["overdue"]), *status_paragraphs.missing_by_unit(snapshot)]
    return Letter(
        opening=f"{reason(snapshot)}对全县政务公开工作要点落实进展进行了汇总。现将截至{told_until(snapshot)}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", late or [LetterPart([status_paragraphs.no_problems(snapshot["totals"])])]),
            Section("下一步工作要求", status_paragraphs.demands(snapshot["totals"], problems=False)),
        ],
        annexes=[
            *labelled(
                [
                    status_paragraphs.unit_annex(snapshot),
                    *status_paragraphs.overdue_annex(snapshot["overdue"]),
                    *county_charts(snapshot),
                ]
            ),
            county_figures(snapshot),
            *period_figures(snapshot),
        ],
    )


def _standing(snapshot: CountySnapshot) -> list[LetterPart]:
    parts = [
        LetterPart(
            [*status_paragraphs.overall(snapshot), *status_paragraphs.by_part(snapshot["by_part"])], "工作要点落实进展"
        ),
        LetterPart(status_paragraphs.by_unit(snapshot["by_unit"]), "各单位任务办理情况"),
        LetterPart(status_paragraphs.reporting(snapshot["totals"]), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]
