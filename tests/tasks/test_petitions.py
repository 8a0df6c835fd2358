"""延期 and 不适用: asked by the unit, decided by the signer or the office, once; what follows takes effect at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ninghai.models import AuditEntry, Membership, Message, Role, User
from ninghai.models.state_machine import StaleError, TransitionError
from tasks import rules
from tasks.assignments.reminders import send_reminders
from tasks.models import Assignment, DueDateChange, Petition
from tasks.models.states import AssignmentStatus, Light, PetitionStatus
from tasks.petitions.services import ask, grant_petition, refuse_petition, set_not_applicable, withdraw_petition
from tasks.progress.services import accept_report
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, assignment_of, moment, signed_in

pytestmark = pytest.mark.django_db

PEOPLE = ["office", "second_office", "signer", "inspector", "clerk", "head", "other_clerk", "other_head"]
DUE = date(2018, 11, 1)
WANTED = date(2018, 12, 10)


def asked(cast, *, kind="extension", by=None, assignment=None, **how) -> Petition:
    wanted = {"wanted_until": WANTED} if kind == "extension" else {}
    return ask(
        assignment=assignment or assignment_of(cast),
        kind=kind,
        by=by or cast.clerk,
        at=NOW,
        **{"reason": "系统改造尚未验收", "form_id": uuid4(), **wanted, **how},
    )


def test_the_form_of_a_colleague_is_refused_with_a_sentence(cast, notice):
    form_id = uuid4()
    asked(cast, by=cast.head, form_id=form_id)

    with pytest.raises(ValidationError, match="已由同事提交过"):
        asked(cast, by=cast.clerk, form_id=form_id)
    assert Petition.objects.count() == 1


def test_what_was_decided_meanwhile_is_not_taken_back(cast, notice):
    petition = asked(cast)
    seen = Petition.objects.select_related("assignment__task__point__notice").get(pk=petition.pk)
    refuse_petition(petition=petition, reason="理由不充分", by=cast.signer, at=NOW)

    with pytest.raises(StaleError):
        withdraw_petition(petition=seen, by=cast.clerk, at=NOW)


# --- Asking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_units_clerk_and_head_ask(cast, notice, who):
    if who in {"clerk", "head"}:
        assert asked(cast, by=getattr(cast, who)).asked_by == getattr(cast, who)
    else:
        with pytest.raises(PermissionDenied):
            asked(cast, by=getattr(cast, who))
        assert not Petition.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (None, "请填写延至哪一天"),
        (DUE, "应晚于现在的完成时限2018-11-01"),
        (date(2018, 11, 19), "不能早于今天"),
        (date(2020, 1, 1), "最多延至2019-12-31"),
        (date(9999, 12, 31), "最多延至2019-12-31"),
    ],
)
def test_an_extension_needs_a_day_that_makes_sense(cast, notice, wanted, sentence):
    with pytest.raises(ValidationError) as refused:
        asked(cast, wanted_until=wanted)

    assert sentence in refused.value.message_dict["wanted_until"][0]


@pytest.mark.parametrize("wanted", [TODAY, WANTED, date(2019, 12, 31)])
def test_an_extension_may_be_asked_for_until_the_end_of_the_following_year(cast, notice, wanted):
    assert asked(cast, wanted_until=wanted).wanted_until == wanted


def test_a_reason_is_needed(cast, notice):
    with pytest.raises(ValidationError, match="请写明申请理由"):
        asked(cast, reason=" \n")


def test_the_same_form_sent_twice_makes_one_petition(cast, notice):
    form_id = uuid4()

    first, second = asked(cast, form_id=form_id), asked(cast, form_id=form_id)

    assert first == second
    assert Petition.objects.count() == 1


def test_one_petition_waits_at_a_time(cast, notice):
    asked(cast)

    with pytest.raises(ValidationError, match="已有申请等待批准"):
        asked(cast, kind="not_applicable")


def test_who_asked_may_ask_anew_after_taking_it_back(cast, notice):
    withdraw_petition(petition=asked(cast), by=cast.head, at=NOW)

    asked(cast, kind="not_applicable")

    assert [each.status for each in Petition.objects.order_by("pk")] == ["withdrawn", "asked"]


def test_nothing_is_asked_about_what_is_finished(cast, notice):
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    with pytest.raises(TransitionError):
        asked(cast)


# --- Deciding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "deciders"), [("extension", {"signer"}), ("not_applicable", {"office", "second_office"})]
)
def test_who_decides(cast, notice, kind, deciders):
    petition = asked(cast, kind=kind)

    assert {who for who in PEOPLE if rules.can_decide_petition(getattr(cast, who), petition)} == deciders


def test_nobody_decides_what_they_asked_for(cast, notice):
    both = User.objects.create_user("both", name="兼任")
    both.acting = Membership.objects.create(user=both, unit=cast.finance, role=Role.EDITOR)
    petition = asked(cast, kind="not_applicable", by=both)
    both.acting = Membership.objects.create(user=both, unit=cast.county_office, role=Role.OFFICE)

    with pytest.raises(PermissionDenied):
        grant_petition(petition=petition, by=both, at=NOW)
    with pytest.raises(PermissionDenied):
        refuse_petition(petition=petition, reason="不同意", by=both, at=NOW)
    with pytest.raises(PermissionDenied):
        set_not_applicable(assignment=petition.assignment, reason="不适用", by=both, at=NOW)

    assert assignment_of(cast).status == AssignmentStatus.TODO


def test_a_granted_extension_moves_the_due_date_and_keeps_the_original_beside_it(cast, notice):
    petition = grant_petition(petition=asked(cast), reason="同意", by=cast.signer, at=NOW)

    assignment = assignment_of(cast)
    assert (petition.status, petition.granted_until, petition.decided_by) == ("granted", WANTED, cast.signer)
    assert assignment.due_words == "2018-12-10（原定2018-11-01）"
    assert (assignment.light(on=TODAY), assignment.light(on=TODAY - timedelta(days=1))) == (Light.GREEN, Light.RED)
    assert DueDateChange.objects.get().reason == "批准延期：系统改造尚未验收"


def test_the_signer_may_grant_fewer_days(cast, notice):
    petition = grant_petition(petition=asked(cast), until=date(2018, 11, 30), by=cast.signer, at=NOW)

    assert petition.granted_words == "延期至2018-11-30（延长29天）"
    assert assignment_of(cast).due_date == date(2018, 11, 30)


@pytest.mark.parametrize("until", [DUE, date(2018, 12, 11)])
def test_more_than_was_asked_for_or_nothing_is_no_grant(cast, notice, until):
    petition = asked(cast)

    with pytest.raises(ValidationError, match="应晚于现在的完成时限2018-11-01，且不晚于申请的2018-12-10"):
        grant_petition(petition=petition, until=until, by=cast.signer, at=NOW)

    petition.refresh_from_db()
    assert (petition.status, assignment_of(cast).due_date) == ("asked", DUE)


def test_what_does_not_apply_is_asked_of_nobody_any_more(cast, notice):
    petition = grant_petition(petition=asked(cast, kind="not_applicable"), by=cast.office, at=NOW)

    assignment = assignment_of(cast)
    assert (petition.status, petition.granted_until) == ("granted", None)
    assert (assignment.status, assignment.ended_on, assignment.ended_reason) == (
        "not_applicable", TODAY, "系统改造尚未验收",
    )  # fmt: skip
    assert assignment.light(on=TODAY) == Light.ENDED


def test_a_refusal_needs_its_reason_and_changes_nothing_else(cast, notice):
    petition = asked(cast)

    with pytest.raises(ValidationError, match="请写明不批准的理由"):
        refuse_petition(petition=petition, reason=" ", by=cast.signer, at=NOW)
    refuse_petition(petition=petition, reason="时间已经足够", by=cast.signer, at=NOW)

    assert (petition.status, petition.decision_reason) == ("refused", "时间已经足够")
    assert assignment_of(cast).due_date == DUE


def test_the_unit_is_told_of_the_decision(cast, notice):
    grant_petition(petition=asked(cast), reason="请抓紧", by=cast.signer, at=NOW)

    told = Message.objects.filter(kind=Message.Kind.PETITION)
    assert {message.recipient for message in told} == {cast.clerk, cast.head}
    assert {message.subject for message in told} == {f"延期申请已批准：{assignment_of(cast).task}"}
    assert "请抓紧" in told[0].text


def test_a_completion_between_asking_and_deciding_lets_the_petition_lapse(cast, notice):
    petition = asked(cast)
    seen = Petition.objects.get(pk=petition.pk)
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    petition.refresh_from_db()
    assert (petition.status, petition.decision_reason) == (PetitionStatus.LAPSED, "任务已经办结。")
    with pytest.raises(StaleError):
        grant_petition(petition=seen, version=1, by=cast.signer, at=NOW)
    assert assignment_of(cast).due_date == DUE


def test_the_office_ends_a_duty_of_its_own_accord(cast, notice):
    petition = asked(cast)

    set_not_applicable(assignment=assignment_of(cast), reason="职责已划转", by=cast.office, at=NOW)

    petition.refresh_from_db()
    assert (assignment_of(cast).status, petition.status) == ("not_applicable", "lapsed")
    assert Message.objects.filter(recipient=cast.clerk, kind=Message.Kind.PETITION).count() == 1


@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in {"office", "second_office"}])
def test_nobody_else_ends_a_duty(cast, notice, who):
    with pytest.raises(PermissionDenied):
        set_not_applicable(assignment=assignment_of(cast), reason="不适用", by=getattr(cast, who), at=NOW)


def test_a_duty_ends_with_the_longest_reason_while_a_petition_waits(cast, notice):
    petition, reason = asked(cast), "职" * 500

    set_not_applicable(assignment=assignment_of(cast), reason=reason, by=cast.office, at=NOW)

    petition.refresh_from_db()
    assert (petition.status, assignment_of(cast).ended_reason) == (PetitionStatus.LAPSED, reason)
    assert petition.decision_reason.startswith("任务不适用：职")
    assert AuditEntry.objects.about(petition).last().reason == f"任务不适用：{reason}"


def test_a_moved_due_date_is_reminded_of_anew(cast, notice):
    """The old day's reminders are over; the new day has all of its own, the same step included."""
    first = assignment_of(cast)
    send_reminders(on=date(2018, 10, 31), at=moment(10, 31, 8))
    send_reminders(on=date(2018, 11, 1), at=moment(11, 1, 8))
    grant_petition(petition=asked(cast), until=date(2018, 11, 21), by=cast.signer, at=NOW)

    send_reminders(on=TODAY, at=moment(11, 20, 8))

    due = Message.objects.filter(recipient=cast.clerk, kind=Message.Kind.DUE).order_by("pk")
    assert [message.event for message in due if str(first.task) in message.subject] == [
        "due:2018-11-01:1", "due:2018-11-01:0", "due:2018-11-21:1",
    ]  # fmt: skip


