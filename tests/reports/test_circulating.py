"""印发与签收: a signed report goes to units, which read it and confirm."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.html import strip_tags

from ninghai.models import AuditEntry, Message, Unit
from ninghai.models.state_machine import TransitionError
from reports.circulation import circulate_report, confirm_receipt
from reports.circulation.forms import CirculateForm
from reports.models import Receipt, Report
from tests.reports.makers import NOW, checked, requested
from tests.seen import post_as_seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(notice, signed_circular):
    return signed_circular


def page(report, name: str = "") -> str:
    return reverse(f"reports:work-report{name}", args=[report.pk])


def test_each_unit_is_told_once(cast, report):
    assert circulate_report(report=report, units=[cast.finance, cast.town], by=cast.office, at=NOW) == 2
    assert circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW) == 0

    told = Message.objects.filter(kind="circulated", recipient=cast.clerk)
    assert [message.subject for message in told] == [f"请签收：{report.title}"]


def test_only_a_signed_report_is_circulated_and_by_the_office(cast, notice, report):
    with pytest.raises(PermissionDenied):
        circulate_report(report=report, units=[cast.finance], by=cast.signer, at=NOW)
    with pytest.raises(ValidationError, match="请选择"):
        circulate_report(report=report, units=[], by=cast.office, at=NOW)
    draft = checked(cast, notice, as_of=NOW.date().replace(day=1))
    with pytest.raises(TransitionError):
        circulate_report(report=draft, units=[cast.finance], by=cast.office, at=NOW)


def test_the_first_who_confirms_is_named(cast, report):
    circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW)
    receipt = Receipt.objects.get()

    confirm_receipt(receipt=receipt, by=cast.clerk, at=NOW)
    confirm_receipt(receipt=receipt, by=cast.head, at=NOW)

    receipt.refresh_from_db()
    assert receipt.confirmed_by == cast.clerk
    assert AuditEntry.objects.filter(action="confirm_receipt").count() == 1


def test_the_unit_reads_downloads_and_confirms_in_the_browser(client, cast, report):
    circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW)
    client.force_login(cast.clerk)

    listed = client.get(reverse("reports:work-report-list")).content.decode()
    paper = b"".join(client.get(page(report, "-file")).streaming_content)
    read = client.get(page(report)).content.decode()
    post_as_seen(client, page(report, "-confirm"), page=page(report))

    assert "总体情况" in read  # the letter itself, not its frame alone
    assert (report.title in strip_tags(listed), "待签收" in listed) == (True, True)
    assert paper == report.file.file.read()
    assert "已签收" in client.get(reverse("reports:work-report-list")).content.decode()


def test_a_correction_is_meant_for_those_who_had_the_older_report(cast, notice, report):
    everybody = list(Unit.objects.values_list("pk", flat=True))
    assert CirculateForm(report=report).initial["units"] == everybody
    circulate_report(report=report, units=[cast.finance, cast.town], by=cast.office, at=NOW)

    correction = requested(cast, notice, corrects=report)

    assert CirculateForm(report=correction).initial["units"] == [cast.finance.pk, cast.town.pk]


@pytest.mark.parametrize("name", ["", "-file", "-confirm"])
def test_what_went_to_another_unit_is_not_there(client, cast, report, name):
    circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW)
    client.force_login(cast.other_clerk)

    answer = client.post(page(report, name), {"version": 1}) if name == "-confirm" else client.get(page(report, name))

    assert answer.status_code == 404
    assert Receipt.objects.get().confirmed_at is None


def test_the_office_chooses_units_and_sees_who_confirmed(client, cast, report):
    client.force_login(cast.office)
    address = reverse("admin:reports_report_circulate", args=[report.pk])

    post_as_seen(client, address, {"units": [cast.finance.pk]})
    seen = client.get(reverse("admin:reports_report_change", args=[report.pk])).content.decode()

    assert Receipt.objects.get().unit == cast.finance
    assert "已印发 1 个单位，签收 0 个，未签收 1 个。" in seen
    assert f'value="{cast.finance.pk}"' not in client.get(address).content.decode()


def test_what_cannot_be_shown_on_the_screen_says_why_and_can_be_confirmed(client, cast, report):
    circulate_report(report=report, units=[cast.finance], by=cast.office, at=NOW)
    Report.objects.filter(pk=report.pk).update(snapshot=report.snapshot | {"schema": 99})
    client.force_login(cast.clerk)

    seen = client.get(page(report))

    assert seen.status_code == 200
    assert "网页版无法显示，请下载 PDF 阅读。" in seen.content.decode()
    assert page(report, "-confirm") in seen.content.decode()
