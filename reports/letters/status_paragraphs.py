"""How the work stands (进展): the numbers of the snapshot in the sentences a circular is made of."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from reports.letters.letter import Annex, LetterPart, LetterTable
from reports.letters.notation import NUMERALS, day, excerpt, named, quoted, share, until_words
from reports.snapshots import schema

MOST_NAMES = 20  # units named within a sentence; a longer list stands in the annex only
MOST_COUNTED = 60  # units counted one by one in a sentence; of more only their number is told
MOST_ITEMS = 12  # cases told one by one in the text; more stand in the annex only
QUOTED = "工作要求为摘录，全文见本文件所附CSV数据文件。"
_UNNUMBERED = re.compile(rf"^[{NUMERALS}]+、")


def in_table(text: str) -> str:
    return excerpt(text, limit=60)


def due_share(row: schema.ProgressTotals | schema.PartRow | schema.UnitRow) -> str:
    """办结率: completed out of what has to be done, that is without 不适用."""
    return share(part=row["completed"], whole=row["assignments"] - row["not_applicable"])


def overall(snapshot: schema.CountySnapshot) -> list[str]:
    totals, year = snapshot["totals"], snapshot["notice"]["year"]
    return [
        f"{year}年政务公开工作要点共{totals['points']}项，涉及{totals['units']}个单位，分解为{totals['assignments']}项次工作任务。"
        f"{counts_in_words(totals, until=until_words(snapshot))}{_running_late(totals)}",
        *within(snapshot),
    ]


def within(snapshot: schema.Snapshot) -> list[str]:
    """What fell due and what was done within the period, where one was asked for."""
    period = snapshot.get("period")
    if period is None:
        return []
    open_ = f"，其中未办结{period['due_and_open']}项次" if period["due_and_open"] else ""
    late = f"，其中逾期办结{period['completed_late']}项次" if period["completed_late"] else ""
    clauses = [f"到期任务{period['due']}项次{open_}"] if period["due"] else []
    clauses += [f"办结任务{period['completed']}项次{late}"] if period["completed"] else []
    return [
        f"{day(period['since'])}至{day(period['until'])}期间，{'；'.join(clauses) or '没有任务到期，也没有任务办结'}。"
    ]


def counts_in_words(totals: schema.ProgressTotals, *, until: str) -> str:
    """How many of the tasks are done, under way, not begun, and the share of those done; what is nought is left out."""
    late = f"（其中逾期办结{totals['completed_late']}项次）" if totals["completed_late"] else ""
    counted = (
        ("已办结", totals["completed"], late),
        ("办理中", totals["in_progress"], ""),
        ("尚未启动", totals["todo"], ""),
        ("不适用", totals["not_applicable"], ""),
    )
    clauses = [f"{label}{count}项次{more}" for label, count, more in counted if count]
    return f"截至{until}，{'，'.join([*clauses, f'办结率为{due_share(totals)}'])}。"


def _running_late(totals: schema.ProgressTotals) -> str:
    clauses = [
        f"{label}{count}项次"
        for label, count in (("已逾期", totals["overdue"]), ("15日内到期", totals["due_soon"]))
        if count
    ]
    return f"在未办结的任务中，{'，'.join(clauses)}。" if clauses else "没有逾期任务。"


def part_name(row: schema.PartRow) -> str:
    """Without its number, which would collide with that of the heading above."""
    return _UNNUMBERED.sub("", row["part"])


def by_part(rows: Sequence[schema.PartRow]) -> list[str]:
    sentences = [f"{quoted(part_name(row))}部分{'，'.join(_of_part(row))}" for row in rows]
    return [f"从各部分看，{'；'.join(sentences)}。"] if sentences else []


def _of_part(row: schema.PartRow) -> list[str]:
    """What is nought is left out."""
    done = [f"办结{row['completed']}项次", f"办结率{due_share(row)}"] if row["completed"] else ["尚无办结"]
    late = [f"逾期{row['overdue']}项次"] if row["overdue"] else []
    return [f"共{row['assignments']}项次", *done, *late]


def by_unit(rows: Sequence[schema.UnitRow]) -> list[str]:
    """Which units have finished everything, and which nothing; a unit with nothing to do is neither."""
    at_work = [row for row in rows if row["assignments"] > row["not_applicable"]]
    done = [row["unit"] for row in at_work if row["completed"] == row["assignments"] - row["not_applicable"]]
    none = [row["unit"] for row in at_work if row["completed"] == 0]
    clauses = [
        f"{what}的有{len(names)}个单位{_names(names)}"
        for what, names in (("任务全部办结", done), ("任务均未办结", none))
        if names
    ]
    return [f"从各单位看，{'；'.join(clauses)}。各单位进展情况见附件。"] if clauses else []


def _names(names: Sequence[str]) -> str:
    return f"，为{named(names)}" if len(names) <= MOST_NAMES else ""


def reporting(totals: schema.ProgressTotals, *, who: str = "各单位") -> list[str]:
    if not totals["reports_owed"]:
        return []
    counted = (
        ("已确认", totals["reports_accepted"]),
        ("待审核或待确认", totals["reports_pending"]),
        ("缺报", totals["reports_missing"]),
    )
    clauses = [f"{label}{count}份" for label, count in counted if count]
    owed = f"{who}应报送进展{totals['reports_owed']}份"
    return [f"{'，'.join([owed, *clauses, *made_up(totals)])}。"]


def made_up(totals: schema.ProgressTotals) -> list[str]:
    """封账后补报17份，待确认: what came after its period was closed as missing, none where nothing has."""
    count, pending = totals["reports_made_up"], totals["made_up_pending"]
    if not count:
        return []
    mixed = f"（已确认{count - pending}份，待确认{pending}份）"
    return [f"封账后补报{count}份{'，待确认' if pending == count else mixed if pending else '，已确认'}"]


def counted_by_unit(units: Iterable[str], *, measure: str = "项次") -> str:
    """县财政局3项次，县民政局、县司法局各1项次: the most first, units of equal count together in the order given."""
    by_count: dict[int, list[str]] = {}
    counts = Counter(units)
    if len(counts) > MOST_COUNTED:
        return f"{len(counts)}个单位"
    for unit, count in counts.most_common():
        by_count.setdefault(count, []).append(unit)
    return "，".join(
        f"{named(names)}{'各' if len(names) > 1 else ''}{count}{measure}" for count, names in by_count.items()
    )


NOT_REPORTED = "部分进展没有按期报送"


def missing_by_unit(snapshot: schema.CountySnapshot) -> list[LetterPart]:
    """缺报: which units sent no report, and which sent it after the closing (封账后补报); none where none is missing."""
    rows, totals = snapshot["by_unit"], snapshot["totals"]
    still = counted_by_unit(_by_count(rows, "reports_missing"), measure="份")
    since = counted_by_unit(_by_count(rows, "reports_made_up"), measure="份")
    units = f"，涉及{still}" if still else ""  # a snapshot before schema 3 does not tell them
    clauses = [f"缺报进展{totals['reports_missing']}份{units}。"] if totals["reports_missing"] else []
    clauses += [f"{made_up(totals)[0]}，涉及{since}。"] if since else []
    return [LetterPart(["".join(clauses)], NOT_REPORTED)] if clauses else []


def no_problems(totals: schema.ProgressTotals) -> str:
    """What is said where nothing is wrong; of a unit whose snapshot names no missing reports, only what is known."""
    is_complete = not totals["reports_missing"] and not totals["reports_made_up"]
    return "没有逾期任务，没有缺报进展。" if is_complete else "没有逾期任务。"


def _by_count(rows: Sequence[schema.UnitRow], key: Literal["reports_missing", "reports_made_up"]) -> Iterator[str]:
    """Each unit as often as it has such reports; of a snapshot that does not tell it, none."""
    for row in rows:
        yield from [row["unit"]] * row.get(key, 0)


def missing_of_unit(rows: Sequence[schema.MissingRow]) -> list[LetterPart]:
    """The unit's own 缺报, each with its period and task while they are few; the rest by period."""
    if not rows:
        return []
    still, since = (
        _by_period(row for row in rows if not row["made_up"]),
        _by_period(row for row in rows if row["made_up"]),
    )
    clauses = [f"缺报进展：{still}"] if still else []
    clauses += [f"封账后补报：{since}"] if since else []
    summary = f"{'；'.join(clauses)}。"
    if len(rows) > MOST_ITEMS:
        return [LetterPart([f"{summary}具体任务见附件。"], NOT_REPORTED)]
    return [LetterPart([summary, *_missing_items(rows)], NOT_REPORTED)]


