"""Reports that make themselves when a month is over."""

from datetime import date

import pytest

from reports.jobs import due, make_periodic_reports
from reports.models import Report
from tests.reports.makers import NOW

pytestmark = pytest.mark.django_db


def asked_for(today: date) -> list[tuple[str, date | None, date]]:
    return [(request.kind, request.since, request.as_of) for request in due(today=today)]


@pytest.mark.parametrize(
    ("today", "month", "quarter", "end"),
    [
        (date(2018, 10, 8), date(2018, 9, 1), date(2018, 7, 1), date(2018, 9, 30)),
        (date(2019, 1, 2), date(2018, 12, 1), date(2018, 10, 1), date(2018, 12, 31)),
    ],
)
def test_a_quarter_asks_for_its_own_progress_and_for_what_is_overdue(cast, notice, today, month, quarter, end):
    assert asked_for(today) == [("progress", month, end), ("progress", quarter, end), ("overdue", None, end)]


def test_a_month_within_a_quarter_asks_for_its_progress_alone(cast, notice):
    assert asked_for(date(2018, 11, 1)) == [("progress", date(2018, 10, 1), date(2018, 10, 31))]


def test_a_month_that_ended_long_ago_is_left_to_the_office(cast, notice):
    assert asked_for(date(2018, 11, 20)) == []


def test_it_is_made_once_by_nobody_and_waits_to_be_checked(cast, notice, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-12-03", "2018-12-03"

    make_periodic_reports()
    make_periodic_reports()

    report = Report.objects.get()
    assert (report.kind, report.as_of, report.requested_by, report.status) == (
        "progress",
        date(2018, 11, 30),
        None,
        "draft",
    )


def test_a_notice_that_is_younger_than_the_month_has_nothing_to_tell(cast, notice, settings):
    notice.issued_at = NOW.replace(year=2019, month=1, day=2)
    notice.save()
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2019-01-03", "2019-01-03"

    make_periodic_reports()

    assert not Report.objects.exists()
