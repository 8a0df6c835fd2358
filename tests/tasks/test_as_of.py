"""What happens later changes nothing of what a page says of an earlier day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ninghai.moves import TransitionError
from tasks.models import Assignment
from tasks.standing import with_standing
from tasks.states import AssignmentStatus, Light
from tests.tasks.factories import accepted, assignment_of, moment

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
