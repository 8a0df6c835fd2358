"""What happens later changes nothing of what a page says of an earlier day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ninghai.models.state_machine import TransitionError
from tasks.assignments.heat_map import read_heat_map
from tasks.assignments.lights import with_standing
from tasks.models import Assignment
from tasks.models.states import AssignmentStatus, Light
from tasks.periods.services import outcomes
from tasks.progress.services import pass_report, return_report, submit_report
from tasks.scoring.facts import ScoringContext, reporting
from tests.tasks.factories import accepted, assignment_of, moment, period, with_office

DUE, ISSUED = date(2018, 11, 1), date(2018, 8, 14)


def later_dates(cast) -> Assignment:
    """Due on 1 November, put off on 30 October to the 20th, on 19 November to 10 December."""
    assignment = assignment_of(cast)
    assignment.change_due_date(to=date(2018, 11, 20), reason="材料待批", by=cast.signer, at=moment(10, 30))
    assignment.change_due_date(to=date(2018, 12, 10), reason="再次延期", by=cast.signer, at=moment(11, 19))
    return assignment


@pytest.mark.parametrize(
    ("day", "due", "light"),
    [
        (date(2018, 10, 29), DUE, Light.YELLOW),
        (date(2018, 10, 30), date(2018, 11, 20), Light.GREEN),
        (date(2018, 11, 18), date(2018, 11, 20), Light.YELLOW),
        (date(2018, 11, 19), date(2018, 12, 10), Light.GREEN),
        (date(2018, 12, 11), date(2018, 12, 10), Light.RED),
    ],
)
def test_each_day_has_the_due_date_that_held_on_it(cast, notice, day, due, light):
    assignment = later_dates(cast)

    [row] = with_standing(Assignment.objects.filter(pk=assignment.pk), on=day)

    assert (assignment.due_on(day), assignment.light(on=day)) == (due, light)
    assert (row.due_on_day, row.light_on_day) == (due, light)


def test_the_original_day_stays_beside_the_present_one(cast, notice):
    assert later_dates(cast).due_words == "2018-12-10（原定2018-11-01）"


def test_what_was_overdue_stays_so_on_its_day(cast, notice):
    assignment = assignment_of(cast)
    assignment.change_due_date(to=date(2018, 12, 10), reason="补办延期", by=cast.signer, at=moment(11, 5))

    assert assignment in Assignment.objects.overdue(on=date(2018, 11, 4))
    assert assignment not in Assignment.objects.overdue(on=date(2018, 11, 5))


def test_a_due_date_asks_the_database_only_for_days_before_its_change(cast, notice, django_assert_num_queries):
    assignment = later_dates(cast)

    with django_assert_num_queries(0):
        assignment.due_on(date(2018, 11, 19))
    with django_assert_num_queries(1):
        assignment.due_on(date(2018, 11, 18))


@pytest.mark.parametrize("status", sorted(AssignmentStatus.ended))
def test_what_ended_was_owed_until_the_day_before(cast, notice, status):
    assignment = assignment_of(cast)
    assignment.end(AssignmentStatus(status), reason="职责已调整", by=cast.office, at=moment(11, 10))

    assert assignment in Assignment.objects.open(on=date(2018, 11, 9))
    assert assignment in Assignment.objects.overdue(on=date(2018, 11, 9))
    assert assignment not in Assignment.objects.owed(on=date(2018, 11, 10))
    assert assignment.light(on=date(2018, 11, 9)) == Light.RED
    assert assignment.light(on=date(2018, 11, 10)) == Light.ENDED


def test_nothing_is_owed_before_it_was_made(cast, notice):
    assert not Assignment.objects.owed(on=date(2018, 8, 13)).exists()
    assert Assignment.objects.owed(on=ISSUED).count() == Assignment.objects.count()


def test_what_is_finished_does_not_end_without(cast, notice):
    assignment = accepted(cast, claims_completion=True, percent=100, proof=b"x").assignment

    with pytest.raises(TransitionError, match="办结"):
        assignment.end(AssignmentStatus.NOT_APPLICABLE, reason="误报", by=cast.office, at=moment(11, 21))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "not_applicable"},
        {"status": "handed_over", "ended_on": DUE},
        {"ended_on": DUE, "ended_reason": "没有结束"},
    ],
)
def test_the_database_keeps_day_and_reason_of_an_end_together(cast, notice, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=assignment_of(cast).pk).update(**wrong)


# --- What was handed in and returned since ------------------------------------------------------------------

HANDED_IN, RETURNED, AGAIN = date(2018, 10, 10), date(2018, 10, 20), date(2018, 11, 5)
STOOD = [(date(2018, 10, 9), False), (HANDED_IN, True), (date(2018, 10, 19), True)]
STOOD += [(RETURNED, False), (date(2018, 11, 4), False), (AGAIN, True), (date(2018, 11, 6), True)]


def returned_and_passed_again(cast) -> Assignment:
    """Handed in in time for the third quarter, returned by the office after its due date, and passed once more."""
    assignment = assignment_of(cast)
    report = with_office(cast, of="第三季度", at=moment(10, 10))
    return_report(report=report, reason="请补充佐证。", by=cast.office, at=moment(10, 20))
    submit_report(report=report, by=cast.clerk, at=moment(11, 5))
    pass_report(report=report, by=cast.head, at=moment(11, 5, 10))
    return assignment


def is_owed_in_heat_map(cast, notice, assignment: Assignment, *, on: date) -> bool:
    points = notice.points.order_by("position")
    shown = read_heat_map(notice=notice, points=points, user=cast.office, on=on, period=period("第三季度"))
    return shown.cells[assignment.task.point_id][assignment.unit_id].is_marked


@pytest.mark.parametrize(("day", "was_there"), STOOD)
def test_a_report_that_was_returned_since_still_counts_on_the_days_before(cast, notice, day, was_there):
    assignment = returned_and_passed_again(cast)

    [row] = with_standing(Assignment.objects.filter(pk=assignment.pk), on=day)

    assert is_owed_in_heat_map(cast, notice, assignment, on=day) is not was_there
    assert row.owed == (0 if was_there else 1)


@pytest.mark.parametrize(
    ("day", "outcome", "handed_in_on"),
    [
        (date(2018, 10, 15), "on_time", HANDED_IN),
        (date(2018, 10, 25), "missing", None),
        (date(2018, 11, 6), "late", AGAIN),
    ],
)
def test_the_outcome_of_a_period_and_its_score_are_those_of_the_day(cast, notice, day, outcome, handed_in_on):
    assignment = returned_and_passed_again(cast)

    row = outcomes(period("第三季度"), on=day).get(pk=assignment.pk)
    timely = reporting(ScoringContext(notice, day))[assignment.unit_id]

    assert (row.outcome, row.handed_in_day) == (outcome, handed_in_on)
    assert timely.in_time == (1 if outcome == "on_time" else 0)
    assert sum(lapse.late for lapse in timely.lapses) == (1 if outcome == "late" else 0)


# --- What was carried over, and came back --------------------------------------------------------------------


def test_what_was_carried_over_was_not_asked_until_it_came_back(cast, notice):
    """The notice that it was carried over into is revoked: the days between stay as they were told."""
    assignment = assignment_of(cast)
    assignment.end(AssignmentStatus.CARRIED_OVER, reason="结转下一年度", by=cast.office, at=moment(11, 5))
    days = [date(2018, 11, day) for day in (4, 5, 8, 9, 10)]
    before = [_asked(assignment, on=day) for day in days]

    assignment.resume(by=cast.office, at=moment(11, 9))

    assert before == [True, False, False, False, False]
    assert [_asked(assignment, on=day) for day in days] == [True, False, False, True, True]
    assert assignment.light(on=date(2018, 11, 8)) == Light.ENDED


def _asked(assignment: Assignment, *, on: date) -> bool:
    """By the record, by the list of what is owed, and by its light there: one answer."""
    [row] = with_standing(Assignment.objects.filter(pk=assignment.pk), on=on)
    answers = {
        not assignment.has_ended(on=on),
        Assignment.objects.owed(on=on).filter(pk=assignment.pk).exists(),
        row.light_on_day != Light.ENDED,
    }
    assert len(answers) == 1
    return answers.pop()


def test_a_role_is_told_as_it_was_on_the_day(cast, notice):
    assignment = assignment_of(cast)
    assignment.change_role(to="supporting", by=cast.office, at=moment(10, 10))
    assignment.change_role(to="guiding", by=cast.office, at=moment(11, 10))

    days = [date(2018, 10, 9), date(2018, 10, 10), date(2018, 11, 9), date(2018, 11, 10)]
    assert [assignment.role_on(day) for day in days] == ["lead", "supporting", "supporting", "guiding"]
