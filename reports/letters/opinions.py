"""政务舆情回应情况: the letter about what people talked about, whether it was answered in time, and what the evaluations propose."""

from collections.abc import Sequence

from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.notation import day, reason, share, until_words
from reports.letters.status_paragraphs import counted_by_unit
from reports.snapshots.schema import EvaluatedOpinionRow, LateOpinionRow, OpinionsSnapshot, OpinionTotals

COLUMNS = ("序号", "单位", "发现", "其中特别重大、重大", "处置中", "不予回应", "应当完成的时限", "其中按时", "按时率")
HOW = "每件舆情的5小时、24小时、48小时时限分别计算，按时率为按时完成的时限数除以已经完成和已经逾期的时限数之和。"


def opinions_letter(snapshot: OpinionsSnapshot) -> Letter:
    """How much was found, which limits were not kept, what is proposed, what is asked for."""
    whose = snapshot["unit"]["unit"] if snapshot["unit"] else "全县"
    until, late, evaluated = until_words(snapshot), snapshot["late"], snapshot["evaluated"]
    return Letter(
        opening=f"{reason(snapshot)}对{whose}政务舆情回应情况进行了汇总。现将{day(snapshot['since'])}至{until}的有关情况通报如下：",
        sections=[
            Section(
                "总体情况", [LetterPart([_counts(whose, snapshot["opinions"]), limits_kept(snapshot["opinions"])])]
            ),
            Section("存在问题", [LetterPart(_late(late, until=until))]),
            Section("评估和处理建议", [LetterPart(told)] if (told := _proposed(evaluated)) else []),
            Section("下一步工作要求", [LetterPart([_demand(late)])]),
        ],
        annexes=labelled([*_units_annex(snapshot), *_late_annex(late), *_evaluated_annex(evaluated)]),
    )


def _counts(whose: str, totals: OpinionTotals) -> str:
    """What is nought is left out."""
    more = [("特别重大、重大突发事件", totals["major"]), ("不予回应", totals["declined"]), ("处置中", totals["open"])]
    told = "，".join(f"{label}{count}件" for label, count in more if count)
    return f"{whose}发现政务舆情{totals['found']}件{f'，其中{told}' if told else ''}。"


def limits_kept(totals: OpinionTotals) -> str:
    if not totals["judged"]:
        return "没有到期应当完成的回应时限。"
    kept = share(part=totals["in_time"], whole=totals["judged"])
    return f"应当完成的回应时限{totals['judged']}项，按时完成{totals['in_time']}项，按时率{kept}。"


def _late(rows: Sequence[LateOpinionRow], *, until: str) -> list[str]:
    if not rows:
        return [f"截至{until}，各项回应时限都已按时完成或者没有到期。"]
    units = counted_by_unit((row["unit"] for row in rows), measure="项")
    return [f"没有按时完成的回应时限{len(rows)}项：{units}。逐项情况见附件。"]


def _proposed(rows: Sequence[EvaluatedOpinionRow]) -> list[str]:
    """The proposals of 通报批评 and 约谈, each with its evidence."""
    if not rows:
        return []
    grave = [row for row in rows if row["is_grave"]]
    told = [f"已经评估{len(rows)}件，得分见附件。"]
    return told + [
        f"{row['unit']}（{row['number']}）：{row['proposal']}。得分{row['total']}分（满分{row['full']}分）；{row['words']}"
        for row in grave
    ]


def _demand(rows: Sequence[LateOpinionRow]) -> str:
    if any(not row["ended"] for row in rows):
        return "有关单位要立即回应，查明逾期原因；其他舆情要按时限回应，并根据处置进展持续发布。"
    return "各单位要按时限回应政务舆情，由主要负责人或者新闻发言人发布，并根据处置进展持续发布。"


# Annexes.


def _units_annex(snapshot: OpinionsSnapshot) -> list[Annex]:
    """各单位回应情况表; none in a paper about one unit."""
    if snapshot["unit"]:
        return []
    rows = [(at, row["unit"], *_figures(row)) for at, row in enumerate(snapshot["by_unit"], start=1)]
    table = LetterTable(COLUMNS, rows)
    total = ("", "合计", *_figures(snapshot["opinions"]))
    note = f"数据截至{until_words(snapshot)}。{HOW}"
    return [Annex("各单位政务舆情回应情况表", "opinions", table, table, total, note=note)]


def _figures(row: OpinionTotals) -> tuple[str | int, ...]:
    counts = (row["found"], row["major"], row["open"], row["declined"], row["judged"], row["in_time"])
    return (*counts, share(part=row["in_time"], whole=row["judged"]))


def _late_annex(rows: Sequence[LateOpinionRow]) -> list[Annex]:
    """没有按时完成的回应时限清单; none where nothing is late."""
    if not rows:
        return []
    listed = [
        (at, row["unit"], row["number"], row["limit"], row["due"], row["ended"] or "还没有完成", row["graded"])
        for at, row in enumerate(rows, start=1)
    ]
    table = LetterTable(("序号", "单位", "登记号", "时限", "截至", "完成", "备注"), listed)
    return [Annex("没有按时完成的回应时限清单", "late-opinions", table, table, note="只列登记号，不列舆情原文。")]


def _evaluated_annex(rows: Sequence[EvaluatedOpinionRow]) -> list[Annex]:
    if not rows:
        return []
    listed = [
        (at, row["unit"], row["number"], "、".join(row["points"]), row["total"], row["proposal"])
        for at, row in enumerate(rows, start=1)
    ]
    table = LetterTable(("序号", "单位", "登记号", "各项得分", "合计", "处理建议"), listed)
    return [Annex("政务舆情回应评估表", "evaluated-opinions", table, table)]
