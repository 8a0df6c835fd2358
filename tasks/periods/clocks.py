"""The clocks of the reporting periods (报送周期): a report is due five working days after the end of its period.

They let a changed calendar move the due date of a period that the portal set; a date that the office set itself stays, and
so does one that has passed.
A period without a due date (不定期报送) has none.
"""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from ninghai.duty_clock.acts import close_clock, start_clock
from ninghai.duty_clock.duties import Duty, register
from ninghai.limits import Limit, LimitUnit
from ninghai.models import DutyClock, User
from ninghai.workdays import WorkCalendar
from tasks.models import ReportingPeriod
from tasks.periods.rhythm import REPORTING_WORKDAYS, due_date_after
from tasks.states import NoticeStatus


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
    Duty(
        code="period_report",
        words=f"报送周期结束后{REPORTING_WORKDAYS}个工作日内报送进展",
        limit=Limit(LimitUnit.WORKING_DAY, REPORTING_WORKDAYS),
        due_moved=_move_due_date,
        keeps_past=True,
    )
)
