"""Every assignment (项次) of a notice as it stood at the end of a day, from facts that do not change afterwards.

What counts is what was decided by the end of that day (办结 by `completion_accepted_on`, 接收 by `decided_at`,
other states by the moves in the audit trail), so the same date gives the same ever after. A large county has a hundred
thousand of them: each table is read once, and points and units once for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypedDict, cast

from django.db.models import Case, F, Q, QuerySet, Subquery, Value, When
from django_stubs_ext import WithAnnotations

from ninghai.calendar.clock import end_of
from ninghai.models import Unit
from reports.snapshots.schema import DutyRow
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod, WorkPoint, WorkPointNotice
from tasks.models.progress import moves_by
from tasks.models.states import AssignmentStatus, ProgressStatus
from tasks.models.task import YELLOW_DAYS, ended_by, is_completed
from tasks.notices.editions import as_written, ever_in
from tasks.periods.owing import ended_in_arrears, was_asked_for

OTHER_PART = "其他要点"  # points that stand outside the parts of their notice
ROLES = dict(Assignment.Role.choices)

Turn = tuple[int, int]  # assignment and period


class AsOf(TypedDict):
    """What is asked of the database about each assignment as of the day."""

    due_on_day: date
    point: int


class Outcome(StrEnum):
    """How an assignment fared with one period that it owed."""

    ACCEPTED = "accepted"
    PENDING = "pending"  # 待审核 or 待确认
    MISSING = "missing"  # 缺报: nothing has come
    MADE_UP = "made_up"  # 封账后补报: missing at the closing, accepted since
    MADE_UP_PENDING = "made_up_pending"  # the same, 待确认


class ReportedProgress(NamedTuple):
    """One period that an assignment owed."""

    period: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One assignment as it stood at the end of a day, and how it fared with each period that it owed."""

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
    completion_accepted_on: date | None
    days_late: int
    reports: tuple[ReportedProgress, ...]  # one for each period that it owed (应报)

    def is_completed(self, *, on: date) -> bool:
        """办结 by the end of that day, the report's own or an earlier one."""
        return is_completed(self.completion_accepted_on, on=on)

    @property
    def done_late(self) -> bool:
        return self.completed_on is not None and self.completed_on > self.due_date

    @property
    def is_open(self) -> bool:
        return self.standing in {AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS}

    @property
    def is_overdue(self) -> bool:
        return self.days_late > 0 and self.is_open

    @property
    def is_due_soon(self) -> bool:
        return -YELLOW_DAYS <= self.days_late <= 0 and self.is_open


def duties(*, notice: WorkPointNotice, on: date) -> list[AssignmentRow]:
    """In document order, in seven queries at most. What a unit passed on (已移交, 已结转) counts where it went."""
    records = _DayRecords.of(notice, on=on)
    rows = list(_assignments(notice=notice, on=on))
    rows.sort(key=records.place_of)
    return [records.duty(row) for row in rows]


def _assignments(*, notice: WorkPointNotice, on: date) -> "QuerySet[WithAnnotations[Assignment, AsOf]]":
    passed_on = ended_by(on) & ~Q(status=AssignmentStatus.NOT_APPLICABLE)
    assignments = Assignment.objects.filter(task__point__notice=notice, made_on__lte=on).exclude(passed_on)
    rows = assignments.order_by().with_due(on=on).annotate(point=F("task__point")).defer("key", "ended_reason")
    return cast("QuerySet[WithAnnotations[Assignment, AsOf]]", rows)


