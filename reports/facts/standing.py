"""The plain numbers of a report as of a date, from facts that do not change afterwards.

What counts is what was decided by the end of that day (办结 by `completion_accepted_on`, 接收 by `decided_at`,
other states by the moves in the audit trail), so the same date gives the same numbers ever after.
Each subject is read by one query and counted from that one reading: the sums always agree with each other.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from reports.snapshot_schema import OverdueRow, PartRow, Totals, UnitRow
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod, WorkPoint, WorkPointNotice
from tasks.models.progress import moves_by
from tasks.models.task import YELLOW_DAYS
from tasks.periods import ended_in_arrears, was_asked_for
from tasks.points.editions import as_written
from tasks.states import AssignmentStatus, ProgressStatus

OTHER_PART = "其他要点"  # points that stand outside the parts of their notice


class AsOf(TypedDict):
    """What `duties` asks the database about each assignment as of the day."""

    has_accepted_report: bool
    due_on_day: date


@dataclass(frozen=True, slots=True)
class Duty:
    """One assignment (项次) as it stood at the end of a day, and how it fared with its periods."""

    point: str
    part: str
    text: str
    unit_code: str
    unit: str
    unit_kind: str
    role: str
    due_date: date
    standing: AssignmentStatus
    completed_on: date | None
    days_late: int
    reports: Counter[str]

    @property
    def done_late(self) -> bool:
        return self.completed_on is not None and self.completed_on > self.due_date

    @property
    def is_open(self) -> bool:
        return self.standing in {AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS}

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.days_late > 0

    @property
    def is_due_soon(self) -> bool:
        return self.is_open and -YELLOW_DAYS <= self.days_late <= 0


def duties(*, notice: WorkPointNotice, on: date) -> list[Duty]:
    """Every assignment of the notice in document order, as it stood at the end of that day, in five queries at most.

    What a unit passed on (已移交, 已结转) counts where it went.
    """
    periods = list(notice.periods.filter(due_date__lte=on))
    closed = [period for period in periods if period.is_closed(on=on)]
    outcomes = _Outcomes(handed_in=_handed_in(notice=notice, on=on), frozen=_frozen(closed))
    assignments = list(_assignments(notice=notice, on=on))
    written = as_written({each.task.point for each in assignments}, on=on)
    places = {point.pk: place for place, point in enumerate(written)}
    assignments.sort(key=lambda each: places[each.task.point_id])
    return [
        _duty(each, point=written[places[each.task.point_id]], on=on, periods=periods, outcomes=outcomes)
        for each in assignments
    ]


def _assignments(*, notice: WorkPointNotice, on: date) -> "QuerySet[WithAnnotations[Assignment, AsOf]]":
    accepted = ProgressReport.objects.accepted(on=on).filter(assignment=OuterRef("pk"))
    passed_on = Q(status__in=[AssignmentStatus.HANDED_OVER, AssignmentStatus.CARRIED_OVER], ended_on__lte=on)
    assignments = Assignment.objects.filter(task__point__notice=notice, made_on__lte=on).exclude(passed_on)
    return cast(
        "QuerySet[WithAnnotations[Assignment, AsOf]]",
        assignments.in_document_order().with_due(on=on).annotate(has_accepted_report=Exists(accepted)),
    )


def _duty(
    assignment: "WithAnnotations[Assignment, AsOf]",
    *,
    point: WorkPoint,
    on: date,
    periods: Sequence[ReportingPeriod],
    outcomes: "_Outcomes",
) -> Duty:
    unit, due = assignment.unit, assignment.due_on_day
    standing = _standing(assignment, on=on)
    reports = [outcomes.of(assignment, period, on=on) for period in periods]
    return Duty(
        point=point.key,
        part=point.part or OTHER_PART,
        text=point.text,
        unit_code=unit.code,
        unit=unit.short_name,
        unit_kind=unit.kind,
        role=assignment.get_role_display(),
        due_date=due,
        standing=standing,
        completed_on=assignment.completed_on if standing == AssignmentStatus.COMPLETED else None,
        days_late=(on - due).days,
        reports=Counter(each for each in reports if each),
    )


def _standing(assignment: "WithAnnotations[Assignment, AsOf]", *, on: date) -> AssignmentStatus:
    """Its status as of that day."""
    if assignment.is_completed(on=on):
        return AssignmentStatus.COMPLETED
    if assignment.has_ended(on=on):
        return AssignmentStatus.NOT_APPLICABLE
    return AssignmentStatus.IN_PROGRESS if assignment.has_accepted_report else AssignmentStatus.TODO


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """How assignments fared with periods as of the day: by (assignment, period), what was handed in, what was frozen."""

    handed_in: Mapping[tuple[int, int], str]
    frozen: Mapping[tuple[int, int], str]

    def of(self, assignment: Assignment, period: ReportingPeriod, *, on: date) -> str | None:
        """accepted, pending or missing; None where the assignment did not owe the period (应报).

        Of a closed period (封账) the record decides what is missing, whatever was handed in afterwards.
        """
        key = (assignment.pk, period.pk)
        if period.is_closed(on=on):
            return self._of_closed(key)
        if assignment.never_applied(on=on) or not was_asked_for(period, assignment):
            return None
        is_missing = assignment.is_open(on=on) or ended_in_arrears(assignment, period, on=on)
        return self.handed_in.get(key, "missing" if is_missing else None)

    def _of_closed(self, key: tuple[int, int]) -> str | None:
        outcome = self.frozen.get(key)
        return "missing" if outcome == PeriodRecord.Outcome.MISSING else outcome and self.handed_in.get(key, "pending")


def _frozen(closed: Sequence[ReportingPeriod]) -> dict[tuple[int, int], str]:
    """(assignment, period) → outcome, of closed periods."""
    if not closed:
        return {}
    rows = PeriodRecord.objects.filter(period__in=closed).values_list("assignment_id", "period_id", "outcome")
    return {(assignment, period): outcome for assignment, period, outcome in rows}


def _handed_in(*, notice: WorkPointNotice, on: date) -> dict[tuple[int, int], str]:
    """(assignment, period) → accepted or pending (待审核, 待确认) as of that day; what was not handed in is left out.

    A period with an accepted report stays accepted while a supplement (补充填报) to it is pending.
    """
    pending = {ProgressStatus.WITH_HEAD, ProgressStatus.WITH_OFFICE}
    rows = (
        ProgressReport.objects.filter(period__notice=notice)
        .annotate(
            is_accepted=Exists(ProgressReport.objects.accepted(on=on).filter(pk=OuterRef("pk"))),
            stood=Subquery(moves_by(on=on).values("to_status")[:1]),
        )
        .order_by("is_accepted")  # an accepted report has the last word on its period
        .values_list("assignment_id", "period_id", "is_accepted", "stood")
    )
    return {
        (assignment, period): "accepted" if is_accepted else "pending"
        for assignment, period, is_accepted, status in rows
        if is_accepted or status in pending
    }


def totals(rows: Sequence[Duty], *, points: int) -> Totals:
    """The county's sums; `points` counts all points of the notice, also one that nobody was given."""
    reports = sum((row.reports for row in rows), Counter[str]())
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
        "reports_accepted": reports["accepted"],
        "reports_pending": reports["pending"],
        "reports_missing": reports["missing"],
    }


def by_part(rows: Sequence[Duty]) -> list[PartRow]:
    """In the order of the notice; no rows for a notice without parts."""
    names = list(dict.fromkeys(row.part for row in rows))
    return (
        [_part_row(name, [row for row in rows if row.part == name]) for name in names] if names != [OTHER_PART] else []
    )


def _part_row(name: str, rows: Sequence[Duty]) -> PartRow:
    standing = Counter(row.standing for row in rows)
    return {
        "part": name,
        "assignments": len(rows),
        "completed": standing[AssignmentStatus.COMPLETED],
        "overdue": sum(row.is_overdue for row in rows),
        "not_applicable": standing[AssignmentStatus.NOT_APPLICABLE],
    }


def by_unit(rows: Iterable[Duty], *, order: Sequence[str]) -> list[UnitRow]:
    """One row for each unit that owes something; `order` lists unit codes."""
    groups: dict[str, list[Duty]] = {}
    for row in rows:
        groups.setdefault(row.unit_code, []).append(row)
    return [_unit_row(groups[code]) for code in order if code in groups]


def _unit_row(rows: Sequence[Duty]) -> UnitRow:
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
    }


def overdue(rows: Iterable[Duty]) -> list[OverdueRow]:
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
