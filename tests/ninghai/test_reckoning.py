"""When a limit runs out: vectors, properties, and 100,000 random cases against a second way to find it."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar import is_workday
from chinese_calendar.constants import holidays, workdays
from hypothesis import example, given
from hypothesis import strategies as st

from ninghai.calendar.reckoning import Due, Extension, History, Pause, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Workday
from ninghai.models.calendar import Limit, LimitUnit

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
CASES = 100_000

CALENDAR = WorkCalendar(dict.fromkeys(holidays, Workday.Kind.HOLIDAY) | dict.fromkeys(workdays, Workday.Kind.WORKING))
HOUR, WORKING_DAY, DAY, MONTH, BY_DATE = LimitUnit


def at(day: date | str, hour: int = 9, minute: int = 0) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COUNTY_TIME)


def due(limit: Limit, history: History, calendar: WorkCalendar = CALENDAR) -> Due:
    return reckon(limit=limit, history=history, calendar=calendar)


def due_day(
    unit: LimitUnit, amount: int, started: str, *pauses: tuple[str, str | None], extended_by: int = 0
) -> str | None:
    """The due day of a limit, everything said in days."""
    history = History(
        started=at(started),
        pauses=tuple(Pause(at(begun), ended and at(ended)) for begun, ended in pauses),
        extensions=(Extension(at(started), extended_by),) if extended_by else (),
    )
    found = due(Limit(unit, amount), history).day
    return str(found) if found else None


# --- Vectors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "amount", "expected"),
    [
        ("2018-09-20", 15, "2018-10-17"),
        ("2018-09-20", 20, "2018-10-24"),
        ("2018-12-21", 15, "2019-01-14"),
        ("2018-12-21", 20, "2019-01-21"),
        ("2019-04-25", 20, "2019-05-24"),
        ("2018-02-09", 1, "2018-02-11"),  # a Sunday at work
        ("2018-09-28", 1, "2018-09-29"),  # a Saturday at work
        ("2026-09-18", 20, "2026-10-22"),
    ],
)
def test_working_days(started, amount, expected):
    assert due_day(WORKING_DAY, amount, started) == expected


@pytest.mark.parametrize(
    ("unit", "started", "amount", "expected"),
    [
        (DAY, "2018-02-09", 7, "2018-02-16"),  # holidays count
        (DAY, "2024-02-28", 1, "2024-02-29"),
        (DAY, "2018-12-31", 1, "2019-01-01"),
        (MONTH, "2018-08-13", 1, "2018-09-13"),
        (MONTH, "2018-01-31", 1, "2018-02-28"),
        (MONTH, "2024-01-31", 1, "2024-02-29"),
        (MONTH, "2018-10-31", 6, "2019-04-30"),
        (MONTH, "2018-12-31", 12, "2019-12-31"),
    ],
)
def test_calendar_days_and_months(unit, started, amount, expected):
    assert due_day(unit, amount, started) == expected


@pytest.mark.parametrize("hours", [24, 48])
def test_hours_run_through_nights_and_holidays(hours):
    found = due(Limit(HOUR, hours), History(started=at("2018-09-30", 23, 30)))

    assert found.moment == at("2018-09-30", 23, 30) + timedelta(hours=hours)
    assert found.day == date(2018, 10, 1 if hours == 24 else 2)


def test_a_named_day_is_the_last_day_itself():
    found = due(Limit(BY_DATE, by=date(2018, 11, 30)), History(started=at("2018-08-13")))

    assert found.moment == datetime(2018, 11, 30, 23, 59, 59, 999999, tzinfo=COUNTY_TIME)


def test_the_day_is_the_countys_wherever_the_moment_was_written():
    late_evening_in_utc = datetime(2018, 9, 19, 17, tzinfo=ZoneInfo("UTC"))  # 01:00 on the 20th in Ninghai

    assert due(Limit(WORKING_DAY, 15), History(started=late_evening_in_utc)).day == date(2018, 10, 17)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2018-09-21", "2018-09-26")], "2018-09-30"),  # 25th and 26th are not counted: 21, 27, 28, 29, 30
        ([("2018-09-21", "2018-09-21")], "2018-09-28"),  # back on the same day: nothing lost
        ([("2018-09-28", "2018-10-08")], "2018-10-08"),  # paused on the last day: that day's rest is left
        ([("2018-09-28", "2018-10-06")], "2018-10-08"),  # … and a holiday is no day to finish on
        ([("2018-09-21", None)], None),
        ([("2018-09-20", "2018-09-25"), ("2018-09-26", "2018-09-27")], "2018-10-08"),  # 26, 28, 29, 30, 8
        ([("2018-10-09", None)], "2018-09-28"),  # it had run out before
    ],
)
def test_days_of_a_pause_are_not_counted(pauses, expected):
    assert due_day(WORKING_DAY, 5, "2018-09-20", *pauses) == expected


def test_the_time_of_a_pause_is_not_counted_in_hours():
    history = History(started=at("2018-09-20", 9), pauses=(Pause(at("2018-09-20", 10, 30), at("2018-09-21", 8)),))

    assert due(Limit(HOUR, 24), history).moment == at("2018-09-22", 6, 30)


@pytest.mark.parametrize(
    ("unit", "amount", "extended_by", "expected"),
    [
        (WORKING_DAY, 15, 5, "2018-10-24"),
        (DAY, 10, 10, "2018-10-10"),
        (MONTH, 1, 1, "2018-11-20"),
    ],
)
def test_an_extension_adds_to_the_limit(unit, amount, extended_by, expected):
    assert due_day(unit, amount, "2018-09-20", extended_by=extended_by) == expected


@pytest.mark.parametrize(
    "wrong", [{"unit": DAY}, {"unit": BY_DATE}, {"unit": DAY, "amount": 1, "by": date(2018, 1, 1)}]
)
def test_a_limit_is_an_amount_or_a_day(wrong):
    with pytest.raises(ValueError, match="时限应是"):
        Limit(**wrong)


# --- Properties --------------------------------------------------------------------------------------------

days_of_these_years = st.dates(date(2017, 1, 1), date(2026, 6, 30))
units = st.sampled_from([HOUR, WORKING_DAY, DAY, MONTH])
amounts = st.integers(1, 40)
minutes = st.integers(0, 60 * 24 * 60)


@st.composite
def histories(draw):
    moment = at(draw(days_of_these_years), draw(st.integers(0, 23)))
    started, pauses = moment, []
    for _ in range(draw(st.integers(0, 3))):
        begun = moment + timedelta(minutes=draw(minutes))
        moment = begun + timedelta(minutes=draw(minutes))
        pauses.append(Pause(begun, moment))
    return History(started=started, pauses=tuple(pauses))


@given(units, amounts, histories(), st.integers(0, 2), minutes, minutes)
def test_another_pause_never_makes_it_due_earlier(unit, amount, history, place, before, long):
    limit = Limit(unit, amount)
    starts = [history.started, *(pause.ended for pause in history.pauses)]
    begun = starts[-1] + timedelta(minutes=before)
    longer = History(history.started, (*history.pauses, Pause(begun, begun + timedelta(minutes=long))))

    assert due(limit, longer).moment >= due(limit, history).moment


# Paused on its last day, resumed on a Saturday: with nothing left it ends on the Monday, and so it does with one day left.
SATURDAY = History(at("2020-02-06", 0), (Pause(at("2020-02-07"), at("2020-02-08")),))


@example(WORKING_DAY, 1, SATURDAY, 1)
@given(units, amounts, histories(), st.integers(1, 40))
def test_an_extension_makes_it_due_later_and_none_changes_nothing(unit, amount, history, more):
    """A single working day may be the one that the pause has given already."""
    limit = Limit(unit, amount)

    def extended(by):
        return due(limit, History(history.started, history.pauses, (Extension(history.started, by),))).moment

    assert extended(0) == due(limit, history).moment
    assert extended(more + 1) > extended(0)
    assert extended(more) > extended(0) or (unit == WORKING_DAY and more == 1)
    assert extended(more) >= extended(0)


@given(amounts, histories())
def test_a_limit_of_working_days_ends_on_a_working_day(amount, history):
    assert CALENDAR.is_workday(due(Limit(WORKING_DAY, amount), history).day)


@given(units, amounts, histories())
def test_it_never_runs_out_while_it_is_paused(unit, amount, history):
    moment = due(Limit(unit, amount), history).moment

    assert not any(pause.begun <= moment < pause.ended for pause in history.pauses)


# --- A second way ------------------------------------------------------------------------------------------

FIRST, LAST = date(2015, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=days) for days in range((LAST - FIRST).days + 1)]
WORKED = {day for day in ALL_DAYS if is_workday(day)}  # as the library itself counts them


def naive_due(limit: Limit, history: History) -> date | None:
    """Strike the days of pauses off a list of days, walk along it and count down to nothing."""
    start = history.started.date()
    struck: set[date] = set()
    asleep: set[date] = set()  # days that end in a pause
    awake_until = date.max
    for pause in history.pauses:
        begun = pause.begun.date()
        if pause.ended is None:
            awake_until = begun
            break
        length = (pause.ended.date() - begun).days
        struck |= {begun + timedelta(days=days) for days in range(1, length + 1)}
        asleep |= {begun + timedelta(days=days) for days in range(length)}
    extra = sum(extension.amount for extension in history.extensions)
    left = limit.amount + extra
    if limit.unit == LimitUnit.MONTH:
        year, month = start.year, start.month
        for _ in range(left):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = next(day for day in range(start.day, 0, -1) if exists(year, month, day))
        left = (date(year, month, end) - start).days
    day = start
    while True:
        if day >= awake_until:
            return None
        can_end = day in WORKED if limit.unit == LimitUnit.WORKING_DAY else True
        if left <= 0 and can_end and day not in asleep:
            return day
        day += timedelta(days=1)
        counts = day in WORKED if limit.unit == LimitUnit.WORKING_DAY else True
        if counts and day not in struck:
            left -= 1


def exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def random_case(chance: random.Random) -> tuple[Limit, History]:
    unit = chance.choices([WORKING_DAY, DAY, MONTH], [6, 3, 1])[0]
    limit = Limit(unit, chance.randint(1, 4 if unit == MONTH else 30))
    moment = at(date(2015, 1, 1) + timedelta(days=chance.randrange(4000)), chance.randrange(24))
    started, pauses = moment, []
    for _ in range(chance.choices([0, 1, 2, 3], [4, 3, 2, 1])[0]):
        begun = moment + timedelta(hours=chance.randrange(24 * 20))
        moment = begun + timedelta(hours=chance.randrange(24 * 15))
        pauses.append(Pause(begun, moment))
    if pauses and chance.random() < 0.2:
        pauses[-1] = Pause(pauses[-1].begun, None)
    extensions = (
        [Extension(started, chance.randint(1, 20)) for _ in range(chance.randrange(3))] if unit != MONTH else []
    )
    return limit, History(started=started, pauses=tuple(pauses), extensions=tuple(extensions))


@pytest.mark.exhaustive
def test_a_second_way_finds_the_same_day_in_100_000_random_cases():
    chance = random.Random(20180813)  # noqa: S311 - repeatable, not secret
    cases = [random_case(chance) for _ in range(CASES)]

    differing = [case for case in cases if due(*case).day != naive_due(*case)]

    assert differing[:3] == []
