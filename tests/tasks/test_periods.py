"""Which periods are owed when: the same answer from the list in SQL and from the page in Python."""

from datetime import date

import pytest

from tasks.assignments.lights import with_standing
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus
from tasks.periods.owing import OwingPeriods, turn_to_report, turns
from tasks.progress.services import return_report
from tests.tasks import factories
from tests.tasks.factories import PDF, assignment_of, moment

pytestmark = pytest.mark.django_db


def owing(assignment: Assignment, on: date) -> list[OwingPeriods]:
    return [turn.owing for turn in turns(assignment=assignment, reports=assignment.reports.all(), on=on)]


def next_turn(cast) -> str | None:
    assignment = assignment_of(cast)
    turn = turn_to_report(turns(assignment=assignment, reports=assignment.reports.all(), on=factories.TODAY))
    return turn.period.name if turn else None


def owed_in_list(assignment: Assignment, on: date) -> tuple[int, int]:
    row = with_standing(Assignment.objects.filter(pk=assignment.pk), on=on).get()
    return row.owed, row.owed_late


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2018, 9, 30), [OwingPeriods.RUNNING]),  # the last day of the period
        (date(2018, 10, 1), [OwingPeriods.OWED, OwingPeriods.RUNNING]),
        (date(2018, 10, 12), [OwingPeriods.OWED, OwingPeriods.RUNNING]),  # the due date itself
        (date(2018, 10, 13), [OwingPeriods.LATE, OwingPeriods.RUNNING]),
        (date(2019, 1, 9), [OwingPeriods.LATE, OwingPeriods.LATE]),
    ],
)
def test_a_period_is_owed_from_its_end_and_late_after_its_due_date(cast, notice, on, expected):
    assignment = assignment_of(cast)

    assert owing(assignment, on) == expected
    owed = [each for each in expected if each in {OwingPeriods.OWED, OwingPeriods.LATE}]
    assert owed_in_list(assignment, on) == (len(owed), owed.count(OwingPeriods.LATE))


def test_a_period_that_ended_before_the_notice_was_issued_is_not_asked_for(cast, notice):
    notice.periods.create(name="第二季度", start=date(2018, 4, 1), end=date(2018, 6, 30), due_date=date(2018, 7, 6))

    assert owing(assignment_of(cast), date(2018, 11, 20)) == [OwingPeriods.LATE, OwingPeriods.RUNNING]
    assert owed_in_list(assignment_of(cast), date(2018, 11, 20)) == (1, 1)


def test_it_is_owed_until_the_head_passes_it_to_the_office(cast, notice):
    report = factories.with_head(cast, of="第三季度")
    assert owed_in_list(report.assignment, factories.TODAY) == (1, 1)

    factories.pass_report(report=report, by=cast.head, at=factories.NOW)

    assert owed_in_list(report.assignment, factories.TODAY) == (0, 0)
    assert owing(report.assignment, factories.TODAY)[0] == OwingPeriods.HANDED_IN_LATE


def test_a_report_of_the_due_date_is_in_time(cast, notice):
    report = factories.with_office(cast, of="第三季度", at=moment(10, 12, 23))

    assert owing(report.assignment, factories.TODAY)[0] == OwingPeriods.HANDED_IN


def test_a_report_handed_in_later_was_owed_on_the_day_before(cast, notice):
    report = factories.with_office(cast, of="第三季度", at=moment(10, 20))

    assert owed_in_list(report.assignment, date(2018, 10, 19)) == (1, 1)
    assert owed_in_list(report.assignment, date(2018, 10, 20)) == (0, 0)


def test_a_returned_report_is_owed_again(cast, notice):
    report = factories.with_office(cast, of="第三季度")
    return_report(report=report, reason="补充", by=cast.office, at=factories.NOW)

    assert owed_in_list(report.assignment, factories.TODAY) == (1, 1)
    assert owing(report.assignment, factories.TODAY)[0] == OwingPeriods.LATE


def test_a_completed_assignment_owes_nothing(cast, notice):
    report = factories.accepted(cast, at=moment(10, 12), percent=100, claims_completion=True, proof=PDF)
    done = Assignment.objects.get(pk=report.assignment_id)

    assert owed_in_list(done, factories.TODAY) == (0, 0)
    assert owing(done, factories.TODAY) == [OwingPeriods.NOT_OWED, OwingPeriods.HANDED_IN]


def test_what_was_late_before_it_was_finished_is_missing_and_not_owed(cast, notice):
    report = factories.accepted(cast, at=moment(10, 13), percent=100, claims_completion=True, proof=PDF)
    done = Assignment.objects.get(pk=report.assignment_id)

    assert owed_in_list(done, factories.TODAY) == (0, 0)
    assert owing(done, factories.TODAY) == [OwingPeriods.MISSING, OwingPeriods.HANDED_IN]


def test_what_does_not_apply_never_owed_anything(cast, notice):
    assignment = assignment_of(cast)
    assignment.end(AssignmentStatus.NOT_APPLICABLE, reason="职责已调整", by=cast.office, at=factories.NOW)

    assert owing(assignment, factories.TODAY) == [OwingPeriods.NOT_OWED, OwingPeriods.NOT_OWED]
    assert owing(assignment, date(2018, 11, 19)) == [OwingPeriods.LATE, OwingPeriods.RUNNING]


def test_an_assignment_made_later_owes_only_the_periods_that_end_after(cast, notice):
    Assignment.objects.update(made_on=date(2018, 9, 30))

    assert owing(assignment_of(cast), factories.TODAY) == [OwingPeriods.RUNNING]
    assert owed_in_list(assignment_of(cast), factories.TODAY) == (0, 0)


def test_a_period_without_due_date_is_never_owed_and_always_open(cast, notice):
    notice.periods.filter(name="第四季度").delete()
    notice.periods.filter(name="第三季度").update(due_date=None)
    assignment = assignment_of(cast)

    assert owing(assignment, date(2019, 3, 1)) == [OwingPeriods.ANY_TIME]
    assert owed_in_list(assignment, date(2019, 3, 1)) == (0, 0)
    assert next_turn(cast) == "第三季度"


def test_the_clerk_is_led_to_the_oldest_owed_period_then_to_the_running_one(cast, notice):
    assert next_turn(cast) == "第三季度"
    factories.with_head(cast, of="第三季度")
    assert next_turn(cast) == "第四季度"
    factories.with_head(cast, of="第四季度")
    assert next_turn(cast) is None


@pytest.mark.parametrize("station", factories.STATIONS)
def test_a_supplement_changes_nothing_about_what_is_owed(cast, notice, station):
    factories.accepted(cast, of="第三季度")

    report = factories.STATIONS[station](cast, of="第三季度", supplement=1)

    assert owed_in_list(report.assignment, factories.TODAY) == (0, 0)
    assert owing(report.assignment, factories.TODAY) == [OwingPeriods.HANDED_IN_LATE, OwingPeriods.RUNNING]


def test_the_clerk_is_led_to_a_returned_supplement_but_never_to_begin_one(cast, notice):
    factories.accepted(cast, of="第三季度")
    factories.accepted(cast, of="第四季度")
    assert next_turn(cast) is None

    supplement = factories.with_office(cast, of="第三季度", supplement=1)
    return_report(report=supplement, reason="补充", by=cast.office, at=factories.NOW)

    assert next_turn(cast) == "第三季度"
