"""自动保存: what the page saves by itself, how the audit trail tells of it, and what happens when somebody else writes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ninghai.models import AuditEntry, Role
from ninghai.models.state_machine import StaleError
from tasks.models import ProgressReport
from tasks.progress.services import Written, return_report, save_draft
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, assignment_of, period, signed_in

pytestmark = pytest.mark.django_db

FORM = {"text": "已完成大半", "percent": "60", "next_step": "", "public_summary": "", "version": "0", "supplement": "0"}


@pytest.fixture
def colleague(cast):
    return person("finance-clerk-2", "财政局经办人乙", cast.finance, Role.EDITOR)


def url(assignment):
    return reverse("tasks:report-autosave", args=[assignment.pk, period().pk])


def typed(cast, text, *, version, by=None, at=NOW):
    return save_draft(
        assignment=assignment_of(cast),
        period=period(),
        written=Written(text=text),
        version=version,
        automatically=True,
        by=by or cast.clerk,
        at=at,
    )


def rows(report) -> list[str]:
    return list(AuditEntry.objects.about(report).order_by("pk").values_list("action", flat=True))


def test_the_page_keeps_what_is_typed_and_learns_its_version(cast, notice):
    client, assignment = signed_in(cast.clerk), assignment_of(cast)

    first = client.post(url(assignment), FORM).json()
    second = client.post(url(assignment), {**FORM, "text": "又写了一些", **first}).json()

    report = ProgressReport.objects.get()
    assert (report.status, report.text, report.version) == ("draft", "又写了一些", second["version"])


def test_the_button_after_the_script_contradicts_nothing(cast, notice):
    client, assignment = signed_in(cast.clerk), assignment_of(cast)
    told = client.post(url(assignment), FORM).json()

    pressed = client.post(
        reverse("tasks:report-draft", args=[assignment.pk, period().pk]), {**FORM, "text": "全部写完", **told}
    )

    assert (pressed.status_code, ProgressReport.objects.get().text) == (302, "全部写完")


def test_what_was_sent_without_an_answer_is_sent_again_and_counts_once(cast, notice):
    client, assignment = signed_in(cast.clerk), assignment_of(cast)

    first, again = client.post(url(assignment), FORM).json(), client.post(url(assignment), FORM).json()

    assert (first, again) == ({"version": 1}, {"version": 1})
    assert ProgressReport.objects.count() == 1


def test_one_row_of_the_audit_trail_stands_for_an_hour_of_typing(cast, notice):
    report = typed(cast, "甲", version=0)
    for version in range(1, 9):
        report = typed(cast, "甲" * (version + 1), version=version, at=NOW + timedelta(minutes=version))

    assert (rows(report), report.text, report.version) == (["create"], "甲" * 9, 9)


def test_after_an_hour_there_is_another_row(cast, notice):
    typed(cast, "甲", version=0)
    report = typed(cast, "甲乙", version=1, at=NOW + timedelta(minutes=61))

    typed(cast, "甲乙丙", version=2, at=NOW + timedelta(minutes=62))

    assert rows(report) == ["create", "edit"]


def test_whoever_writes_after_somebody_else_is_named(cast, notice, colleague):
    typed(cast, "甲", version=0)
    typed(cast, "甲乙", version=1, by=colleague)
    report = typed(cast, "甲乙丙", version=2)

    assert rows(report) == ["create", "edit", "edit"]
    assert report.drafted_by == cast.clerk


def test_a_returned_report_is_named_as_edited_once(cast, notice):
    report = factories.with_head(cast)
    return_report(report=report, reason="请补充", by=cast.head, at=NOW)
    for version in range(report.version, report.version + 3):
        report = typed(cast, "补充" * version, version=version)

    assert rows(report)[-1] == "edit"
    assert rows(report).count("edit") == 1


def test_a_colleagues_words_are_not_overwritten(cast, notice, colleague):
    typed(cast, "甲", version=0)
    typed(cast, "乙写的", version=1, by=colleague)

    with pytest.raises(StaleError):
        typed(cast, "甲又写了", version=1)
    response = signed_in(cast.clerk).post(url(assignment_of(cast)), {**FORM, "text": "甲又写了", "version": "1"})

    assert (response.status_code, "刚刚被别人修改过" in response.json()["words"]) == (409, True)
    assert ProgressReport.objects.get().text == "乙写的"


def test_a_page_that_tells_of_a_conflict_does_not_save_by_itself(cast, notice, colleague):
    report = typed(cast, "乙写的", version=0, by=colleague)
    draft = reverse("tasks:report-draft", args=[report.assignment_id, report.period_id])

    page = signed_in(cast.clerk).post(draft, {**FORM, "text": "甲写的", "version": "9"})

    assert (page.status_code, "甲写的" in page.text, "乙写的" in page.text) == (409, True, True)
    assert "data-autosave=" not in page.text


def test_a_field_that_cannot_be_kept_is_named(cast, notice):
    response = signed_in(cast.clerk).post(url(assignment_of(cast)), {**FORM, "percent": "101"})

    assert (response.status_code, response.json()) == (422, {"words": "完成比例（%）：最大只能填100，请改小。"})


@pytest.mark.parametrize("station", ["with_head", "with_office", "accepted"])
def test_what_has_left_the_clerk_is_not_saved(cast, notice, station):
    report = factories.STATIONS[station](cast)

    response = signed_in(cast.clerk).post(
        url(report.assignment), {**FORM, "text": "偷换", "version": str(report.version)}
    )

    report.refresh_from_db()
    assert (response.status_code, report.text) == (409, "已完成大半")


def test_who_does_not_write_saves_nothing(cast, notice):
    address = url(assignment_of(cast))

    assert signed_in(cast.other_clerk).post(address, FORM).status_code == 404
    assert signed_in(cast.head).post(address, FORM).status_code == 403
    assert Client().post(address, FORM).status_code == 403
    assert signed_in(cast.clerk).get(address).status_code == 405
    assert not ProgressReport.objects.exists()