# --- The pages --------------------------------------------------------------------------------------


def form_of(**how):
    return {
        "kind": "extension",
        "wanted_until": WANTED.isoformat(),
        "reason": "系统改造",
        "form_id": str(uuid4()),
        **how,
    }


def test_the_clerk_asks_on_the_page_and_takes_it_back(cast, notice):
    client, assignment = signed_in(cast.clerk), assignment_of(cast)

    page = client.post(reverse("tasks:petition-ask", args=[assignment.pk]), form_of(), follow=True)

    petition = Petition.objects.get()
    assert "延期至2018-12-10（39天）" in page.text
    assert "撤回申请" in page.text
    gone = client.post(reverse("tasks:petition-withdraw", args=[petition.pk]), {"version": 1}, follow=True)
    assert "申请已撤回" in gone.text
    petition.refresh_from_db()
    assert petition.status == "withdrawn"


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(cast, notice):
    client = signed_in(cast.clerk)

    page = client.post(reverse("tasks:petition-ask", args=[assignment_of(cast).pk]), form_of(wanted_until="2018-10-01"))

    assert page.context["petition_form"].errors["wanted_until"]
    assert "系统改造" in page.text
    assert not Petition.objects.exists()


@pytest.mark.parametrize("sent", [{"kind": "holiday"}, {"wanted_until": "x"}, {"reason": "长" * 501}, {"form_id": "1"}])
def test_broken_input_is_answered_with_sentences(cast, notice, sent):
    response = signed_in(cast.clerk).post(reverse("tasks:petition-ask", args=[assignment_of(cast).pk]), form_of(**sent))

    assert response.status_code == 422
    assert list(response.context["petition_form"].errors) == list(sent)


