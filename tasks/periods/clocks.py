"""The clocks of the reporting periods (报送周期): a report is due five working days after the end of its period.

They let a changed calendar move the due date of a period that the portal set; a date that the office set itself stays.
"""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils import timezone

from ninghai.duty_clock.acts import start_clock
from ninghai.duty_clock.duties import Duty, register
from ninghai.limits import Limit, LimitUnit
from ninghai.models import DutyClock, User
from tasks.models import ReportingPeriod
from tasks.periods.rhythm import REPORTING_WORKDAYS


def start_period_clocks(*, periods: Iterable[ReportingPeriod], by: User, at: datetime) -> None:
    """Start a clock for each period, from its last day on."""
    for period in periods:
        ended_at = datetime.combine(period.end, time.max, tzinfo=timezone.get_default_timezone())
        start_clock(duty=PERIOD_REPORT, target=period, happened_at=ended_at, by=by, at=at)


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
    )
)
