"""Supplements of a report, and the pages of the unit's head."""

import pytest
from django.urls import reverse

from tasks.models import Assignment, ProgressReport
from tasks.models.states import ProgressStatus
from tasks.progress.services import return_report
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, assignment_of, period, signed_in

pytestmark = pytest.mark.django_db


FORM = {
    "version": "0",
    "text": "已完成大半",
    "percent": "60",
    "next_step": "",
    "public_summary": "",
    "index_number": "",
}


def url(act: str, assignment: Assignment, of: str = "第四季度") -> str:
    return reverse(f"tasks:report-{act}", args=[assignment.pk, period(of).pk])


# --- Supplements -------------------------------------------------------------------------------------------


def test_an_accepted_period_is_supplemented_from_its_page(cast, notice):
    report = factories.accepted(cast, of="第三季度", text="第一次写的")
    client, page = signed_in(cast.clerk), report.assignment.get_absolute_url()
    supplementing = f"{page}?period={report.period_id}"

    assert f'<a class="button" href="{supplementing}#report">补充填报第三季度</a>' in client.get(page).text
    form = client.get(supplementing)
    assert "补充填报：第三季度" in form.text
    assert form.context["form"]["text"].value() in {None, ""}
    client.post(url("submit", report.assignment, "第三季度"), {**FORM, "text": "后来补充的", "supplement": "1"})

    first, second = ProgressReport.objects.order_by("supplement")
    assert (first.text, first.status) == ("第一次写的", ProgressStatus.ACCEPTED)
    assert (second.text, second.status, second.supplement) == ("后来补充的", ProgressStatus.WITH_HEAD, 1)
    shown = client.get(page)
    assert [each.report for turn in shown.context["turns"] for each in turn.reports] == [first, second]
    assert "第三季度（第1次补充）：提交本单位审核" in [event.what for event in shown.context["events"]]


def test_a_broken_supplement_number_begins_nothing(cast, notice):
    report = factories.accepted(cast)
    client = signed_in(cast.clerk)

    answers = [
        client.post(url("draft", report.assignment), {**FORM, "text": "改写", "supplement": number}).status_code
        for number in ("-1", "x", "9" * 30, "7", "")
    ]

    assert answers == [422, 422, 422, 403, 409]
    assert ProgressReport.objects.count() == 1


def test_the_head_passes_a_supplement_on(cast, notice):
    factories.accepted(cast, of="第三季度")
    supplement = factories.with_head(cast, of="第三季度", supplement=1)
    page = signed_in(cast.head).get(supplement.get_absolute_url())
    assert reverse("tasks:report-pass", args=[supplement.pk]) in page.text

    signed_in(cast.head).post(reverse("tasks:report-pass", args=[supplement.pk]), {"version": supplement.version})

    supplement.refresh_from_db()
    assert supplement.status == ProgressStatus.WITH_OFFICE


@pytest.mark.parametrize("who", ["head", "office"])
def test_only_the_clerk_is_offered_a_supplement(cast, notice, who):
    report = factories.accepted(cast)

    page = signed_in(getattr(cast, who)).get(report.get_absolute_url())

    assert page.context["current"] is None
    assert "补充填报" not in page.text


def test_a_completed_assignment_offers_no_supplement(cast, notice):
    report = factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    assert "补充填报" not in signed_in(cast.clerk).get(report.get_absolute_url()).text


def test_the_page_costs_the_same_queries_for_any_number_of_supplements(cast, notice, django_assert_max_num_queries):
    client, page = signed_in(cast.clerk), assignment_of(cast).get_absolute_url()
    client.get(page)
    for supplement in range(4):
        factories.accepted(cast, supplement=supplement, proof=PDF)

    with django_assert_max_num_queries(12):
        client.get(page)


# --- The unit's head ---------------------------------------------------------------------------------------


def test_the_head_passes_the_report_on(cast, notice):
    report = factories.with_head(cast)

    signed_in(cast.head).post(reverse("tasks:report-pass", args=[report.pk]), {"version": report.version})

    report.refresh_from_db()
    assert (report.status, report.passed_by) == (ProgressStatus.WITH_OFFICE, cast.head)


@pytest.mark.parametrize("form", [{}, {"version": "x"}, {"version": "1"}])
def test_whoever_may_never_pass_it_on_is_told_so_whatever_the_form_says(cast, notice, form):
    report = factories.with_head(cast)

    answer = signed_in(cast.clerk).post(reverse("tasks:report-pass", args=[report.pk]), form)

    report.refresh_from_db()
    assert (answer.status_code, report.status) == (403, ProgressStatus.WITH_HEAD)


def test_the_head_returns_it_with_a_reason(cast, notice):
    report = factories.with_head(cast)

    signed_in(cast.head).post(
        reverse("tasks:report-return", args=[report.pk]), {"version": report.version, "reason": "请补充数字"}
    )

    report.refresh_from_db()
    assert (report.status, report.return_reason) == (ProgressStatus.RETURNED, "请补充数字")
    assert "请补充数字" in signed_in(cast.clerk).get(report.get_absolute_url()).text


def test_a_return_without_reason_is_asked_for_one(cast, notice):
    report = factories.with_head(cast)

    response = signed_in(cast.head).post(
        reverse("tasks:report-return", args=[report.pk]), {"version": report.version, "reason": " "}
    )

    report.refresh_from_db()
    assert (response.status_code, report.status) == (422, ProgressStatus.WITH_HEAD)
    (shown,) = (each for turn in response.context["turns"] for each in turn.reports)
    assert list(shown.offers["return"].form.errors) == ["reason"]


@pytest.mark.parametrize("act", ["pass", "return"])
@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("other_head", 404), ("inspector", 404), ("office", 404)])
def test_nobody_else_passes_or_returns(cast, notice, act, who, status):
    report = factories.with_head(cast)
    address = reverse(f"tasks:report-{act}", args=[report.pk])

    response = signed_in(getattr(cast, who)).post(address, {"version": report.version, "reason": "不行"})

    report.refresh_from_db()
    assert (response.status_code, report.status) == (status, ProgressStatus.WITH_HEAD)


@pytest.mark.parametrize("act", ["pass", "return"])
def test_the_address_of_a_heads_act_opened_as_a_page_leads_back_to_the_report(cast, notice, act):
    report = factories.with_head(cast)
    address = reverse(f"tasks:report-{act}", args=[report.pk])

    response = signed_in(cast.head).get(address)

    report.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, report.get_absolute_url())
    assert report.status == ProgressStatus.WITH_HEAD
    assert signed_in(cast.other_head).get(address).status_code == 404


def test_a_head_who_is_late_gets_409_and_keeps_the_reason(cast, notice):
    report = factories.with_head(cast)
    seen = report.version
    return_report(report=report, reason="先退回", by=cast.head, at=NOW)

    response = signed_in(cast.head).post(
        reverse("tasks:report-return", args=[report.pk]), {"version": seen, "reason": "再退回"}
    )

    assert response.status_code == 409
    assert "再退回" in response.text
