"""Several reports returned together: all that may be, each by its own rules; whoever is left out is named with the reason."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ninghai.models import AuditEntry, Message, User
from tasks.models import Assignment, ProgressReport
from tasks.progress.services import accept_report, return_report
from tests.tasks.factories import signed_in
from tests.tasks.issued import LATER, waiting_report

LIST = reverse("admin:tasks_progressreport_changelist")
REASON = "请写明完成了多少。"


@pytest.fixture
def notice(three_points, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    return three_points


@pytest.fixture
def reports(cast, notice) -> list[ProgressReport]:
    """Two that wait for the office."""
    return [waiting_report(cast, each) for each in Assignment.objects.filter(unit=cast.finance).order_by("pk")[:2]]


def ticked(*reports: ProgressReport) -> dict[str, object]:
    return {"action": "return_selected", "_selected_action": [each.pk for each in reports]}


def confirmed(*reports: ProgressReport, reason: str = REASON) -> dict[str, object]:
    seen = {f"version-{each.pk}": each.version for each in reports}
    return {**ticked(*reports), **seen, "confirmed": "yes", "reason": reason}


def statuses(reports: list[ProgressReport]) -> list[str]:
    return [ProgressReport.objects.get(pk=each.pk).status for each in reports]


@pytest.mark.django_db
def test_nothing_happens_before_it_is_confirmed(cast, reports):
    page = signed_in(cast.office).post(LIST, ticked(*reports))

    assert "请核对下列 2 份填报" in page.text
    assert "退回这 2 份填报" in page.text
    assert statuses(reports) == ["with_office", "with_office"]


@pytest.mark.django_db
def test_one_reason_goes_to_all(cast, reports):
    page = signed_in(cast.office).post(LIST, confirmed(*reports), follow=True)

    assert "已退回 2 份填报。" in page.text
    assert statuses(reports) == ["returned", "returned"]
    assert {each.return_reason for each in ProgressReport.objects.all()} == {REASON}
    assert AuditEntry.objects.filter(action="move", to_status="returned", actor=cast.office).count() == 2
    assert Message.objects.filter(kind="returned", recipient=cast.clerk).count() == 2


@pytest.mark.django_db
def test_without_a_reason_nothing_is_returned_and_what_was_ticked_stays(cast, reports):
    page = signed_in(cast.office).post(LIST, confirmed(*reports, reason=""))

    assert page.context["form"].errors
    assert page.context["chosen"] == reports
    assert statuses(reports) == ["with_office", "with_office"]


@pytest.mark.django_db
def test_what_may_not_be_returned_is_named_with_its_reason_beforehand(cast, reports):
    done, mine = reports
    accept_report(report=done, by=cast.second_office, at=LATER)
    ProgressReport.objects.filter(pk=mine.pk).update(passed_by=cast.office)

    page = signed_in(cast.office).post(LIST, ticked(done, mine))

    assert page.context["chosen"] == []
    reasons = {left.pk: why_not for left, why_not in page.context["left"]}
    assert "现在是“已接收”" in reasons[done.pk]
    assert "您写过、审核过这份内容" in reasons[mine.pk]
    assert "不能退回的 2 份填报" in page.text


@pytest.mark.django_db
def test_of_one_allowed_one_refused_and_one_stale_the_allowed_is_done_and_the_others_are_told(cast, notice, reports):
    refused, stale = reports
    form_of_refused = confirmed(refused)
    accept_report(report=refused, by=cast.second_office, at=LATER)
    allowed = waiting_report(cast, refused.assignment, supplement=1)
    form = {**form_of_refused, **confirmed(allowed, stale), **ticked(allowed, refused, stale)}
    ProgressReport.objects.filter(pk=stale.pk).update(version=stale.version + 1)

    page = signed_in(cast.office).post(LIST, form)

    assert statuses([allowed, refused, stale]) == ["returned", "accepted", "with_office"]
    assert page.status_code == 409
    assert "已退回 1 份填报。" in page.text
    assert page.text.count("没有办理：") == 2
    assert page.context["chosen"] == [stale]
    assert REASON in page.text


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["signer", "inspector", "head"])
def test_who_may_not_return_one_returns_none_together(cast, reports, who):
    signed_in(getattr(cast, who)).post(LIST, confirmed(*reports))

    assert statuses(reports) == ["with_office", "with_office"]


def told_of_what_was_not_done(page: str) -> int:
    """How many a page says were not done: by name, or as no longer on the list."""
    return page.count("没有办理：") + sum(map(int, re.findall(r"有 (\d+) 份填报刚刚已经办理过", page)))


@pytest.mark.django_db
def test_what_somebody_else_returned_meanwhile_is_told_though_it_is_no_longer_listed(cast, reports):
    form = confirmed(*reports)
    return_report(report=reports[0], reason=REASON, by=cast.second_office, at=LATER)

    page = signed_in(cast.office).post(LIST, form, follow=True)

    assert "有 1 份填报刚刚已经办理过，不在列表中了，没有再办理。" in page.text
    assert "已退回 1 份填报。" in page.text


@pytest.mark.django_db(transaction=True)
def test_of_two_that_return_the_same_at_once_each_report_is_returned_once(cast, reports):
    """And nobody is told that everything went well."""
    begin, pages = threading.Barrier(2), {}

    def send(who: User, client: Client) -> None:
        try:
            begin.wait(timeout=300)
            pages[who.pk] = client.post(LIST, confirmed(*reports), follow=True).text
        finally:
            connection.close()

    people = [cast.office, cast.second_office]
    threads = [threading.Thread(target=send, args=(who, signed_in(who))) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=200)

    assert statuses(reports) == ["returned", "returned"]
    assert AuditEntry.objects.filter(action="move", to_status="returned").count() == 2
    assert Message.objects.filter(kind="returned", recipient=cast.clerk).count() == 2
    assert sum(map(told_of_what_was_not_done, pages.values())) == 2
