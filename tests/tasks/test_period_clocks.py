"""A reporting period's due date follows the calendar, as long as the office has not set another."""

from datetime import date

import pytest

from fixtures.reference_data import load_workdays
from ninghai.calendar.duty_clocks import restate_clocks
from ninghai.calendar.holiday_notice import SpecialDay
from ninghai.calendar.pages import CalendarEdit, change_calendar, preview_edit
from ninghai.models import DutyClock, Workday
from tests.tasks.factories import moment
from tests.tasks.issued import ISSUED_AT, issued_notice

pytestmark = pytest.mark.django_db

TYPHOON = CalendarEdit(days={date(2018, 10, 10): SpecialDay(Workday.Kind.HOLIDAY, "台风停工")}, source="县防指通知")


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


@pytest.fixture
def autumn(cast):
    """The third quarter, due on Friday 12 October."""
    return issued_notice(cast).periods.get(end=date(2018, 9, 30))


def let_the_typhoon_come(cast):
    change_calendar(edit=TYPHOON, version=preview_edit(TYPHOON).version, by=cast.office, at=ISSUED_AT)


def test_issuing_a_notice_starts_a_clock_for_each_period(autumn):
    clock = DutyClock.objects.about(autumn).get()

    assert (autumn.due_date, clock.due_words) == (date(2018, 10, 12), "2018-10-12")
    assert str(clock) == "2018年第三季度 报送周期结束后5个工作日内报送进展"
    assert DutyClock.objects.count() == autumn.notice.periods.count()


def test_a_changed_calendar_moves_the_due_date(cast, autumn):
    let_the_typhoon_come(cast)

    autumn.refresh_from_db()
    assert autumn.due_date == date(2018, 10, 15)


def test_a_due_date_that_the_office_set_stays(cast, autumn):
    autumn.due_date = date(2018, 10, 20)
    autumn.save(update_fields=["due_date"])

    let_the_typhoon_come(cast)

    autumn.refresh_from_db()
    assert autumn.due_date == date(2018, 10, 20)


def test_other_periods_keep_theirs(cast, autumn):
    winter = autumn.notice.periods.get(end=date(2018, 12, 31))

    let_the_typhoon_come(cast)

    assert winter.due_date == date(2019, 1, 8)
    winter.refresh_from_db()
    assert winter.due_date == date(2019, 1, 8)


@pytest.mark.parametrize(("day", "is_moved"), [("2018-10-11", True), ("2018-10-12", True), ("2018-10-13", False)])
def test_a_due_date_that_is_over_is_moved_by_no_calendar(cast, autumn, day, is_moved):
    """A typhoon of 10 October moves Friday the 12th to Monday, unless the 12th has passed when it is entered."""
    on = date.fromisoformat(day)
    seen = preview_edit(TYPHOON, on=on)

    moved = change_calendar(edit=TYPHOON, version=seen.version, by=cast.office, at=moment(on.month, on.day))

    autumn.refresh_from_db()
    due = date(2018, 10, 15) if is_moved else date(2018, 10, 12)
    assert (autumn.due_date, DutyClock.objects.about(autumn).get().due_words) == (due, f"{due}")
    assert [each.clock.target_id for each in seen.clocks] == [each.clock.target_id for each in moved]
    assert bool(moved) is is_moved


def test_no_due_date_is_moved_to_a_day_that_is_over(cast, autumn):
    """With 1 October at work the fifth working day would have been Thursday the 11th, which is over on the 12th."""
    edit = CalendarEdit(days={date(2018, 10, 1): None}, source="更正")

    change_calendar(edit=edit, version=preview_edit(edit).version, by=cast.office, at=moment(10, 12))

    autumn.refresh_from_db()
    assert autumn.due_date == date(2018, 10, 12)
    assert restate_clocks(by=None, at=moment(10, 12), reason="再看一次") == []