def _by_period(rows: Iterable[schema.MissingRow]) -> str:
    """2018年第三季度2份、2018年第四季度1份."""
    return "、".join(f"{period}{count}份" for period, count in Counter(row["period"] for row in rows).items())


def _missing_items(rows: Sequence[schema.MissingRow]) -> list[str]:
    return [
        f"{f'{at}. ' if len(rows) > 1 else ''}{row['period']}：{quoted(excerpt(row['text']))}{row['made_up'] or '没有报送进展'}。"
        for at, row in enumerate(rows, start=1)
    ]


def overdue_part(rows: Sequence[schema.OverdueRow]) -> list[LetterPart]:
    """逾期任务: counted by unit; told one by one while they are few."""
    if not rows:
        return []
    if len(rows) > MOST_ITEMS:
        return [LetterPart([f"{overdue_summary(rows)}具体情况见附件。"], "部分任务逾期未办结")]
    return [LetterPart([overdue_summary(rows), *overdue_items(rows)], "部分任务逾期未办结")]


def overdue_summary(rows: Sequence[schema.OverdueRow]) -> str:
    return f"共有{len(rows)}项次任务未在规定时限内办结，涉及{counted_by_unit(row['unit'] for row in rows)}。"


def overdue_items(rows: Sequence[schema.OverdueRow]) -> list[str]:
    return [
        f"{f'{at}. ' if len(rows) > 1 else ''}{row['unit']}：{quoted(excerpt(row['text']))}应于{day(row['due_date'])}前完成，已逾期{row['days_late']}天。"
        for at, row in enumerate(rows, start=1)
    ]


