"""Closing a period (封账): how each assignment that owed it fared is frozen, by one statement for any number of them.

Those owed it that were made before its end and still open at its end. Handed in by its due date is 按时, by the closing
迟报; nothing by then is 缺报, unless the assignment was finished or ended by the due date. What never applied (不适用)
owed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.calendar.deadlines.registry import StatutoryDuty, register
from ninghai.calendar.deadlines.services import close_clock, start_clock
from ninghai.calendar.time_limits import Limit, LimitUnit
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import DutyClock, User
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod
from tasks.models.progress import HANDED_IN, moves_by
from tasks.models.states import AssignmentStatus, NoticeStatus
from tasks.models.task import AssignmentQuerySet, completed_by
from tasks.periods.owing import periods_due
from tasks.periods.rhythm import REPORTING_WORKDAYS, due_date_after

Outcome = PeriodRecord.Outcome
COLUMNS = ("period_id", "assignment_id", "outcome", "handed_in_on")


def periods_to_close(*, on: date, calendar: WorkCalendar) -> list[ReportingPeriod]:
    """Those whose closing day is over: so many working days after the due date (setting PERIOD_CLOSES_AFTER)."""
    passed = periods_due(on=on).filter(due_date__lt=on).order_by("due_date", "pk")
    return [period for period in passed if closing_day(period, calendar=calendar) < on]


def closing_day(period: ReportingPeriod, *, calendar: WorkCalendar) -> date:
    """The last day on which a late report still counts as one; the period must have a due date."""
    if period.due_date is None:
        raise ValueError("a period without a due date is never closed")
    return calendar.add(period.due_date, settings.PERIOD_CLOSES_AFTER).due


def outcomes(period: ReportingPeriod, *, on: date) -> AssignmentQuerySet:
    """The assignments that owed the period, annotated with `outcome` and `handed_in_day` as of the end of that day.

    Their reports are joined, not asked for one by one: an assignment has at most one first report of a period, and
    supplements come after it was accepted.
    """
    first_report = Q(reports__period=period, reports__supplement=0, reports__status__in=HANDED_IN)
    handed_in = FilteredRelation("reports", condition=first_report & Q(reports__passed_at__lt=end_of(on)))
    owed = Assignment.objects.filter(task__point__notice=period.notice_id, made_on__lt=period.end).open(on=period.end)
    never_applied = Q(status=AssignmentStatus.NOT_APPLICABLE, ended_on__lte=on)
    done_in_time = completed_by(on) & Q(completed_on__lte=period.due_date) | Q(ended_on__lte=period.due_date)
    rows = owed.annotate(
        handed_in=handed_in,
        handed_in_day=Case(
            *_moved_since(period, on=on), default=F("handed_in__passed_at__date"), output_field=DateField()
        ),
        outcome=Case(
            When(handed_in_day=None, then=Value(Outcome.MISSING)),
            When(handed_in_day__lte=period.due_date, then=Value(Outcome.ON_TIME)),
            default=Value(Outcome.LATE),
        ),
    )
    return rows.exclude(Q(handed_in_day=None) & (never_applied | done_in_time))


def _moved_since(period: ReportingPeriod, *, on: date) -> list[When]:
    """The day on which they had been handed in, of reports that were returned or passed again after that day. One query."""
    reports = ProgressReport.objects.filter(period=period, supplement=0).exclude(
        ProgressReport.objects.as_it_stands(on=on)
    )
    day = Subquery(moves_by(on=on).values("at__date")[:1])
    by_day: defaultdict[date, list[int]] = defaultdict(list)
    for assignment, handed_in_on in reports.handed_in(on=on).annotate(day=day).values_list("assignment", "day"):
        by_day[handed_in_on].append(assignment)
    return [When(pk__in=pks, then=Value(day)) for day, pks in by_day.items()]


def tally(rows: QuerySet[Assignment] | QuerySet[PeriodRecord]) -> dict[Outcome, int]:
    """How many of each outcome, all three named."""
    counted = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))  # type: ignore[misc]  # annotated
    return {outcome: counted.get(outcome, 0) for outcome in Outcome}


def freeze(period: ReportingPeriod, *, on: date) -> None:
    """Write the records; those that are there stay as they are."""
    rows = outcomes(period, on=on).order_by().values_list(Value(period.pk), F("pk"), F("outcome"), F("handed_in_day"))
    select, values = rows.query.sql_with_params()
    into = f"INSERT INTO {PeriodRecord._meta.db_table} ({', '.join(COLUMNS)})"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {select} ON CONFLICT DO NOTHING", values)


# The clocks of the reporting periods (报送周期): a report is due five working days after the end of its period.


def start_period_clocks(*, periods: Iterable[ReportingPeriod], by: User | None, at: datetime) -> None:
    """Start a clock for each period, from its last day on; a due date that the office set itself is a named day."""
    calendar = WorkCalendar.load()
    for period in periods:
        if period.due_date is None:
            continue
        ended_at = datetime.combine(period.end, time.max, tzinfo=timezone.get_default_timezone())
        is_reckoned = period.due_date == due_date_after(period.end, calendar=calendar)
        limit = None if is_reckoned else Limit(LimitUnit.BY_DATE, by=period.due_date)
        start_clock(duty=PERIOD_REPORT, target=period, happened_at=ended_at, by=by, at=at, limit=limit)


def close_period_clock(*, period: ReportingPeriod, reason: str, by: User | None, at: datetime) -> None:
    """Close the period's clock, if it has one: the period is closed, remade or taken back."""
    for clock in DutyClock.objects.about(period).open().filter(duty=PERIOD_REPORT.code):
        close_clock(clock=clock, reason=reason, by=by, at=at)


def periods_without_clock() -> QuerySet[ReportingPeriod]:
    """Those of issued notices that ought to have one: set by the office, or older than the clocks."""
    running = DutyClock.objects.open().filter(
        duty=PERIOD_REPORT.code, target_type=ReportingPeriod._meta.label_lower, target_id=OuterRef("key")
    )
    wanting = ReportingPeriod.objects.filter(
        notice__status=NoticeStatus.ISSUED, closed_on=None, due_date__isnull=False
    ).annotate(key=Cast("pk", CharField()))
    return wanting.filter(~Exists(running)).order_by("pk")


def _move_due_date(clock: DutyClock, before: date | None, after: date | None) -> None:
    """Carry a restated due date over to the period, unless the office has set another since."""
    if before and after:
        ReportingPeriod.objects.filter(pk=clock.target_id, due_date=before).update(due_date=after)


PERIOD_REPORT = register(
    StatutoryDuty(
        code="period_report",
        words=f"报送周期结束后{REPORTING_WORKDAYS}个工作日内报送进展",
        limit=Limit(LimitUnit.WORKING_DAY, REPORTING_WORKDAYS),
        due_moved=_move_due_date,
        keeps_past=True,
    )
)
