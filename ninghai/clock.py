"""The one clock that views, jobs and commands ask; everything below them takes dates as arguments.

With `CLOCK_DATE` set, the portal lives on that day: the date stands still, the time of day runs. The demo
does so, that whatever a visitor does enters the November 2018 circular. Production leaves it empty.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in the county's time zone."""
    real = timezone.localtime()
    if not settings.CLOCK_DATE:
        return real
    return datetime.combine(date.fromisoformat(settings.CLOCK_DATE), real.timetz())


def today() -> date:
    """The county's calendar day."""
    return now().date()
