"""The plain numbers of a report as of a date, counted from one reading of its duties: the sums always agree with each other."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from reports.facts.duties import OTHER_PART, AssignmentRow, Outcome
from reports.snapshots.schema import MissingRow, MonthRow, OverdueRow, PartRow, Period, ProgressTotals, UnitRow
from tasks.models.states import AssignmentStatus


def totals(rows: Sequence[AssignmentRow], *, points: int) -> ProgressTotals:
    """The county's sums; `points` counts all points of the notice, also one that nobody was given."""
    reports = Counter(each.outcome for row in rows for each in row.reports)
    standing = Counter(row.standing for row in rows)
    return {
        "points": points,
        "units": len({row.unit_code for row in rows}),
        "assignments": len(rows),
        "completed": standing[AssignmentStatus.COMPLETED],
        "completed_late": sum(row.done_late for row in rows),
        "in_progress": standing[AssignmentStatus.IN_PROGRESS],
        "todo": standing[AssignmentStatus.TODO],
        "overdue": sum(row.is_overdue for row in rows),
        "due_soon": sum(row.is_due_soon for row in rows),
        "not_applicable": standing[AssignmentStatus.NOT_APPLICABLE],
        "reports_owed": reports.total(),
        "reports_accepted": reports[Outcome.ACCEPTED],
        "reports_pending": reports[Outcome.PENDING],
        "reports_missing": reports[Outcome.MISSING],
        "reports_made_up": reports[Outcome.MADE_UP] + reports[Outcome.MADE_UP_PENDING],
        "made_up_pending": reports[Outcome.MADE_UP_PENDING],
    }


def by_part(rows: Sequence[AssignmentRow]) -> list[PartRow]:
    """In the order of the notice; no rows for a notice without parts."""
    names = list(dict.fromkeys(row.part for row in rows))
    return (
        [_part_row(name, [row for row in rows if row.part == name]) for name in names] if names != [OTHER_PART] else []
    )


def _part_row(name: str, rows: Sequence[AssignmentRow]) -> PartRow:
    standing = Counter(row.standing for row in rows)
    return {
        "part": name,
        "assignments": len(rows),
        "completed": standing[AssignmentStatus.COMPLETED],
        "overdue": sum(row.is_overdue for row in rows),
        "not_applicable": standing[AssignmentStatus.NOT_APPLICABLE],
    }


def by_unit(rows: Iterable[AssignmentRow], *, order: Sequence[str]) -> list[UnitRow]:
    """One row for each unit that owes something; `order` lists unit codes."""
    groups: dict[str, list[AssignmentRow]] = {}
    for row in rows:
        groups.setdefault(row.unit_code, []).append(row)
    return [_unit_row(groups[code]) for code in order if code in groups]


def _unit_row(rows: Sequence[AssignmentRow]) -> UnitRow:
    sums = totals(rows, points=0)
    return {
        "code": rows[0].unit_code,
        "unit": rows[0].unit,
        "kind": rows[0].unit_kind,
        "assignments": sums["assignments"],
        "completed": sums["completed"],
        "completed_late": sums["completed_late"],
        "in_progress": sums["in_progress"],
        "todo": sums["todo"],
        "not_applicable": sums["not_applicable"],
        "overdue": sums["overdue"],
        "reports_owed": sums["reports_owed"],
        "reports_accepted": sums["reports_accepted"],
        "reports_pending": sums["reports_pending"],
        "reports_missing": sums["reports_missing"],
        "reports_made_up": sums["reports_made_up"],
    }


def overdue(rows: Iterable[AssignmentRow]) -> list[OverdueRow]:
    """逾期任务清单: the longest overdue first."""
    late = sorted((row for row in rows if row.is_overdue), key=lambda row: row.due_date)
    return [
        {
            "unit": row.unit,
            "point": row.point,
            "text": row.text,
            "due_date": row.due_date.isoformat(),
            "days_late": row.days_late,
        }
        for row in late
    ]


MISSED = {Outcome.MISSING: "", Outcome.MADE_UP: "封账后已补报", Outcome.MADE_UP_PENDING: "封账后已补报，待确认"}


def missing(rows: Iterable[AssignmentRow]) -> list[MissingRow]:
    """缺报清单, in the order of the notice: what did not come before the closing, and whether it has come since (补报)."""
    return [
        {
            "unit": row.unit,
            "point": row.point,
            "text": row.text,
            "period": each.period,
            "made_up": MISSED[each.outcome],
        }
        for row in rows
        for each in row.reports
        if each.outcome in MISSED
    ]


# How the work went on month by month (逐月进展): what was to be done by the end of each month, and what was done by then.

MOST_MONTHS = 12


def months(rows: Sequence[AssignmentRow], *, since: date, on: date) -> list[MonthRow]:
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


# What happened within a period (时段): what fell due in it, and what was done in it, both its days included.

ONE_DAY = timedelta(days=1)


def within(rows: Sequence[AssignmentRow], *, since: date, on: date) -> Period:
    """Counts as of `on`, the period's last day, of what is not 不适用."""
    due = [row for row in rows if since <= row.due_date <= on and row.standing != AssignmentStatus.NOT_APPLICABLE]
    done = [row for row in rows if row.is_completed(on=on) and not row.is_completed(on=since - ONE_DAY)]
    return {
        "since": since.isoformat(),
        "until": on.isoformat(),
        "due": len(due),
        "due_and_open": sum(row.is_open for row in due),
        "completed": len(done),
        "completed_late": sum(row.done_late for row in done),
    }
