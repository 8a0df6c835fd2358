"""How the work went on month by month (逐月进展): what was to be done by the end of each month, and what was done by then."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from reports.facts.duties import Duty
from reports.snapshot_schema import MonthRow
from tasks.states import AssignmentStatus

MOST_MONTHS = 12


def months(rows: Sequence[Duty], *, since: date, on: date) -> list[MonthRow]:
    """From the month of `since` to that of `on`, twelve at most; running sums of what is not 不适用, the last as of `on`."""
    asked = [row for row in rows if row.standing != AssignmentStatus.NOT_APPLICABLE]
    ends = [min(end, on) for end in _month_ends(since, on)]
    return [
        {
            "month": f"{end:%Y-%m}",
            "due": sum(row.due_date <= end for row in asked),
            "completed": sum(row.is_completed(on=end) for row in asked),
        }
        for end in ends[-MOST_MONTHS:]
    ]


def _month_ends(since: date, on: date) -> Iterator[date]:
    first = since.replace(day=1)
    while first <= on:
        following = (first + timedelta(days=32)).replace(day=1)
        yield following - timedelta(days=1)
        first = following
