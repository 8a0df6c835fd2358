"""A second way to find a last day: strike the days that do not count off a calendar, and walk along it day by day.

It knows the amounts of the law by itself, and asks nothing of `ninghai.calendar` but the answer. `random_cases` are limits of
every unit, and duties of the law from 2015 to 2025, under either regulation, paused, extended and begun anew.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays, workdays

from ninghai.calendar.legal_duties import of_law, reckon_by_law
from ninghai.calendar.reckoning import Extension, History, Pause, Restart, derivation, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Workday
from ninghai.models.calendar import Limit, LimitUnit

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(dict.fromkeys(holidays, Workday.Kind.HOLIDAY) | dict.fromkeys(workdays, Workday.Kind.WORKING))
FIRST, LAST = date(2015, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=days) for days in range((LAST - FIRST).days + 1)]
WORKED = {day for day in ALL_DAYS if is_workday(day)}  # as the library itself counts them
WORKING_DAY, DAY, MONTH = LimitUnit.WORKING_DAY, LimitUnit.DAY, LimitUnit.MONTH
PRINTED = re.compile(r"(\d{4}-\d\d-\d\d)（星期.）到期")

NEW_REGULATION = date(2019, 5, 15)
SUIT_IN_MONTHS = date(2015, 5, 1)
DUTIES = {  # code: unit and amount of the law, whether its last day moves off a day off
    "request": (WORKING_DAY, 0, False),  # by regulation
    "fee_payment": (WORKING_DAY, 20, False),
    "project_permit": (WORKING_DAY, 7, False),
    "budget_publish": (DAY, 20, False),
    "remedy_review": (DAY, 60, True),
    "remedy_suit": (MONTH, 6, True),
}


@dataclass(frozen=True, slots=True)
class SecondReckoning:
    """A limit and what happened to it; `duty` where it is one of the law."""

    limit: Limit
    history: History
    duty: str = ""

    def reckoned(self) -> tuple[date | None, date | None]:
        """The last day as the portal finds it, and as it stands in the derivation."""
        if self.duty:
            duty = of_law(self.duty, on=self.history.counted_from.date())
            found = reckon_by_law(duty=duty, history=self.history, calendar=CALENDAR)
            due, told = found.due, found.derivation
        else:
            due = reckon(limit=self.limit, history=self.history, calendar=CALENDAR)
            told = derivation(limit=self.limit, history=self.history, due=due, calendar=CALENDAR)
        printed = PRINTED.search(told)
        return due.day, date.fromisoformat(printed[1]) if printed else None

    def second_way(self) -> tuple[date | None, date | None]:
        day = walked(self.limit, self.history)
        return day, day

    @property
    def days_apart(self) -> int:
        """By how much the two differ; a day against none is a thousand."""
        pairs = zip(self.reckoned(), self.second_way(), strict=True)
        return max(abs((one - other).days) if one and other else 1000 * (one != other) for one, other in pairs)

    def __str__(self) -> str:
        return f"{self.duty or self.limit} {self.history}: {self.reckoned()} ≠ {self.second_way()}"


def walked(limit: Limit, history: History) -> date | None:
    """Strike the days of pauses off a list of days, walk along it and count down to nothing."""
    since = history.restarts[-1].happened if history.restarts else history.started
    start = since.date()
    struck: set[date] = set()
    asleep: set[date] = set()  # days that end in a pause
    awake_until = date.max
    for pause in history.pauses:
        begun = pause.begun.date()
        if pause.ended is None:
            awake_until = min(begun, awake_until)
            continue
        length = (pause.ended.date() - begun).days
        struck |= {begun + timedelta(days=days) for days in range(1, length + 1)}
        asleep |= {begun + timedelta(days=days) for days in range(length)}
    left = limit.amount + sum(extension.amount for extension in history.extensions if extension.granted >= since)
    if limit.unit == MONTH:
        left = (_months_on(start, left) - start).days
    day = start
    while True:
        if day >= awake_until:
            return None
        can_end = day in WORKED if limit.unit == WORKING_DAY else True
        if left <= 0 and can_end and day not in asleep:
            while limit.rolls and day not in WORKED:
                day += timedelta(days=1)
            return day
        day += timedelta(days=1)
        counts = day in WORKED if limit.unit == WORKING_DAY else True
        if counts and day not in struck:
            left -= 1


def _months_on(start: date, amount: int) -> date:
    year, month = start.year, start.month
    for _ in range(amount):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return next(date(year, month, day) for day in range(start.day, 0, -1) if _exists(year, month, day))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# Random cases.


def random_cases(amount: int, *, seed: int = 20180813) -> Iterator[SecondReckoning]:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for place in range(amount):
        yield _of_law(chance) if place % 2 else _of_any_limit(chance)


def _of_any_limit(chance: random.Random) -> SecondReckoning:
    unit = chance.choices([WORKING_DAY, DAY, MONTH], [6, 3, 1])[0]
    rolls = unit != WORKING_DAY and chance.random() < 0.4
    limit = Limit(unit, chance.randint(1, 4 if unit == MONTH else 30), rolls=rolls)
    started = _some_moment(chance)
    pauses = _pauses(chance, started, most=3)
    if pauses and chance.random() < 0.2:
        pauses[-1] = Pause(pauses[-1].begun, None)
    anew = started + timedelta(hours=chance.randrange(24 * 30))
    restarts = (Restart(anew),) if chance.random() < 0.3 else ()
    amounts = [chance.randint(1, 20) for _ in range(chance.randrange(3) if unit != MONTH else 0)]
    extensions = tuple(Extension(chance.choice([started, anew]), each) for each in amounts)
    return SecondReckoning(limit, History(started, tuple(pauses), extensions, restarts))


def _of_law(chance: random.Random) -> SecondReckoning:
    """A duty as the law of its day has it; an application mostly, with all that may happen to one."""
    code = chance.choices(list(DUTIES), [12, 1, 1, 1, 2, 2])[0]
    unit, amount, rolls = DUTIES[code]
    started = _some_moment(chance)
    if code == "request":
        return _application(chance, started)
    if code == "remedy_suit" and started.date() < SUIT_IN_MONTHS:
        amount = 3
    return SecondReckoning(Limit(unit, amount, rolls=rolls), History(started), code)


def _application(chance: random.Random, received: datetime) -> SecondReckoning:
    """Third parties and agencies are asked, the amended paper comes, more time is granted; each under the rules of its day."""
    pauses = _pauses(chance, received, most=4)
    if pauses and chance.random() < 0.1:
        pauses[-1] = Pause(pauses[-1].begun, None)
    anew = received + timedelta(hours=chance.randrange(24 * 40))
    is_amended = chance.random() < 0.3
    since = anew if is_amended else received
    days = 15 if since.date() < NEW_REGULATION else 20
    granted = chance.choice([received, since + timedelta(hours=chance.randrange(24 * 10))])
    extensions = (Extension(granted, chance.randint(1, days)),) if chance.random() < 0.4 else ()
    restarts = (Restart(anew),) if is_amended else ()
    history = History(received, tuple(pauses), extensions, restarts)
    return SecondReckoning(Limit(WORKING_DAY, days), history, "request")


def _some_moment(chance: random.Random) -> datetime:
    day = FIRST + timedelta(days=chance.randrange(4000))
    return datetime(day.year, day.month, day.day, chance.randrange(24), tzinfo=COUNTY_TIME)


def _pauses(chance: random.Random, moment: datetime, *, most: int) -> list[Pause]:
    pauses: list[Pause] = []
    for _ in range(min(most, chance.choices([0, 1, 2, 3, 4], [4, 3, 2, 1, 1])[0])):
        begun = moment + timedelta(hours=chance.randrange(24 * 20))
        ended = begun + timedelta(hours=chance.randrange(24 * 15))
        pauses.append(Pause(begun, ended))
        moment = chance.choice([ended, begun])  # the next one comes after it, or lies over it
    return pauses


def a_day_longer(case: SecondReckoning) -> SecondReckoning:
    return replace(case, limit=replace(case.limit, amount=case.limit.amount + 1), duty="")
