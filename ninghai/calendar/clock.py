"""The one clock that views, jobs and commands ask; everything below them takes dates as arguments.

With `CLOCK_DATE` set, the portal lives on that day. The demo does so, that whatever a visitor does enters the
November 2018 circular. Production leaves it empty.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in the county's time zone.

    On a day that is lived again and again, time runs on the first real day (`CLOCK_SINCE`) and from then on stands at
    the day's last moment: it never runs backwards, and what was published yesterday is public this morning.
    """
    real = timezone.localtime()
    if not settings.CLOCK_DATE:
        return real
    is_first_day = not settings.CLOCK_SINCE or real.date() <= date.fromisoformat(settings.CLOCK_SINCE)
    time_of_day = real.timetz() if is_first_day else time.max.replace(tzinfo=real.tzinfo)
    return datetime.combine(date.fromisoformat(settings.CLOCK_DATE), time_of_day)


def true_now() -> datetime:
    """This moment as it is, which no demo shifts: for signing in, whose pauses, sessions and codes last real minutes."""
    return timezone.localtime()


def later(moment: datetime, wait: timedelta) -> datetime:
    """So long after the moment, or the last moment that this clock will show: on a day lived again what waits comes, too."""
    if not settings.CLOCK_DATE:
        return moment + wait
    last = datetime.combine(date.fromisoformat(settings.CLOCK_DATE), time.max, tzinfo=timezone.get_current_timezone())
    return max(moment, min(moment + wait, last))


def stamp(at: datetime) -> dict[str, str]:
    """What a record of the moment keeps besides while the clock stands: when that really was, for what lasts only a while."""
    stands = settings.CLOCK_DATE and timezone.localtime(at).time() == time.max
    return {"done_at": true_now().isoformat()} if stands else {}


def since_stamp(kept: Mapping[str, Any]) -> timedelta:
    """How long ago that really was; nothing where the clock was running."""
    return true_now() - datetime.fromisoformat(kept["done_at"]) if "done_at" in kept else timedelta()


def today() -> date:
    """The county's calendar day."""
    return now().date()


def yesterday() -> date:
    """The last day that is over: what papers are made of unless somebody asks for another."""
    return today() - timedelta(days=1)


def beginning_of(day: date) -> datetime:
    """The moment in the county's time at which the day begins."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """The moment in the county's time at which the day is over: as of that day (截至) counts what happened before it."""
    return beginning_of(day + timedelta(days=1))
