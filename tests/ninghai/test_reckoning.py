"""When a limit runs out: vectors, properties, and 100,000 random cases against a second way to find it."""

import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ninghai.calendar.reckoning import Due, Extension, History, Pause, Restart, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models.calendar import Limit, LimitUnit
from tests.ninghai.second_reckoning import CALENDAR, COUNTY_TIME, a_day_longer, random_cases

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


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2018-09-21", "2018-09-28"), ("2018-09-25", "2018-09-29")], "2018-10-10"),  # 21, 30, 8, 9, 10
        ([("2018-09-21", "2018-09-29"), ("2018-09-25", "2018-09-26")], "2018-10-10"),  # one within the other
        ([("2018-09-21", "2018-09-29"), ("2018-09-25", None)], None),
        ([("2018-09-21", None), ("2018-09-25", "2018-09-26")], None),
    ],
)
def test_a_day_in_several_pauses_is_left_out_once(pauses, expected):
    assert due_day(WORKING_DAY, 5, "2018-09-20", *pauses) == expected


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(at("2019-06-03"), restarts=(Restart(at("2019-06-20")),)), "2019-07-18"),
        (
            History(
                at("2019-06-03"), (Pause(at("2019-06-04"), at("2019-06-10")),), restarts=(Restart(at("2019-06-20")),)
            ),
            "2019-07-18",  # a pause that was over counts no more
        ),
        (
            History(
                at("2019-06-03"), (Pause(at("2019-06-19"), at("2019-06-24")),), restarts=(Restart(at("2019-06-20")),)
            ),
            "2019-07-22",  # one that goes on takes the 21st and 24th
        ),
        (
            History(at("2019-06-03"), (), (Extension(at("2019-06-05"), 20),), restarts=(Restart(at("2019-06-20")),)),
            "2019-07-18",  # nor does an extension of the period before
        ),
        (History(at("2019-05-03"), restarts=(Restart(at("2019-06-20")), Restart(at("2019-06-21")))), "2019-07-19"),
    ],
)
def test_a_limit_that_starts_anew_counts_in_full(history, expected):
    assert str(due(Limit(WORKING_DAY, 20), history).day) == expected


@pytest.mark.parametrize(
    ("unit", "amount", "started", "expected"),
    [
        (DAY, 60, "2018-11-20", "2019-01-21"),  # 01-19 is a Saturday
        (MONTH, 6, "2018-11-20", "2019-05-20"),
        (DAY, 1, "2018-09-28", "2018-09-29"),  # a Saturday at work
        (DAY, 1, "2018-09-30", "2018-10-08"),  # into a week off
    ],
)
def test_a_last_day_that_is_a_day_off_rolls_where_the_law_says_so(unit, amount, started, expected):
    found = due(Limit(unit, amount, rolls=True), History(at(started)))

    assert str(found.day) == expected
    assert found.moment == datetime.combine(found.day, datetime.max.time(), tzinfo=COUNTY_TIME)


@pytest.mark.parametrize("limit", [{"unit": HOUR, "amount": 5}, {"unit": BY_DATE, "by": date(2019, 3, 31)}])
def test_neither_hours_nor_named_days_roll(limit):
    with pytest.raises(ValueError, match="末日顺延"):
        Limit(**limit, rolls=True)


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


@pytest.mark.parametrize("amount", [3_000, pytest.param(100_000, marks=pytest.mark.exhaustive)])
def test_a_second_way_finds_the_same_day_in_random_cases(amount):
    """`make second-reckoning` prints what this one says of 100,000."""
    differing = sorted((case for case in random_cases(amount) if case.days_apart), key=lambda case: -case.days_apart)

    worst = f"，最多相差{differing[0].days_apart}天：{differing[0]}" if differing else ""
    sys.stdout.write(f"\n{amount:,}个随机事项，{len(differing)}个的到期日与另一种算法不同{worst}\n")
    assert [str(each) for each in differing[:3]] == []


def test_the_second_way_sees_a_single_day_more():
    """Else it would say nothing."""
    for case in random_cases(200):
        found, _ = a_day_longer(case).reckoned()
        if found and case.limit.unit == DAY and not case.limit.rolls:
            assert found > case.second_way()[0]
