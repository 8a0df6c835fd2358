"""What the office changes while a proposal is handled: more time, other co-units; and what it finds out about who made it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from disclosure.models import ProposalLimit
from disclosure.proposals import letter, services
from disclosure.proposals.waiting import OfProposal
from ninghai.calendar import clock
from ninghai.cases.assignments import replay_work
from ninghai.cases.clocks import legal_runs
from ninghai.cases.events import record, replay
from ninghai.models import Case, Message, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.staff_site.inbox import Inbox
from tests.disclosure.makers import AT
from tests.disclosure.proposals import makers
from tests.disclosure.proposals.test_life import at_day, due

pytestmark = pytest.mark.django_db
REASON = "牵涉单位多，需要再征求意见"


def extend(cast, case: Case, months: int, *, by=None, at=AT, **changed) -> None:
    case.refresh_from_db()
    said = {"version": case.version, "reason": REASON, **changed}
    services.extend(case=case, months=months, by=by or cast.office, at=at, **said)


def change(cast, case: Case, *units: Unit, at=AT, **changed) -> None:
    case.refresh_from_db()
    said = {"reply_by": None, "reason": "", "version": case.version, "by": cast.office, **changed}
    services.change_co_units(case=case, co_units=units, at=at, **said)


def other_unit() -> Unit:
    return Unit.objects.get(short_name="县发改局")


# More time.


@pytest.mark.parametrize(
    ("handed_on", "months", "expected"),
    [
        pytest.param(date(2018, 9, 10), 1, date(2019, 1, 10), id="M01-and-a-month"),
        pytest.param(date(2018, 8, 31), 3, date(2019, 2, 28), id="M02-month-end-kept-from-the-31st"),
        pytest.param(date(2018, 11, 20), 2, date(2019, 4, 20), id="on-the-day-itself"),
    ],
)
def test_the_office_extends_the_limit_by_months_from_the_day_of_handing_over(cast, handed_on, months, expected):
    case = makers.handed_over(cast, at=at_day(handed_on))

    extend(cast, case, months)

    assert due(case) == expected
    assert f"延长{months}个月" in case.legal_clock.derivation
    [run] = legal_runs(case, case.events.order_by("number"))
    assert run.history.extended_by == months
    told = Message.objects.filter(subject=f"办理期限延长{months}个月：{case.proposal}")
    assert set(told.values_list("recipient__username", flat=True)) == {"finance-clerk", "finance-head"}


def test_it_is_extended_once_for_each_reply_and_by_no_more_than_the_county_allows(cast):
    case = makers.joint(cast, at=at_day(date(2018, 9, 10)))
    with pytest.raises(ValidationError, match="最多延长3个月"):
        extend(cast, case, 4)
    ProposalLimit.objects.create(kind="npc", stage="extended", valid_from=date(2018, 11, 1), months=1)
    with pytest.raises(ValidationError, match="最多延长1个月"):
        extend(cast, case, 2)
    extend(cast, case, 1)
    with pytest.raises(TransitionError, match="只能延长一次"):
        extend(cast, case, 1)
    makers.give_part(cast, case)
    makers.propose(cast, case)
    makers.sign(cast, case)
    makers.hear(cast, case, score="unsatisfied", on=AT.date(), at=AT)

    extend(cast, case, 1)

    assert due(case) == date(2019, 3, 20)


def test_what_has_run_out_is_not_extended_and_nobody_but_the_office_extends(cast):
    late = makers.handed_over(cast, at=at_day(date(2018, 2, 10)))
    with pytest.raises(TransitionError, match="已经届满"):
        extend(cast, late, 1)
    with pytest.raises(PermissionDenied):
        extend(cast, late, 1, by=cast.clerk)
    case = makers.handed_over(cast, number=13)
    with pytest.raises(StaleError):
        extend(cast, case, 1, version=case.version - 1)


def test_a_reply_is_still_awaited_until_five_working_days_before_the_later_end(cast):
    case = makers.joint(cast, at=at_day(date(2018, 9, 10)))
    extend(cast, case, 1)

    with pytest.raises(ValidationError, match="还没有协办意见：深甽镇"):
        makers.propose(cast, case, at=at_day(date(2018, 12, 7)))


# Other co-units.


def test_a_co_unit_is_added_later_and_gives_its_part_of_the_reply(cast):
    case = makers.handed_over(cast)

    change(cast, case, cast.town)

    assert Message.objects.filter(recipient=cast.other_clerk, subject=f"协办：{case.proposal}").exists()
    with pytest.raises(ValidationError, match="还没有协办意见：深甽镇"):
        makers.propose(cast, case)
    makers.give_part(cast, case)
    makers.propose(cast, case)
    assert letter.helping_units(case.proposal.replies.get()) == "宁海县深甽镇人民政府"


def test_who_has_a_day_to_reply_by_is_waited_for_no_longer_than_that(cast):
    case = makers.handed_over(cast)
    with pytest.raises(ValidationError, match="不能早于今天"):
        change(cast, case, cast.town, reply_by=date(2018, 11, 19))
    change(cast, case, cast.town, reply_by=date(2018, 11, 23))
    with pytest.raises(ValidationError, match="还没有协办意见"):
        makers.propose(cast, case, at=at_day(date(2018, 11, 23)))

    makers.propose(cast, case, at=at_day(date(2018, 11, 24)))

    assert Case.objects.get(pk=case.pk).status == "with_head"


def test_who_is_left_out_is_waited_for_no_longer_and_reads_it_no_more(client, cast):
    case = makers.joint(cast)
    with pytest.raises(ValidationError, match="请写明理由"):
        change(cast, case)

    change(cast, case, reason="没有协办事项")

    assert Message.objects.filter(recipient=cast.other_clerk, subject=f"不再协办：{case.proposal}").exists()
    client.force_login(cast.other_clerk)
    assert client.get(reverse("disclosure:proposal", args=[case.pk])).status_code == 404
    makers.propose(cast, case)
    assert Case.objects.get(pk=case.pk).status == "with_head"


def test_what_a_co_unit_has_given_stays_and_the_lead_is_no_co_unit(cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)

    with pytest.raises(ValidationError, match="深甽镇已经提交协办意见，不能取消"):
        change(cast, case, other_unit(), reason="换一个")
    with pytest.raises(ValidationError, match="主办单位不能同时是协办单位"):
        change(cast, case, cast.town, cast.finance)
    with pytest.raises(ValidationError, match="没有变化"):
        change(cast, case, cast.town)
    with pytest.raises(PermissionDenied):
        change(cast, case, by=cast.clerk)
    assert list(case.proposal.parts.values_list("unit", flat=True)) == [cast.town.pk]


def test_the_office_does_both_on_the_page(client, cast):
    case = makers.joint(cast)
    client.force_login(cast.office)
    page = reverse("disclosure:proposal", args=[case.pk])
    shown = client.get(page).text
    assert ("调整协办单位" in shown, "延长办理期限" in shown) == (True, True)
    sent = {"co_units": [cast.town.pk, other_unit().pk], "reply_by": "2018-12-03", "version": case.version}

    client.post(f"{page}co-units/", sent)
    case.refresh_from_db()
    refused = client.post(f"{page}extend/", {"months": "12", "reason": REASON, "version": case.version})
    client.post(f"{page}extend/", {"months": "2", "reason": REASON, "version": case.version})

    assert (refused.status_code, "最多延长3个月" in refused.text, REASON in refused.text) == (422, True, True)
    assert due(case) == date(2019, 4, 20)
    assert "还没有提交协办意见，2018-12-03以前提交" in client.get(page).text
    works = replay_work(case.events.order_by("number"))
    assert [(each.unit, each.part, each.reply_by) for each in works] == [
        (cast.finance.pk, "lead", None),
        (cast.town.pk, "co", None),
        (other_unit().pk, "co", "2018-12-03"),
    ]
    told = replay(case).as_columns()
    assert {name: getattr(case, name) for name in told} == told


# What the register says by the time of signing counts.


def correct(cast, case: Case, **changed) -> None:
    case.refresh_from_db()
    known = {name: getattr(case.proposal, name) for name in ("role", "shows_name", "is_wide")}
    given = {**known, "subject": case.subject, **changed}
    services.correct(case=case, given=given, version=case.version, by=cast.office, at=AT)


def test_M03_a_summary_needs_its_reason_when_the_office_finds_that_many_care_before_it_is_signed(cast):
    case = makers.proposed(cast, reply={"openness": "summary", "summary": "已列入计划。"})
    correct(cast, case, is_wide=True)

    with pytest.raises(ValidationError, match=r"社会广泛关注的事项原则上全文公开.*请退回修改"):
        makers.sign(cast, case)

    assert Case.objects.get(pk=case.pk).status == "with_head"


def test_a_name_that_is_no_longer_to_be_shown_is_neither_signed_nor_published(cast):
    told = {"text": f"{makers.NAME}代表的建议很好。"}
    case = makers.proposed(cast, shows_name=True, reply=told)
    correct(cast, case, shows_name=False)
    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        makers.sign(cast, case)

    signed = makers.replied(cast, number=13, shows_name=True, reply=told)
    signed.proposal.shows_name = False
    signed.proposal.save()
    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        makers.made_public(cast, signed)


@pytest.mark.parametrize(
    ("deputy", "said"),
    [("某 某", "某某提出"), ("甲乙丙等12人", "甲乙丙等人"), ("丁戊；己庚代表", "己庚的建议"), ("甲乙 丙丁", "丙丁说"), ("甲 乙，丙丁", "甲 乙说")],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(cast, deputy, said):
    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        makers.entered(cast, deputy=deputy, subject=said)


def test_a_body_that_proposes_is_named_where_it_agrees_and_not_after_it_has_withdrawn(cast):
    body = "某某县委员会"

    case = makers.entered(cast, deputy=body, role=body, shows_name=True)

    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        correct(cast, case, shows_name=False)


@pytest.mark.parametrize("field", ["session", "subject", "role"])
def test_what_lists_and_the_public_read_has_no_telephone(cast, field):
    with pytest.raises(ValidationError, match="手机号"):
        makers.entered(cast, **{field: "县人大代表 13805741234"})


def test_nobody_signs_what_they_once_drafted_whoever_sent_it_again(cast):
    case = makers.handed_over(cast)
    record(case=case, kind="proposed", by=cast.head, at=AT, facts={"openness": "full"})
    record(case=case, kind="returned", by=cast.signer, at=AT, reason="再改改")
    makers.propose(cast, case)

    with pytest.raises(PermissionDenied, match="您写过"):
        makers.sign(cast, case)

    assert waiting_for(cast.head) == 0


# Who knows of it, and how often it waits.


def waiting_for(user) -> int:
    """As the menu counts proposals for this person."""
    inbox = Inbox(user, on=clock.today())
    return sum(tally.count for kind, tally in inbox.tallies.items() if isinstance(kind, OfProposal))


def test_a_unit_never_hears_of_what_was_void_before_it_was_handed_over(client, cast):
    case = makers.entered(cast)
    services.void(case=case, reason="录错了", version=case.version, by=cast.office, at=AT)
    client.force_login(cast.clerk)

    assert client.get(reverse("disclosure:proposal", args=[case.pk])).status_code == 404


def test_one_proposal_waits_once_for_each_of_its_units(cast):
    case = makers.joint(cast)
    assert (waiting_for(cast.clerk), waiting_for(cast.other_clerk)) == (1, 1)

    for who in (cast.clerk, cast.other_clerk):
        services.accept(case=case, version=case.version, by=who, at=AT)

    assert (waiting_for(cast.clerk), waiting_for(cast.other_clerk)) == (1, 1)


def test_who_works_on_it_has_accepted_it(cast):
    case = makers.joint(cast)

    makers.give_part(cast, case)
    makers.propose(cast, case)

    assert not case.assignments.filter(accepted_at=None).exists()
    assert (waiting_for(cast.clerk), waiting_for(cast.other_clerk)) == (0, 0)


def test_while_another_reply_is_made_the_first_one_does_not_wait_to_be_published(cast):
    case = makers.replied(cast)
    makers.hear(cast, case, score="unsatisfied", on=AT.date(), at=AT)

    with pytest.raises(TransitionError, match="正在重新办理"):
        makers.made_public(cast, case)
    assert waiting_for(cast.clerk) == 1


def test_what_was_said_of_a_reply_is_read_by_who_makes_the_next_one(client, cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)
    makers.propose(cast, case)
    makers.sign(cast, case)
    case.refresh_from_db()
    said = {"score": "unsatisfied", "heard_on": AT.date(), "words": "没有说明哪一年改造。"}
    services.hear(case=case, version=case.version, by=cast.office, at=AT, **said)
    page = reverse("disclosure:proposal", args=[case.pk])

    client.force_login(cast.clerk)
    leading = client.get(page).text
    client.force_login(cast.other_clerk)
    helping = client.get(page).text

    assert ("反馈意见：不满意（2018-11-20）" in leading, "没有说明哪一年改造。" in leading) == (True, True)
    assert "没有说明哪一年改造。" not in helping


def test_a_unit_that_helped_and_then_leads_is_not_named_twice(cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)
    case.refresh_from_db()
    moved = services.designate(
        case=case, unit=cast.town, reason="镇里牵头", version=case.version, by=cast.office, at=AT
    )
    given = {**makers.REPLY, "text": "已列入计划。"}
    services.propose(case=moved, given=given, version=moved.version, by=cast.other_clerk, at=AT)

    assert letter.units_words(moved.proposal.replies.get()) == "主办单位：宁海县深甽镇人民政府。"