def test_the_history_tells_of_petition_and_new_due_date(cast, notice):
    grant_petition(petition=asked(cast), reason="同意", by=cast.signer, at=NOW)

    page = signed_in(cast.clerk).get(assignment_of(cast).get_absolute_url())

    assert [event.what for event in page.context["events"]] == ["延期申请：提出申请", "延期申请：批准", "完成时限变更"]


def test_another_units_petition_is_not_found(cast, notice):
    petition = asked(cast)
    client, seen = signed_in(cast.other_clerk), {"version": petition.version}

    assert client.post(reverse("tasks:petition-ask", args=[petition.assignment_id]), form_of()).status_code == 404
    assert client.post(reverse("tasks:petition-withdraw", args=[petition.pk]), seen).status_code == 404


def test_the_page_names_reason_days_and_approver(cast, notice):
    grant_petition(petition=asked(cast), until=date(2018, 11, 30), reason="同意", by=cast.signer, at=NOW)

    page = signed_in(cast.head).get(assignment_of(cast).get_absolute_url())

    for words in ["2018-11-30（原定2018-11-01）", "延期至2018-11-30（延长29天）", "签发人", "系统改造尚未验收"]:
        assert words in page.text


@pytest.mark.parametrize(("who", "kind"), [("signer", "extension"), ("office", "not_applicable")])
def test_the_decider_finds_it_on_the_desk_and_decides(cast, notice, who, kind):
    petition = asked(cast, kind=kind)
    client = signed_in(getattr(cast, who))

    desk = client.get(reverse("admin:index"))
    page = client.get(reverse("admin:tasks_petition_change", args=[petition.pk]))
    response = client.post(
        reverse("admin:tasks_petition_grant", args=[petition.pk]),
        {"version": petition.version, "grant-until": "2018-12-01", "grant-reason": ""},
    )

    assert [row.url for row in desk.context["rows"] if row.verb == "批准"] == [page.request["PATH_INFO"]]
    assert ("grant" in page.context["offers"], response.status_code) == (True, 302)
    petition.refresh_from_db()
    assert petition.status == "granted"


