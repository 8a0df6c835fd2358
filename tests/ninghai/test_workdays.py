from datetime import date

import pytest

from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Workday

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar():
    load_workdays()
    return WorkCalendar.load()


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (date(2018, 9, 20), 15, date(2018, 10, 17)),
        (date(2018, 9, 20), 20, date(2018, 10, 24)),
        (date(2018, 12, 21), 15, date(2019, 1, 14)),
        (date(2018, 12, 21), 20, date(2019, 1, 21)),
        (date(2019, 4, 25), 20, date(2019, 5, 24)),
        (date(2018, 2, 9), 1, date(2018, 2, 11)),  # a Sunday at work
        (date(2018, 9, 28), 1, date(2018, 9, 29)),  # a Saturday at work
        (date(2026, 9, 18), 20, date(2026, 10, 22)),
    ],
)
def test_a_limit_counts_working_days_and_leaves_out_the_day_of_the_event(calendar, start, amount, due):
    assert calendar.add(start, amount).due == due


def test_the_2019_notice_changed_days_of_2018(calendar):
    days = [date(2018, 12, 29), date(2018, 12, 30), date(2018, 12, 31)]

    assert [calendar.is_workday(day) for day in days] == [True, False, False]


def test_the_derivation_names_the_special_days_it_passed(calendar):
    assert str(calendar.add(date(2018, 9, 28), 3)) == (
        "2018-09-28（当日不计）起第3个工作日为2018-10-08；"
        "其中放假：10-01、10-02、10-03、10-04、10-05、10-06、10-07；其中调休上班：09-29、09-30。"
    )


def test_a_year_that_is_not_entered_is_guessed_with_its_fixed_holidays_and_said_so(calendar):
    derivation = calendar.add(date(2026, 12, 30), 3)

    assert derivation.due == date(2027, 1, 5)  # 1 January is a holiday by law, whatever the notice will add
    assert str(derivation) == (
        "2026-12-30（当日不计）起第3个工作日为2027-01-05；其中放假：01-01；"
        "2027年放假安排未录入，暂按周末和法定节日推算（元旦、劳动节、国庆节已扣除，春节、清明节、端午节、中秋节和调休未计入）。"
    )


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 1, 1), False),
        (date(2027, 4, 30), True),
        (date(2029, 5, 1), False),
        (date(2029, 5, 2), False),  # since 2025
        (date(2027, 10, 1), False),
        (date(2030, 10, 2), False),
        (date(2030, 10, 3), False),
        (date(2030, 10, 4), True),
        (date(2003, 5, 1), False),
        (date(2003, 5, 2), True),  # before 2025
    ],
)
def test_the_fixed_holidays_of_a_year_that_is_not_entered(calendar, day, works):
    assert day.weekday() < 5
    assert calendar.is_workday(day) == works


def test_one_day_entered_ahead_does_not_make_its_year_known(calendar):
    Workday.objects.create(date=date(2027, 1, 4), kind=Workday.Kind.HOLIDAY, source="预告")

    assert WorkCalendar.load().add(date(2026, 12, 30), 3).passed.guessed_years == {2027}


def test_the_version_tells_calendars_apart(calendar):
    assert WorkCalendar.load().version == calendar.version

    Workday.objects.filter(date=date(2018, 9, 29)).update(kind=Workday.Kind.HOLIDAY)

    assert WorkCalendar.load().version != calendar.version


def test_an_edited_day_counts_and_is_not_overwritten(calendar):
    Workday.objects.filter(date=date(2018, 9, 29)).update(kind=Workday.Kind.HOLIDAY)

    load_workdays()

    assert WorkCalendar.load().add(date(2018, 9, 28), 1).due == date(2018, 9, 30)


def test_less_than_one_day_is_refused(calendar):
    with pytest.raises(ValueError, match="至少为 1"):
        calendar.add(date(2018, 9, 28), 0)
