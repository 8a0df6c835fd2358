"""正文数据: numbers that only the text tells, as tables that travel inside the PDF and are not printed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from reports.snapshot_schema import CountySnapshot, PartRow, ScoreSnapshot, Snapshot, Totals, UnitSnapshot
from reports.writing.letter import Annex, Table
from reports.writing.standing import due_share, part_name

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
    return Annex(title, "", Table((), ()), Table(columns, list(rows)), label="数据", is_printed=False)


def county_figures(snapshot: CountySnapshot) -> Annex:
    return _figures([(COUNTY, snapshot["totals"])], snapshot["by_part"])


def unit_figures(snapshot: UnitSnapshot) -> Annex:
    """The unit's own, and the county's that it stands beside."""
    beside = [(snapshot["unit"]["unit"], snapshot["totals"]), (COUNTY, snapshot["county"])]
    return _figures(beside, snapshot["by_part"])


def period_figures(snapshot: Snapshot) -> list[Annex]:
    """What happened within the period, where one was asked for."""
    if (period := snapshot.get("period")) is None:
        return []
    row = (period["since"], period["until"], period["due"], period["due_and_open"], period["completed"])
    columns = ("起", "止", "到期任务", "其中未办结", "办结任务", "其中逾期办结")
    return [data_only("时段数据", columns, [(*row, period["completed_late"])])]


def _figures(sums: Iterable[tuple[str, Totals]], parts: Iterable[PartRow]) -> Annex:
    rows = [*((name, due_share(row), dict(row)) for name, row in sums)]
    rows += [(part_name(row), due_share(row), dict(row)) for row in parts]
    table = [(name, *(_number(row.get(key)) for key in OF_TOTALS.values()), share) for name, share, row in rows]
    return data_only("总体情况数据", ("范围", *OF_TOTALS, "办结率"), table)


def _number(value: object) -> str:
    return "" if value is None else str(value)


def score_figures(snapshot: ScoreSnapshot) -> Annex:
    """Of each rule its full marks, and what was lost by it."""
    rows = []
    for rule, full in zip(snapshot["rules"], snapshot["full_marks"], strict=True):
        lost = [row for row in snapshot["deductions"] if row["rule"] == rule and Decimal(row["amount"]) < 0]
        points = -sum((Decimal(row["amount"]) for row in lost), Decimal())
        rows.append((rule, full, len(lost), len({row["unit"] for row in lost}), str(points)))
    return data_only("考核项目数据", ("考核项目", "分值", "失分事项", "涉及单位", "失分"), rows)