@pytest.mark.parametrize(("who", "kind"), [("office", "extension"), ("signer", "not_applicable")])
def test_who_does_not_decide_sees_no_form_and_is_refused(cast, notice, who, kind):
    petition = asked(cast, kind=kind)
    client = signed_in(getattr(cast, who))

    page = client.get(reverse("admin:tasks_petition_change", args=[petition.pk]))
    response = client.post(
        reverse("admin:tasks_petition_refuse", args=[petition.pk]), {"version": 1, "refuse-reason": "不"}
    )

    assert not page.context["offers"]
    assert response.status_code == 403


@pytest.mark.parametrize(("action", "status"), [("grant_selected", "granted"), ("refuse_selected", "refused")])
def test_several_are_decided_together_as_they_were_seen(cast, notice, action, status):
    first, second = asked(cast), asked(cast, assignment=assignment_of(cast, point=2), wanted_until=date(2019, 1, 31))
    client, url = signed_in(cast.signer), reverse("admin:tasks_petition_changelist")
    chosen = {"action": action, "_selected_action": [first.pk, second.pk]}
    page = client.post(url, chosen)
    withdraw_petition(petition=second, by=cast.clerk, at=NOW)
    versions = {f"version-{each.pk}": 1 for each in (first, second)}

    done = client.post(url, {**chosen, **versions, "confirmed": "yes", "reason": "已研究"}, follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert page.context["chosen"] == [second, first]
    assert (first.status, second.status) == (status, "withdrawn")
    assert "没有办理：这条延期与不适用申请刚刚被别人修改过" in done.text


def test_the_list_costs_the_same_queries_for_any_number_of_rows(cast, settings, django_assert_num_queries):
    settings.CLOCK_DATE = TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[DUE] * 30)
    client, url = signed_in(cast.signer), reverse("admin:tasks_petition_changelist")
    for assignment in Assignment.objects.filter(unit=cast.finance)[:3]:
        asked(cast, assignment=assignment)
    client.get(url)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    for assignment in Assignment.objects.filter(unit=cast.finance)[3:]:
        asked(cast, assignment=assignment)
    with django_assert_num_queries(len(three)):
        client.get(url)


def test_the_office_ends_a_duty_from_its_page(cast, notice):
    client, assignment = signed_in(cast.office), assignment_of(cast)
    page = client.get(reverse("admin:tasks_assignment_change", args=[assignment.pk]))
    url = reverse("admin:tasks_assignment_na", args=[assignment.pk])

    empty = client.post(url, {"version": assignment.version, "reason": " "})
    done = client.post(url, {"version": assignment.version, "reason": "职责已划转"})

    assert url in page.text
    assert (bool(empty.context["form"].errors["reason"]), done.status_code) == (True, 302)
    assert assignment_of(cast).ended_reason == "职责已划转"
    assert url not in client.get(reverse("admin:tasks_assignment_change", args=[assignment.pk])).text


def test_every_act_leaves_its_row_in_the_audit_trail(cast, notice):
    petition = grant_petition(petition=asked(cast), reason="同意", by=cast.signer, at=NOW)

    rows = AuditEntry.objects.about(petition).order_by("pk")
    assert [(row.action, row.to_status, row.reason) for row in rows] == [
        ("create", "asked", "系统改造尚未验收"),
        ("move", "granted", "同意"),
    ]


def test_an_ended_report_is_still_accepted_without_reviving_the_duty(cast, notice):
    report = factories.with_office(cast, percent=100, claims_completion=True, proof=PDF)
    set_not_applicable(assignment=assignment_of(cast), reason="职责已划转", by=cast.office, at=NOW)

    accept_report(report=report, by=cast.office, at=NOW)

    assert assignment_of(cast).status == "not_applicable"
