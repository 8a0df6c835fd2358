"""What /healthz says of reports: how long they wait, what was given up, what the scheduler forgot."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from ninghai.models import Job, JobStatus
from ninghai.operations.health import open_jobs
from reports.models import Report
from tests.cast import make_cast
from tests.reports.makers import issued_notice, requested

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    cast = make_cast()
    return requested(cast, issued_notice(cast))


def told():
    """Over the connection of the test, whose rows nobody else sees."""
    return open_jobs(connection.connection)["reports"]


def set_to(report, **values) -> None:
    Job.objects.filter(report=report).update(**values)


def test_a_report_that_just_came_waits_and_all_is_well(report):
    now = told()

    assert (now["ok"], now["waiting"], now["failed"], now["overdue"]) == (True, 1, 0, 0)
    assert now["queue_seconds"] < 60


def test_one_that_the_scheduler_should_have_handed_out_is_overdue(report):
    set_to(report, next_try_at=Now() - timedelta(minutes=5), handed_out_at=None)

    now = told()

    assert (now["ok"], now["waiting"], now["overdue"]) == (False, 1, 1)
    assert 300 <= now["queue_seconds"] < 400


def test_one_that_waits_long_although_it_was_handed_out_lacks_workers(report):
    set_to(report, next_try_at=Now() - timedelta(hours=1), handed_out_at=Now())

    now = told()

    assert (now["ok"], now["overdue"]) == (False, 0)


def test_a_lease_that_nobody_took_back_is_overdue(report):
    set_to(report, status=JobStatus.RUNNING, lease_until=Now() - timedelta(minutes=5))

    assert (told()["ok"], told()["overdue"]) == (False, 1)


def test_what_failed_is_counted_and_waits_for_a_person(report):
    set_to(report, status=JobStatus.FAILED)

    assert (told()["ok"], told()["failed"], told()["waiting"]) == (True, 1, 0)