@dataclass(frozen=True, slots=True)
class _DayRecords:
    """What all assignments of the notice are looked at with."""

    on: date
    points: Mapping[int, tuple[int, WorkPoint]]  # in the words of that day, each with its place in the document
    units: Mapping[int, Unit]
    closed: Sequence[ReportingPeriod]
    running: Sequence[ReportingPeriod]  # due and not closed (封账)
    frozen: Mapping[Turn, str]
    handed_in: Mapping[Turn, ProgressStatus]
    begun: frozenset[int]  # assignments with an accepted report

    @classmethod
    def of(cls, notice: WorkPointNotice, *, on: date) -> "_DayRecords":
        written = as_written(ever_in(notice), on=on)
        periods = list(notice.periods.filter(due_date__lte=on))
        closed = [period for period in periods if period.is_closed(on=on)]
        handed_in = _handed_in(notice=notice, on=on)
        return cls(
            on=on,
            points={point.pk: (place, point) for place, point in enumerate(written)},
            units=Unit.objects.in_bulk(),
            closed=closed,
            running=[period for period in periods if period not in closed],
            frozen=_frozen(closed),
            handed_in=handed_in,
            begun=frozenset(turn[0] for turn, stood in handed_in.items() if stood == ProgressStatus.ACCEPTED),
        )

    def place_of(self, row: "WithAnnotations[Assignment, AsOf]") -> tuple[int, int, int]:
        return (self.points[row.point][0], self.units[row.unit_id].position, row.pk)

    def duty(self, row: "WithAnnotations[Assignment, AsOf]") -> AssignmentRow:
        (_, point), unit, due = self.points[row.point], self.units[row.unit_id], row.due_on_day
        standing = self._standing(row)
        return AssignmentRow(
            point=point.label,
            part=point.part or OTHER_PART,
            text=point.text,
            unit_code=unit.code,
            unit=unit.short_name,
            unit_kind=unit.kind,
            role=str(ROLES[row.role_on(self.on)]),
            due_date=due,
            standing=standing,
            completed_on=row.completed_on if standing == AssignmentStatus.COMPLETED else None,
            completion_accepted_on=row.completion_accepted_on if standing == AssignmentStatus.COMPLETED else None,
            days_late=(self.on - due).days,
            reports=tuple(self._outcomes(row)),
        )

    def _standing(self, row: Assignment) -> AssignmentStatus:
        """Its status as of the day."""
        if row.is_completed(on=self.on):
            return AssignmentStatus.COMPLETED
        if row.has_ended(on=self.on):
            return AssignmentStatus.NOT_APPLICABLE
        return AssignmentStatus.IN_PROGRESS if row.pk in self.begun else AssignmentStatus.TODO

    def _outcomes(self, row: Assignment) -> Iterable[ReportedProgress]:
        """How it fared with each period that it owed (应报)."""
        for period in self.closed:
            turn = (row.pk, period.pk)
            if frozen := self.frozen.get(turn):
                yield ReportedProgress(period.name, _of_closed(frozen, self.handed_in.get(turn)))
        if row.never_applied(on=self.on):
            return
        for period in self.running:
            if was_asked_for(period, row):
                is_missing = row.is_open(on=self.on) or ended_in_arrears(row, period, on=self.on)
                if stood := self.handed_in.get((row.pk, period.pk)):
                    yield ReportedProgress(period.name, OUTCOMES[stood])
                elif is_missing:
                    yield ReportedProgress(period.name, Outcome.MISSING)


OUTCOMES = {
    ProgressStatus.ACCEPTED: Outcome.ACCEPTED,
    ProgressStatus.WITH_OFFICE: Outcome.PENDING,
    ProgressStatus.WITH_HEAD: Outcome.PENDING,
}
MADE_UP = {ProgressStatus.ACCEPTED: Outcome.MADE_UP, ProgressStatus.WITH_OFFICE: Outcome.MADE_UP_PENDING}


def _of_closed(frozen: str, stood: ProgressStatus | None) -> Outcome:
    """Of a closed period (封账) the record decides what was missing; what has come since is told apart (补报)."""
    if frozen == PeriodRecord.Outcome.MISSING:
        return MADE_UP.get(stood, Outcome.MISSING) if stood else Outcome.MISSING
    return OUTCOMES[stood] if stood else Outcome.PENDING


def _frozen(closed: Sequence[ReportingPeriod]) -> dict[Turn, str]:
    """The outcomes of closed periods."""
    if not closed:
        return {}
    rows = PeriodRecord.objects.filter(period__in=closed).order_by()
    columns = rows.values_list("assignment_id", "period_id", "outcome")
    return {(assignment, period): outcome for assignment, period, outcome in columns}


def _handed_in(*, notice: WorkPointNotice, on: date) -> dict[Turn, ProgressStatus]:
    """How far the report of each turn was on that day (待审核, 待确认, 已接收); what was with the clerk is left out.

    A period with an accepted report stays accepted while a supplement (补充填报) to it is pending. Only of what was not
    accepted by then the trail is asked.
    """
    is_accepted = When(status=ProgressStatus.ACCEPTED, decided_at__lt=end_of(on), then=Value(ProgressStatus.ACCEPTED))
    stood = Case(is_accepted, default=Subquery(moves_by(on=on).values("to_status")[:1]))
    reports = ProgressReport.objects.filter(period__notice=notice).order_by().annotate(stood=stood)
    found: dict[Turn, ProgressStatus] = {}
    for assignment, period, stood in reports.values_list("assignment_id", "period_id", "stood"):
        if stood == ProgressStatus.ACCEPTED:
            found[assignment, period] = ProgressStatus.ACCEPTED
        elif stood in OUTCOMES:
            found.setdefault((assignment, period), ProgressStatus(stood))
    return found


# A unit's tasks one by one as of a day, in plain rows.


def duty_rows(duties: Iterable[AssignmentRow]) -> list[DutyRow]:
    """In the order of the notice."""
    return [
        {
            "point": duty.point,
            "part": duty.part,
            "text": duty.text,
            "role": duty.role,
            "due_date": duty.due_date.isoformat(),
            "standing": str(duty.standing.label),
            "done_late": duty.done_late,
            "overdue": duty.is_overdue,
            "days_late": max(duty.days_late, 0) if duty.is_overdue else 0,
            "reports_owed": len(duty.reports),
            "reports_accepted": sum(each.outcome == Outcome.ACCEPTED for each in duty.reports),
            "reports_missing": sum(each.outcome == Outcome.MISSING for each in duty.reports),
        }
        for duty in duties
    ]
