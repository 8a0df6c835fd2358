"""依申请公开情况: the letter about a unit's applications, or those of the whole county."""

from collections.abc import Sequence

from reports.letters.letter import Annex, Letter, LetterPart, LetterTable, Section, labelled
from reports.letters.notation import day, reason, share, until_words
from reports.letters.status_paragraphs import MOST_ITEMS, counted_by_unit
from reports.snapshots.schema import ApplicationsSnapshot, ApplicationTotals, LabelledCount, LateApplicationRow

COLUMNS = ("序号", "单位", "收到", "答复", "其中按时答复", "办理中", "其中逾期", "按时答复率")
HOW = "按时答复率为按时答复件数除以答复件数与逾期未答复件数之和；申请人撤回的不计。作废、并入、重复的不计入收到件数，拆分、转办的按拆分、转办后的计。"


def applications_letter(snapshot: ApplicationsSnapshot) -> Letter:
    """How many came and were answered, and how; what is late; what is asked for."""
    whose, until = _whose(snapshot), until_words(snapshot)
    late = snapshot["late"]
    return Letter(
        opening=f"{reason(snapshot)}对{whose}依申请公开办理情况进行了汇总。现将{day(snapshot['since'])}至{until}的有关情况通报如下：",
        sections=[
            Section("总体情况", _standing(snapshot)),
            Section("存在问题", [LetterPart(_late(late, until=until))]),
            Section("下一步工作要求", [LetterPart([_demand(late)])]),
        ],
        annexes=[*labelled([*_units_annex(snapshot), *_late_annex(late)]), *_answers_data(snapshot)],
    )


def _whose(snapshot: ApplicationsSnapshot) -> str:
    return snapshot["unit"]["unit"] if snapshot["unit"] else "全县"


def _standing(snapshot: ApplicationsSnapshot) -> list[LetterPart]:
    totals = snapshot["applications"]
    counts = (
        f"{_whose(snapshot)}收到申请{totals['received']}件，答复{totals['answered']}件，"
        f"截至{until_words(snapshot)}办理中{totals['open']}件{_listed(snapshot['states'])}。"
    )
    parts = [LetterPart([counts], "受理和办理"), LetterPart([on_time(totals)], "按时答复")]
    if snapshot["answers"]:
        parts.append(LetterPart([f"答复的申请按种类分为：{_counted(snapshot['answers'])}。"], "答复种类"))
    return parts


def on_time(totals: ApplicationTotals) -> str:
    """The share with what it was reckoned from."""
    judged = totals["answered"] + totals["overdue"]
    if not judged:
        return "没有到期应当答复的申请。"
    late = [
        f"{label}{count}件"
        for label, count in (("逾期答复", totals["answered"] - totals["in_time"]), ("逾期未答复", totals["overdue"]))
        if count
    ]
    rest = f"；{'，'.join(late)}" if late else ""
    kept = share(part=totals["in_time"], whole=judged)
    return f"应当答复的申请{judged}件，按时答复{totals['in_time']}件，按时答复率{kept}{rest}。"


def _listed(counts: Sequence[LabelledCount]) -> str:
    return f"（{_counted(counts)}）" if counts else ""


def _counted(counts: Sequence[LabelledCount]) -> str:
    return "、".join(f"{row['label']}{row['count']}件" for row in counts)


def _late(rows: Sequence[LateApplicationRow], *, until: str) -> list[str]:
    """By number, one by one while they are few."""
    if not rows:
        return [f"截至{until}，没有逾期未答复的申请。"]
    told = f"逾期未答复的申请{len(rows)}件：{counted_by_unit((row['unit'] for row in rows), measure='件')}。"
    if len(rows) > MOST_ITEMS:
        return [f"{told}逐件情况见附件。"]
    one_by_one = [
        f"{f'{at}. ' if len(rows) > 1 else ''}{row['number']}，应于{day(row['due_date'])}前答复，已逾期{row['days_late']}天。"
        for at, row in enumerate(rows, start=1)
    ]
    return [told, *one_by_one]


def _demand(rows: Sequence[LateApplicationRow]) -> str:
    if rows:
        return "有关单位要立即查明逾期原因，尽快依法答复申请人；其他申请要在法定期限内答复，需要延长的，应当在期限届满前经批准并告知申请人。"
    return "各单位要继续在法定期限内答复申请人；需要延长的，应当在期限届满前经批准并告知申请人。"


# Annexes.


def _units_annex(snapshot: ApplicationsSnapshot) -> list[Annex]:
    """各单位办理情况表; none in a paper about one unit."""
    if snapshot["unit"]:
        return []
    rows = [(at, row["unit"], *_figures(row)) for at, row in enumerate(snapshot["by_unit"], start=1)]
    table = LetterTable(COLUMNS, rows)
    total = ("", "合计", *_figures(snapshot["applications"]))
    note = f"数据截至{until_words(snapshot)}。{HOW}"
    return [Annex("各单位依申请公开办理情况表", "applications", table, table, total, note=note)]


def _figures(row: ApplicationTotals) -> tuple[str | int, ...]:
    kept = share(part=row["in_time"], whole=row["answered"] + row["overdue"])
    return (row["received"], row["answered"], row["in_time"], row["open"], row["overdue"], kept)


def _late_annex(rows: Sequence[LateApplicationRow]) -> list[Annex]:
    """逾期未答复申请清单; none where nothing is late."""
    if not rows:
        return []
    listed = [(at, row["unit"], row["number"], row["due_date"], row["days_late"]) for at, row in enumerate(rows, 1)]
    table = LetterTable(("序号", "单位", "登记号", "最迟答复日期", "逾期天数"), listed)
    return [Annex("逾期未答复申请清单", "late-applications", table, table, note="只列登记号，不列申请内容和申请人。")]


def _answers_data(snapshot: ApplicationsSnapshot) -> list[Annex]:
    """The kinds of answer as data; the text tells them."""
    if not snapshot["answers"]:
        return []
    table = LetterTable(("答复种类", "件数"), [(row["label"], row["count"]) for row in snapshot["answers"]])
    return [Annex("答复种类", "", table, table, label="数据", is_printed=False)]