UNIT_COLUMNS = (
    "序号",
    "单位",
    "任务数",
    "办结",
    "其中逾期办结",
    "办理中",
    "待办",
    "不适用",
    "逾期",
    "办结率",
    "应报进展",
    "已确认",
    "缺报",
    "补报",
)


def unit_annex(snapshot: schema.CountySnapshot) -> Annex:
    """各单位工作进展情况表, with the county's own sum below."""
    rows = [(at, row["unit"], *_counts(row)) for at, row in enumerate(snapshot["by_unit"], start=1)]
    total = ("", "合计", *_counts(snapshot["totals"]))
    table = LetterTable(UNIT_COLUMNS, rows)
    note = f"数据截至{until_words(snapshot)}。任务数按项次计；办结率为办结数占任务数（不含不适用）的比例；补报为封账后报送的。"
    return Annex("各单位工作进展情况表", "units", table, table, total, note)


def _counts(row: schema.UnitRow | schema.ProgressTotals) -> tuple[str | int, ...]:
    return (
        row["assignments"],
        row["completed"],
        row["completed_late"],
        row["in_progress"],
        row["todo"],
        row["not_applicable"],
        row["overdue"],
        due_share(row),
        row["reports_owed"],
        row["reports_accepted"],
        row.get("reports_missing", "—"),
        row.get("reports_made_up", "—"),
    )


