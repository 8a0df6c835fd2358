"""The timed work of `tasks`, for the scheduler."""

from django.conf import settings

from ninghai.calendar import clock
from ninghai.models import ReminderDay
from tasks.assignments.reminders import send_reminders
from tasks.periods.services import look_after_periods
from tasks.spot_checks.objection_clocks import close_lapsed_clocks


def remind_when_due() -> None:
    """Send the day's reminders once its hour has come; a scheduler that was down then does it when it is back."""
    now = clock.now()
    is_done = ReminderDay.objects.filter(date=now.date(), finished_at__isnull=False)
    if now.hour >= settings.REMIND_AT and not is_done.exists():
        send_reminders(on=now.date(), at=now)


def close_periods_when_due() -> None:
    """Close every reporting period (封账) whose time has come, however long nobody looked."""
    look_after_periods(at=clock.now())


def close_objection_clocks_when_due() -> None:
    """Close the clocks of findings to which nobody objected in time (异议期满)."""
    close_lapsed_clocks(at=clock.now())
