"""The pages of units and office: list, one proposal with its acts, entering, the letter; counts, reminders and urging of the office."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from disclosure.models import Proposal, ProposalUnit
from disclosure.proposals.kind import PROPOSALS, remind_of_proposals
from disclosure.requests.office.urging import urge_applications
from ninghai.calendar.workdays import WorkCalendar
from ninghai.jobs.claims import run_due
from ninghai.models import AuditEntry, Case, Message
from tests.disclosure.makers import AT
from tests.disclosure.proposals import makers

pytestmark = pytest.mark.django_db

LIST, NEW = "/work/proposals/", "/work/proposals/new/"
UNITS = reverse("admin:disclosure_proposalunit_changelist")
EARLY = AT.replace(month=2, day=10)


def page_of(case: Case) -> str:
    return f"{LIST}{case.pk}/"


def test_the_lead_and_the_co_unit_see_it_in_their_lists_once_it_is_handed_over(client, cast):
    case = makers.joint(cast)
    waits = makers.entered(cast, number=13, subject="还没有交办的一件")

    for who in (cast.clerk, cast.head, cast.other_clerk, cast.office, cast.signer):
        client.force_login(who)
        text = client.get(LIST).text
        assert case.proposal.case.subject in text
        assert (waits.subject in text) == (who in {cast.office, cast.signer})
        assert client.get(page_of(case)).status_code == 200
    client.force_login(cast.clerk)
    assert client.get(page_of(waits)).status_code == 404


def test_the_co_unit_reads_what_is_asked_and_not_who_asks(client, cast):
    case = makers.joint(cast)

    client.force_login(cast.other_clerk)
    helping = client.get(page_of(case)).text
    client.force_login(cast.clerk)
    leading = client.get(page_of(case)).text

    assert ("列入改造计划" in helping, makers.NAME in helping) == (True, False)
    assert ("列入改造计划" in leading, makers.NAME in leading) == (True, True)
    assert AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA, reason="办理建议提案").count() == 2


def test_another_unit_finds_nothing(client, cast):
    case = makers.handed_over(cast)
    client.force_login(cast.other_clerk)

    assert client.get(page_of(case)).status_code == 404
    assert client.post(f"{page_of(case)}part/", {"version": case.version, "text": "话"}).status_code == 404


def test_the_office_enters_one_and_hands_it_over_at_once(client, cast):
    client.force_login(cast.office)
    told = {**makers.GIVEN, "form_id": str(uuid4()), "lead": cast.finance.pk, "co_units": [cast.town.pk]}
    sent = {name: value for name, value in told.items() if value not in (None, False)} | {"handed_on": "2018-11-20"}

    answer = client.post(NEW, sent)

    case = Case.objects.get(kind="proposal")
    assert (answer.status_code, answer["Location"], case.status) == (302, page_of(case), "handling")
    assert client.post(NEW, sent)["Location"] == page_of(case)  # sent twice
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subject": ""}, "请填写事由。"),
        ({"number": "十二"}, "编号请填写数字，如 12。"),
        ({"handed_on": "2018-02-30"}, "日期请按“2018-11-20”的样子填写。"),
        ({"subject": f"{makers.NAME}的建议"}, "不要写提出人的姓名"),
        ({"handed_on": "2018-12-30"}, "日期应在2008-05-01和2018-11-20之间。"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, cast, wrong, words):
    client.force_login(cast.office)
    told = {**makers.GIVEN, "form_id": str(uuid4()), "lead": cast.finance.pk, **wrong}

    answer = client.post(NEW, {name: value for name, value in told.items() if value not in (None, False)})

    assert answer.status_code == 422
    assert words in answer.text
    assert makers.GIVEN["text"] in answer.text
    assert not Case.objects.filter(kind="proposal").exists()


def test_the_lead_is_no_co_unit(client, cast):
    client.force_login(cast.office)
    told = {**makers.GIVEN, "form_id": str(uuid4()), "lead": cast.finance.pk, "co_units": [cast.finance.pk]}

    answer = client.post(NEW, {name: value for name, value in told.items() if value not in (None, False)})

    assert "主办单位不能同时是协办单位。" in answer.text


def test_a_clerk_replies_and_the_head_signs_on_the_page(client, cast):
    case = makers.handed_over(cast)
    client.force_login(cast.clerk)
    client.post(f"{page_of(case)}accept/", {"version": case.version})
    case.refresh_from_db()
    refused = client.post(f"{page_of(case)}reply/", {**makers.REPLY, "openness": "no", "version": case.version})
    assert (refused.status_code, "答复不公开的，请写明理由。" in refused.text) == (422, True)
    assert "年内完成施工图设计。" in refused.text
    client.post(f"{page_of(case)}reply/", {**makers.REPLY, "version": case.version})
    client.force_login(cast.head)
    assert "公开方式：全文公开" in client.get(page_of(case)).text
    case.refresh_from_db()

    client.post(f"{page_of(case)}sign/", {"version": case.version})

    case.refresh_from_db()
    assert case.status == "replied"
    assert case.assignments.get().accepted_at is not None


def test_the_letter_is_a_numbered_pdf_for_lead_and_office(client, cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)
    makers.propose(cast, case)
    reply = makers.sign(cast, case)
    run_due("letter")

    def opened(who) -> int:
        client.force_login(who)
        return client.get(f"{page_of(case)}letter/{reply.paper_id}/").status_code

    assert [opened(who) for who in (cast.clerk, cast.office, cast.other_clerk)] == [200, 200, 403]
    assert "宁海县财政局" in client.get(f"/verify/{reply.paper.verify_code}/").text


# The office: units × states, reminders, urging.


def test_the_office_sees_each_unit_s_counts_and_share_in_time(client, cast):
    makers.handed_over(cast, at=EARLY)
    makers.replied(cast, number=13)
    client.force_login(cast.office)

    row = next(each for each in client.get(UNITS).context["cl"].result_list if each.pk == cast.finance.pk)

    assert (row.received, row.answered, row.in_time, row.open, row.overdue) == (2, 1, 1, 1, 1)
    assert "50.0%（1/2）" in client.get(UNITS).text
    assert client.get(reverse("admin:disclosure_proposalunit_change", args=[cast.finance.pk])).status_code == 200


def test_a_unit_is_reminded_of_what_falls_due(cast):
    case = makers.handed_over(cast, at=EARLY)
    day = date(2018, 5, 10)

    remind_of_proposals(on=day, at=AT.replace(month=5, day=10), calendar=WorkCalendar.load())

    told = Message.objects.filter(event=f"proposal-due:{case.pk}:2018-05-10:today")
    assert set(told.values_list("recipient__username", flat=True)) == {"finance-clerk", "finance-head"}


def test_the_office_urges_after_it_has_seen_whom_and_in_which_words(client, cast):
    case = makers.handed_over(cast, at=EARLY)
    client.force_login(cast.office)
    shown = client.post(UNITS, {"action": "remind_selected", "_selected_action": [cast.finance.pk]}).text
    assert "将向 1 个单位催办 1 件建议提案" in shown
    assert case.number in shown

    units = ProposalUnit.objects.filter(pk=cast.finance.pk)
    plan = urge_applications(units=units, words="请抓紧办理。", by=cast.office, at=AT, of=PROPOSALS)

    assert plan.count == 1
    assert Message.objects.filter(kind=Message.Kind.URGED).count() == 2