def overdue_annex(rows: Sequence[schema.OverdueRow]) -> list[Annex]:
    """逾期任务清单; none where nothing is late."""
    if not rows:
        return []
    columns = ("序号", "责任单位", "要点", "工作任务", "完成时限", "逾期天数")
    short, full = (
        LetterTable(
            columns,
            [
                (at, row["unit"], row["point"], text(row["text"]), row["due_date"], row["days_late"])
                for at, row in enumerate(rows, start=1)
            ],
        )
        for text in (in_table, str)
    )
    return [Annex("逾期任务清单", "overdue", short, full, note=QUOTED)]


def demands(totals: schema.ProgressTotals, *, problems: bool) -> list[LetterPart]:
    """下一步工作要求: only what the numbers give cause for."""
    asked = [
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
    return [LetterPart([text], heading) for due, heading, text in asked if due]


# 正文数据: numbers that only the text tells, as tables that travel inside the PDF and are not printed.

COUNTY = "全县"
OF_TOTALS = {
    "工作要点": "points",
    "单位数": "units",
    "任务数": "assignments",
    "办结": "completed",
    "其中逾期办结": "completed_late",
    "办理中": "in_progress",
    "待办": "todo",
    "不适用": "not_applicable",
    "逾期": "overdue",
    "15日内到期": "due_soon",
    "应报进展": "reports_owed",
    "已确认": "reports_accepted",
    "待审核或待确认": "reports_pending",
    "缺报": "reports_missing",
    "封账后补报": "reports_made_up",
    "其中待确认": "made_up_pending",
}  # columns; a part has but some of them


def data_only(title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Annex:
    return Annex(title, "", LetterTable((), ()), LetterTable(columns, list(rows)), label="数据", is_printed=False)


def county_figures(snapshot: schema.CountySnapshot) -> Annex:
    return _figures([(COUNTY, snapshot["totals"])], snapshot["by_part"])


def unit_figures(snapshot: schema.UnitSnapshot) -> Annex:
    """The unit's own, and the county's that it stands beside."""
    beside = [(snapshot["unit"]["unit"], snapshot["totals"]), (COUNTY, snapshot["county"])]
    return _figures(beside, snapshot["by_part"])


def period_figures(snapshot: schema.Snapshot) -> list[Annex]:
    """What happened within the period, where one was asked for."""
    if (period := snapshot.get("period")) is None:
        return []
    row = (period["since"], period["until"], period["due"], period["due_and_open"], period["completed"])
    columns = ("起", "止", "到期任务", "其中未办结", "办结任务", "其中逾期办结")
    return [data_only("时段数据", columns, [(*row, period["completed_late"])])]


def _figures(sums: Iterable[tuple[str, schema.ProgressTotals]], parts: Iterable[schema.PartRow]) -> Annex:
    rows = [*((name, due_share(row), dict(row)) for name, row in sums)]
    rows += [(part_name(row), due_share(row), dict(row)) for row in parts]
    table = [(name, *(_number(row.get(key)) for key in OF_TOTALS.values()), share) for name, share, row in rows]
    return data_only("总体情况数据", ("范围", *OF_TOTALS, "办结率"), table)


def _number(value: object) -> str:
    return "" if value is None else str(value)


def score_figures(snapshot: schema.ScoreSnapshot) -> Annex:
    """Of each rule its full marks, and what was lost by it."""
    rows = []
    for rule, full in zip(snapshot["rules"], snapshot["full_marks"], strict=True):
        lost = [row for row in snapshot["deductions"] if row["rule"] == rule and Decimal(row["amount"]) < 0]
        points = -sum((Decimal(row["amount"]) for row in lost), Decimal())
        rows.append((rule, full, len(lost), len({row["unit"] for row in lost}), str(points)))
    return data_only("考核项目数据", ("考核项目", "分值", "失分事项", "涉及单位", "失分"), rows)
