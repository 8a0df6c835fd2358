"""The kinds of report (通报种类) and the letter each is composed into. A new kind is a function and a line in LETTERS."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from reports.snapshot_schema import Snapshot
from reports.typesetting import inspection, standing
from reports.typesetting.letter import Annex, Letter, Part, Section, TypesettingError
from reports.typesetting.wording import day, document


def spot_check_letter(snapshot: Snapshot) -> Letter:
    """抽查通报: the standing of the work, what the check found, what is wrong, what is asked for."""
    check = snapshot["spot_check"]
    if check is None:
        raise TypesettingError("抽查通报的快照中没有抽查结果，请重新生成报告。")
    findings = check["findings"]
    wrong = [*inspection.problem_part(findings), *standing.overdue_part(snapshot["overdue"])]
    return Letter(
        opening=f"{_reason(snapshot)}对全县政务公开工作要点落实情况进行了抽查。现将截至{day(snapshot['as_of'])}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section(
                "抽查情况", [Part(inspection.drawing(check), "抽样方法"), Part(inspection.outcomes(check), "核查结果")]
            ),
            Section("存在问题", wrong or [Part(["本次抽查未发现问题，没有逾期任务。"])]),
            Section("下一步工作要求", _demands(snapshot, problems=bool(inspection.problems(findings)))),
        ],
        annexes=_labelled(
            [
                standing.unit_annex(snapshot),
                inspection.findings_annex(check),
                *inspection.strata_annex(check),
                *standing.overdue_annex(snapshot["overdue"]),
            ]
        ),
    )


def progress_letter(snapshot: Snapshot) -> Letter:
    """全县进展情况: the standing of the work and what is late."""
    late = standing.overdue_part(snapshot["overdue"])
    return Letter(
        opening=f"{_reason(snapshot)}对全县政务公开工作要点落实进展进行了汇总。现将截至{day(snapshot['as_of'])}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", late or [Part(["没有逾期任务。"])]),
            Section("下一步工作要求", _demands(snapshot, problems=False)),
        ],
        annexes=_labelled([standing.unit_annex(snapshot), *standing.overdue_annex(snapshot["overdue"])]),
    )


LETTERS: dict[str, Callable[[Snapshot], Letter]] = {
    "spot-check": spot_check_letter,
    "progress": progress_letter,
}


def _reason(snapshot: Snapshot) -> str:
    notice = snapshot["notice"]
    return f"根据{document(title=notice['title'], number=notice['document_number'])}要求，{snapshot['issuer']}"


def _standing(snapshot: Snapshot) -> list[Part]:
    parts = [
        Part([*standing.overall(snapshot), *standing.by_part(snapshot["by_part"])], "工作要点落实进展"),
        Part(standing.by_unit(snapshot["by_unit"]), "各单位任务办理情况"),
        Part(standing.reporting(snapshot["totals"]), "进展报送情况"),
    ]
    return [part for part in parts if part.paragraphs]


def _demands(snapshot: Snapshot, *, problems: bool) -> list[Part]:
    """下一步工作要求: only what the numbers give cause for."""
    totals = snapshot["totals"]
    demands = [
        (
            problems,
            "限期整改问题",
            "有关单位要对照抽查结果逐项查明原因，在整改期限内完成整改，并通过政务公开工作平台报送整改情况和佐证材料。",
        ),
        (
            totals["overdue"] > 0,
            "抓紧办理逾期任务",
            "已逾期的任务，责任单位要明确责任人员和完成时间，尽快办结，并说明逾期原因。",
        ),
        (totals["due_soon"] > 0, "按期完成临期任务", "15日内到期的任务，责任单位要加快进度，确保在规定时限内办结。"),
        (
            True,
            "如实报送工作进展",
            "各单位要按规定期限报送工作进展和佐证材料，没有新进展的也要如实说明，做到不漏报、不虚报。",
        ),
    ]
    return [Part([text], heading) for due, heading, text in demands if due]


def _labelled(annexes: Sequence[Annex]) -> list[Annex]:
    """附件1, 附件2 …; a single annex is plain 附件."""
    if len(annexes) == 1:
        return list(annexes)
    return [replace(annex, label=f"附件{at}") for at, annex in enumerate(annexes, start=1)]
