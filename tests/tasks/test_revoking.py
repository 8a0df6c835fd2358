"""An issued notice goes back to 待下达 while nobody has reported on it, and can be issued again."""

import threading
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.urls import reverse

from ninghai.models import AuditEntry, DutyClock, Message
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Assignment, Petition, ProgressReport, ReportingPeriod, Task, WorkPointNotice
from tasks.models.states import AssignmentStatus, NoticeStatus
from tasks.notices.issuing import discard_notice, issue_notice, revoke_notice
from tasks.periods.services import close_period
from tasks.petitions.services import ask
from tasks.progress.services import Written, save_draft
from tasks.spot_checks.drawing import draw_spot_check
from tests.tasks import factories
from tests.tasks.factories import assignment_of, moment

LATER = moment(8, 20)


def revoke(cast, notice, *, reason="责任单位有误", version=None, by=None, at=LATER):
    return revoke_notice(notice=notice, reason=reason, version=version or notice.version, by=by or cast.office, at=at)


@pytest.mark.django_db
class TestRevoking:
    def test_everything_that_issuing_made_is_taken_back(self, cast, notice):
        revoke(cast, notice)

        assert (notice.status, notice.issued_at, notice.issued_by) == (NoticeStatus.DRAFT, None, None)
        assert not any(model.objects.exists() for model in (Assignment, Task, ReportingPeriod))
        assert notice.points.count() == 2
        assert not DutyClock.objects.open().exists()

    def test_it_is_on_record_with_its_counts(self, cast, notice):
        revoke(cast, notice)

        entry = AuditEntry.objects.about(notice).get(to_status="draft")
        assert (entry.actor, entry.reason) == (cast.office, "责任单位有误")
        assert entry.detail == {"tasks": 2, "assignments": 4, "periods": 2}

    def test_each_unit_is_told_once(self, cast, notice):
        revoke(cast, notice)

        told = Message.objects.filter(event__startswith="revoked:")
        assert set(told.values_list("recipient", flat=True)) == {
            each.pk for each in (cast.clerk, cast.head, cast.other_clerk, cast.other_head)
        }
        assert all("责任单位有误" in message.text for message in told)

    def test_it_may_be_issued_again_or_discarded(self, cast, notice):
        revoke(cast, notice)
        issue_notice(notice=notice, by=cast.office, at=moment(8, 21))
        assert Assignment.objects.count() == 4
        assert DutyClock.objects.open().count() == notice.periods.count() == 2

        revoke(cast, notice, at=moment(8, 22))
        discard_notice(notice=notice, reason="重复", version=notice.version, by=cast.office, at=moment(8, 23))
        assert notice.status == NoticeStatus.DISCARDED

    def test_a_message_about_a_task_that_is_gone_leads_to_a_page_that_says_so(self, client, cast, notice):
        page = assignment_of(cast).get_absolute_url()
        revoke(cast, notice)
        client.force_login(cast.clerk)

        assert client.get(page).status_code == 404
        assert client.get(reverse("tasks:work")).status_code == 200

    def test_a_clerk_who_was_writing_is_told(self, cast, notice):
        assignment, period = assignment_of(cast), factories.period()
        revoke(cast, notice)

        with pytest.raises(TransitionError, match="已撤销下达"):
            save_draft(assignment=assignment, period=period, written=Written(text="已办"), by=cast.clerk, at=LATER)


@pytest.mark.django_db
class TestRefusals:
    def test_who_has_reported_is_named(self, cast, notice):
        factories.drafted(cast)
        with pytest.raises(TransitionError, match="县财政局已经填报"):
            revoke(cast, notice)
        assert Assignment.objects.count() == 4

    def test_a_petition(self, cast, notice):
        ask(
            assignment=assignment_of(cast),
            kind=Petition.Kind.NOT_APPLICABLE,
            reason="职责不在本单位",
            form_id=uuid4(),
            by=cast.clerk,
            at=LATER,
        )
        with pytest.raises(TransitionError, match="县财政局已经提出申请"):
            revoke(cast, notice)

    def test_a_draw(self, cast, notice):
        draw_spot_check(
            notice=notice,
            title="8月抽查",
            size=1,
            seed="1",
            stratified_by=[],
            as_of=LATER.date(),
            form_id=uuid4(),
            by=cast.office,
            at=LATER,
        )
        with pytest.raises(TransitionError, match="被“8月抽查”抽中"):
            revoke(cast, notice)

    def test_a_closed_period(self, cast, notice):
        close_period(period=factories.period("第三季度"), by=cast.office, at=factories.NOW)
        with pytest.raises(TransitionError, match="第三季度已经封账"):
            revoke(cast, notice)

    def test_what_has_ended(self, cast, notice):
        assignment_of(cast).end(AssignmentStatus.HANDED_OVER, reason="机构改革", by=cast.office, at=LATER)
        with pytest.raises(TransitionError, match="移交"):
            revoke(cast, notice)

    def test_a_draft(self, cast, notice):
        revoke(cast, notice)
        with pytest.raises(TransitionError, match="待下达"):
            revoke(cast, notice)

    def test_no_reason(self, cast, notice):
        with pytest.raises(ValidationError, match="撤销理由"):
            revoke(cast, notice, reason="  ")

    def test_an_earlier_version(self, cast, notice):
        with pytest.raises(StaleError):
            revoke(cast, notice, version=notice.version - 1)

    def test_nobody_but_the_office(self, cast, notice):
        with pytest.raises(PermissionDenied):
            revoke(cast, notice, by=cast.clerk)


@pytest.mark.django_db
class TestPages:
    def test_the_page_asks_for_a_reason_and_revokes(self, client, cast, notice):
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_revoke", args=[notice.pk])

        assert "4 项任务分工" in client.get(address).content.decode()
        refused = client.post(address, {"version": notice.version, "reason": " "})
        assert refused.context["form"].errors["reason"]
        done = client.post(address, {"version": notice.version, "reason": "年度有误"}, follow=True)

        assert "可以修改后重新下达" in done.content.decode()
        assert WorkPointNotice.objects.get().status == NoticeStatus.DRAFT

    def test_it_says_why_not(self, client, cast, notice):
        factories.drafted(cast)
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_revoke", args=[notice.pk])

        assert "县财政局已经填报。" in client.get(address).content.decode()
        late = client.post(address, {"version": notice.version, "reason": "年度有误"})
        assert (late.status_code, "县财政局已经填报" in late.content.decode()) == (409, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["report", "revoke"])
def test_of_two_at_once_one_wins(cast, notice, rival):
    together = threading.Barrier(2)
    told: list[str] = []
    assignment, version = assignment_of(cast), notice.version

    def run(act):
        together.wait()
        try:
            act()
        except (TransitionError, StaleError) as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    acts = {
        "report": lambda: factories.drafted(cast, assignment=assignment),
        "revoke": lambda: revoke(cast, WorkPointNotice.objects.get(), version=version),
    }
    threads = [threading.Thread(target=run, args=[act]) for act in (acts["revoke"], acts[rival])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1
    assert ProgressReport.objects.exists() == (WorkPointNotice.objects.get().status == NoticeStatus.ISSUED)
