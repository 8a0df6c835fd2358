"""Undo (撤销) of what the office has just decided of a report: by whom, for how long, and that it is as if it had not been."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Delivery, Job, Membership, Message, Role, User, UsualReason
from ninghai.models.state_machine import UNDO, StaleError, TransitionError
from ninghai.notifications.notify import gather_digests
from tasks.models import Assignment, ProgressReport
from tasks.progress.services import (
    Written,
    accept_report,
    pass_report,
    return_report,
    save_draft,
    submit_report,
    take_back_report,
)
from tests.tasks import factories
from tests.tasks.factories import PDF, assignment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(notice):
    return clock.now()


def state_of(report):
    """Everything that a decision changes, but the version."""
    report = ProgressReport.objects.get(pk=report.pk)
    assignment = Assignment.objects.get(pk=report.assignment_id)
    days = (assignment.completed_on, assignment.completion_accepted_on)
    return report.status, report.decided_by, report.decided_at, report.return_reason, assignment.status, days


def fresh(report):
    return ProgressReport.objects.get(pk=report.pk)


DECISIONS = {
    "accept": lambda cast, report, at: accept_report(report=report, by=cast.office, at=at),
    "return": lambda cast, report, at: return_report(report=report, reason="请补充数字", by=cast.office, at=at),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=list(DECISIONS))
@pytest.mark.parametrize(
    "report_of", [{}, {"percent": 100, "claims_completion": True, "proof": PDF}], ids=["part", "whole"]
)
def test_a_decision_taken_back_leaves_everything_as_it_was(cast, now, decide, report_of):
    report = factories.with_office(cast, **report_of)
    before = state_of(report)
    decide(cast, report, now)
    assert state_of(report) != before

    take_back_report(report=fresh(report), by=cast.office, at=now + timedelta(seconds=9))

    assert state_of(report) == before
    undoing = AuditEntry.objects.about(report).last()
    assert (undoing.action, undoing.to_status, undoing.reason) == ("move", "with_office", "撤销")
    decide(cast, fresh(report), now + timedelta(seconds=30))  # and it may be decided anew
    assert state_of(report) != before


def test_what_was_returned_before_says_its_old_reason_again(cast, now):
    report = factories.with_office(cast)
    return_report(report=report, reason="第一次的理由", by=cast.office, at=now - timedelta(days=1))
    submit_report(report=report, by=cast.clerk, at=now - timedelta(hours=2))
    pass_report(report=report, by=cast.head, at=now - timedelta(hours=1))
    return_report(report=report, reason="点错了", by=cast.office, at=now)

    take_back_report(report=fresh(report), by=cast.office, at=now)

    assert fresh(report).return_reason == "第一次的理由"


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=list(DECISIONS))
def test_only_who_decided_takes_it_back_and_only_for_a_moment(cast, now, decide):
    report = factories.with_office(cast)
    decide(cast, report, now)
    decided = state_of(report)

    for person in (cast.second_office, cast.signer, cast.clerk, cast.head):
        with pytest.raises((PermissionDenied, TransitionError)):
            take_back_report(report=fresh(report), by=person, at=now)
    with pytest.raises(StaleError):
        take_back_report(report=fresh(report), version=report.version - 1, by=cast.office, at=now)

    assert state_of(report) == decided


def test_it_is_too_late_after_a_moment(cast, now):
    report = factories.with_office(cast)
    accept_report(report=report, by=cast.office, at=now - UNDO - timedelta(seconds=1))

    with pytest.raises(TransitionError, match="已经超过可以撤销的时间"):
        take_back_report(report=fresh(report), by=cast.office, at=now)


def test_it_is_taken_back_once(cast, now):
    report = factories.with_office(cast)
    accept_report(report=report, by=cast.office, at=now)
    take_back_report(report=fresh(report), by=cast.office, at=now)

    with pytest.raises(TransitionError):
        take_back_report(report=fresh(report), by=cast.office, at=now)


def test_what_has_followed_is_not_pulled_away(cast, now):
    report = factories.with_office(cast)
    accept_report(report=report, by=cast.office, at=now)
    written = Written(text="再补充一点")
    save_draft(
        assignment=assignment_of(cast),
        period=report.period,
        supplement=1,
        written=written,
        by=cast.clerk,
        at=now + timedelta(seconds=1),
    )

    with pytest.raises(TransitionError, match="不能撤销"):
        take_back_report(report=fresh(report), by=cast.office, at=now + timedelta(seconds=2))

    assert fresh(report).status == "accepted"


def test_a_return_is_told_only_once_it_can_no_longer_be_undone(cast, notice, settings):
    settings.CLOCK_DATE = ""
    now = clock.now()
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "localhost", "portal@ninghai.example"
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://127.0.0.1:9/", "s" * 40
    report = factories.with_office(cast)
    return_report(report=report, reason="请补充数字", by=cast.office, at=now)

    told = Message.objects.filter(kind="returned")
    assert not Message.objects.visible_to(cast.clerk).filter(kind="returned").exists()
    assert gather_digests(on=now.date(), at=now) == 0
    assert not Job.objects.due().filter(delivery__isnull=False).exists()
    assert not Job.objects.filter(delivery__isnull=False, next_try_at__lte=now + UNDO).exists()
    assert {each.created_at for each in told} == {now + UNDO}

    take_back_report(report=fresh(report), by=cast.office, at=now + timedelta(seconds=5))

    assert not told.all().exists()
    assert not Delivery.objects.filter(messages__isnull=False).exists()


def test_on_a_day_that_is_lived_again_a_return_is_told_all_the_same(cast, now):
    report = factories.with_office(cast)
    return_report(
        report=report, reason="请补充数字", by=cast.office, at=now
    )  # the clock stands at the day's last moment

    told = Message.objects.visible_to(cast.clerk).filter(kind="returned")
    assert told.exists()
    take_back_report(report=fresh(report), by=cast.office, at=now)
    assert not told.all().exists()


def test_what_somebody_did_in_another_role_is_not_taken_back_in_this_one(cast, now):
    report = factories.with_head(cast)
    person = User.objects.get(pk=cast.head.pk)
    return_report(report=report, reason="请补充", by=person, at=now)

    person.acting = Membership.objects.create(user=person, unit=cast.county_office, role=Role.OFFICE)
    with pytest.raises(TransitionError):
        take_back_report(report=fresh(report), by=person, at=now)

    assert fresh(report).status == "returned"
    assert Message.objects.visible_to(cast.clerk).filter(kind="returned").exists()


@pytest.mark.parametrize("pause", [timedelta(), timedelta(seconds=3)], ids=["clock stands", "clock runs"])
def test_what_another_accepted_report_stands_on_is_not_pulled_away(cast, now, pause):
    at = now - timedelta(seconds=5)
    first, second = factories.with_office(cast, of="第三季度"), factories.with_office(cast)
    accept_report(report=first, by=cast.office, at=at)
    accept_report(report=second, by=cast.office, at=at + pause)

    with pytest.raises(TransitionError, match="另一份填报"):
        take_back_report(report=fresh(first), by=cast.office, at=at + pause)
    assert assignment_of(cast).status == "in_progress"

    take_back_report(report=fresh(second), by=cast.office, at=at + pause)  # the other way round it goes
    take_back_report(report=fresh(first), by=cast.office, at=at + pause)
    assert assignment_of(cast).status == "todo"


def test_a_supplement_begun_in_the_same_moment_has_followed(cast, now):
    report = factories.with_office(cast)
    accept_report(report=report, by=cast.office, at=now)
    said = {"supplement": 1, "written": Written(text="再补充一点"), "by": cast.clerk, "at": now}
    save_draft(assignment=assignment_of(cast), period=report.period, **said)

    with pytest.raises(TransitionError, match="不能撤销"):
        take_back_report(report=fresh(report), by=cast.office, at=now)


def test_an_undone_return_counts_in_no_score(cast, now):
    report = factories.with_office(cast)
    return_report(report=report, reason="点错了", by=cast.office, at=now)
    take_back_report(report=fresh(report), by=cast.office, at=now)
    return_report(report=fresh(report), reason="请补充数字", by=cast.office, at=now)

    standing = AuditEntry.objects.about(report).that_stand().filter(to_status="returned")

    assert [entry.reason for entry in standing] == ["请补充数字"]


def test_accepting_leads_to_the_next_that_waits_and_offers_to_take_it_back(client, cast, now):
    first = factories.with_office(cast)
    client.force_login(cast.office)
    page = client.get(reverse("admin:tasks_progressreport_change", args=[first.pk]))
    assert (page.context["queue"].place, page.context["queue"].count) == (1, 1)

    accepted = client.post(
        reverse("admin:tasks_progress_accept", args=[first.pk]), {"version": first.version}, follow=True
    )

    url = reverse("admin:tasks_progress_take-back", args=[first.pk])
    assert f'action="{url}"' in accepted.text
    in_a_paragraph = rf'<p\b(?:(?!</p>).)*action="{url}"'
    assert not re.search(in_a_paragraph, accepted.text, re.DOTALL)
    assert accepted.request["PATH_INFO"] == reverse("admin:tasks_progressreport_changelist")
    back = client.post(url, {"version": fresh(first).version}, follow=True)
    assert (back.status_code, fresh(first).status) == (200, "with_office")
    assert back.request["PATH_INFO"] == reverse("admin:tasks_progressreport_change", args=[first.pk])


def test_the_queue_goes_on_in_the_order_of_the_list_and_ends_in_it(client, cast, now):
    first = factories.with_office(cast)
    last = factories.with_office(cast, assignment=assignment_of(cast, point=2))
    client.force_login(cast.office)
    listed = "status__exact=with_office&o=-1"  # by the work point, the last first
    page = client.get(reverse("admin:tasks_progressreport_change", args=[last.pk]), {"_changelist_filters": listed})

    to = client.post(page.context["offers"]["accept"].url, {"version": last.version}).url
    end = client.post(client.get(to).context["offers"]["accept"].url, {"version": first.version}).url

    assert to.partition("?")[0] == reverse("admin:tasks_progressreport_change", args=[first.pk])
    assert end == f"{reverse('admin:tasks_progressreport_changelist')}?{listed}"


def test_who_is_too_late_reads_that_it_is_too_late(client, cast, now):
    report = factories.with_office(cast)
    at = now - UNDO - timedelta(seconds=1)
    version = return_report(report=report, reason="请补充数字", by=cast.office, at=at).version
    url = reverse("admin:tasks_progress_take-back", args=[report.pk])

    client.force_login(cast.office)
    late = client.post(url, {"version": version})
    assert (late.status_code, "已经超过可以撤销的时间" in late.text) == (409, True)

    client.force_login(cast.second_office)  # nobody else learns of it
    assert client.post(url, {"version": version}).status_code == 404
    assert fresh(report).status == "returned"


def test_a_usual_reason_is_reason_enough(client, cast, now):
    UsualReason.objects.create(matter="report", words="没有佐证材料，请补充。")
    report = factories.with_office(cast)
    client.force_login(cast.office)
    page = client.get(reverse("admin:tasks_progressreport_change", args=[report.pk]))
    usual = page.context["offers"]["return"].form.fields["usual"].choices[1][0]

    client.post(
        reverse("admin:tasks_progress_return", args=[report.pk]),
        {"version": report.version, "usual": usual, "reason": "另附会议纪要。"},
    )

    assert fresh(report).return_reason == f"{usual}另附会议纪要。"
