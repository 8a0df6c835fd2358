"""更新周期: by when there must be something new, for duties that come back every month, quarter, half year or year.

Each period has one deadline: its last day, the duty's limit after it (季度结束后15日内), or a named day of the year
(每年3月31日前). A limit that counts from an event (批准后20日内) says nothing of a period: its last day holds. Between one deadline and the next there must be something new; for a named day, in its year before it. Where the limit
runs after the period, what comes after a missed deadline mends that one only, and the next is owed as before.
"""

import calendar as months
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from disclosure.coverage.limits import Days, DutyRule
from disclosure.models.basic_catalogue import Rhythm

ONE_DAY = timedelta(days=1)
MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.HALF_YEARLY: 6, Rhythm.YEARLY: 12}


class Deadline(NamedTuple):
    """What becomes public from `opens` to `due` is in time for it."""

    period: int
    opens: date
    due: date
    ends: date  # the last day of the period that it is about


def comes_back(rule: DutyRule) -> bool:
    return rule.rhythm in MONTHS


def first_deadline(rule: DutyRule, day: date, *, days: Days) -> Deadline:
    """The first that is due on that day or later."""
    period = (day.year * 12 + day.month - 1) // MONTHS[rule.rhythm]
    while _due(rule, period - 1, days) >= day:
        period -= 1
    while _due(rule, period, days) < day:
        period += 1
    return _deadline(rule, period, days)


def last_deadline(rule: DutyRule, day: date, *, days: Days) -> Deadline:
    """The last that was due before that day."""
    return _deadline(rule, first_deadline(rule, day, days=days).period - 1, days)


def next_deadline(rule: DutyRule, public_on: Sequence[date], *, since: date | None, days: Days) -> Deadline:
    """The one that is owed after what became public on these days (ascending, one at least)."""
    owed = first_deadline(rule, since or public_on[0], days=days)
    for day in public_on:
        if is_mending := day > owed.due:
            owed = first_deadline(rule, day, days=days)
        if day >= owed.opens and not (is_mending and _lags(rule)):
            owed = _deadline(rule, owed.period + 1, days)
    return owed


def _lags(rule: DutyRule) -> bool:
    """What becomes public is about the period before, so that what comes late is not early for the next one."""
    return rule.period_limit is not None and rule.yearly is None


def _deadline(rule: DutyRule, period: int, days: Days) -> Deadline:
    due, end = _due(rule, period, days), _end(rule, period)
    opens = date(end.year, 1, 1) if rule.yearly else _due(rule, period - 1, days) + ONE_DAY
    return Deadline(period, opens, due, end)


def _due(rule: DutyRule, period: int, days: Days) -> date:
    end = _end(rule, period)
    if named := rule.day_in(end.year):
        month, day = named
        return date(end.year, month, min(day, months.monthrange(end.year, month)[1]))
    return days.after(rule.period_limit, end) if rule.period_limit else end


def _end(rule: DutyRule, period: int) -> date:
    """The last day of the period."""
    year, month = divmod((period + 1) * MONTHS[rule.rhythm] - 1, 12)
    return date(year, month + 1, months.monthrange(year, month + 1)[1])
