"""A report of a period (时段): what fell due and what was done in it, against plain SQL, in the text and in its data."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from reports.circulation.requests import snapshot_of
from reports.facts.request import Request
from reports.models import Report
from tests.reports.every_number import by_sql, told
from tests.reports.every_number.printed import paper_of
from tests.reports.makers import TODAY, accepted, assignment, drawn_check, moment
from tests.reports.test_request_form import ADD, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(cast, notice) -> None:
    """One task done in time in August, one late in November; one fell due in September and is open."""
    accepted(cast, assignment("一1", "县财政局"), at=moment(8, 20), done=True)
    accepted(cast, assignment("一1", "深甽镇"), at=moment(11, 5), done=True)


@pytest.mark.parametrize("since", [None, date(2018, 8, 1), date(2018, 9, 1), date(2018, 11, 1), date(2018, 11, 20)])
@pytest.mark.parametrize("kind", ["progress", "unit-progress"])
@pytest.mark.usefixtures("done")
def test_the_numbers_of_a_period_are_those_of_the_tables(cast, notice, kind, since):
    unit = cast.finance if kind == "unit-progress" else None
    request = Request.about(kind=kind, notice=notice, as_of=TODAY, since=since, unit=unit)
    found = paper_of(snapshot_of(request, today=TODAY))

    rows = by_sql.standing(notice=notice.pk, day=TODAY, unit=unit.code if unit else "")
    told.period(found, rows, since, TODAY)


@pytest.mark.usefixtures("done")
def test_a_period_is_asked_for_in_the_browser_and_seen_on_the_screen(client, cast, notice):
    client.force_login(cast.office)

    client.post(reverse(ADD), filled(notice, since="2018-11-01"))

    seen = client.get(reverse("admin:reports_report_read", args=[Report.objects.get().pk])).content.decode()
    assert "2018年11月1日至2018年11月20日期间，办结任务1项次，其中逾期办结1项次。" in seen


def test_a_kind_that_takes_no_period_asks_for_none_and_refuses_one(client, cast, notice):
    client.force_login(cast.office)
    check = drawn_check(cast, notice)

    shown = client.get(reverse(ADD), {"kind": "spot-check"})
    with pytest.raises(
        ValidationError, match="只有进展情况、督办单、依申请公开情况、政务舆情回应情况和12345热线办理情况可以按时段统计"
    ):
        snapshot_of(
            Request.about(kind="spot-check", notice=notice, as_of=TODAY, since=TODAY, spot_check=check), today=TODAY
        )

    assert "since" not in shown.context["form"].fields


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"since": "2018-11-21"}, "时段起始日不能晚于统计日期。"),
        ({"since": "2018-11-01", "kind": "overdue"}, "这一时段内到期的任务都已办结，不需要督办单。"),
    ],
)
def test_a_period_that_does_not_fit_is_refused_with_a_sentence(client, cast, notice, typed, sentence):
    client.force_login(cast.office)

    page = client.post(reverse(ADD), filled(notice) | typed).content.decode()

    assert sentence in page
    assert not Report.objects.exists()
