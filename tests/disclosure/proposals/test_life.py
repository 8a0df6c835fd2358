"""A proposal from handing over to the second reply: limits, co-units, openness with its reason, feedback, who may do what when."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosure.models import ProposalCategory, ProposalLimit
from disclosure.proposals import letter, services
from disclosure.proposals.standards import categories_on, load_standards, months_on
from ninghai.calendar.reckoning import local_day
from ninghai.cases.clocks import legal_runs
from ninghai.cases.events import replay
from ninghai.cases.papers import CasePaper
from ninghai.models import Case, CaseAssignment, DutyClock, Message
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT
from tests.disclosure.proposals import makers

pytestmark = pytest.mark.django_db


def due(case: Case) -> date:
    case.refresh_from_db()
    return local_day(case.legal_clock.due_at)


def at_day(day: date):
    return AT.replace(year=day.year, month=day.month, day=day.day)


# Limits.


@pytest.mark.parametrize(
    ("handed_on", "expected", "more"),
    [
        pytest.param(date(2018, 2, 10), date(2018, 5, 10), {}, id="M01"),
        pytest.param(date(2018, 11, 30), date(2019, 2, 28), {}, id="M02-month-end-kept"),
        pytest.param(date(2018, 2, 10), date(2018, 8, 10), {"is_hard": True}, id="hard-ones-longer"),
        pytest.param(date(2018, 2, 10), date(2018, 7, 10), {"is_hard": True, "kind": "cppcc"}, id="hard-of-cppcc"),
        pytest.param(date(2018, 8, 31), date(2018, 11, 30), {}, id="of-the-31st"),
    ],
)
def test_a_reply_is_due_so_many_months_after_handing_over(cast, handed_on, expected, more):
    case = makers.handed_over(cast, at=at_day(handed_on), **more)

    assert due(case) == expected
    assert legal_runs(case, case.events.order_by("number"))[-1].limit == case.legal_clock.limit


def test_the_office_sets_the_limits_by_date_and_what_was_handed_over_before_stays(cast):
    before = makers.handed_over(cast, at=at_day(date(2018, 2, 10)))
    ProposalLimit.objects.create(kind="npc", stage="ordinary", valid_from=date(2018, 3, 1), months=2, basis="县规定")

    after = makers.handed_over(cast, at=at_day(date(2018, 3, 1)), number=13)

    assert (due(before), due(after)) == (date(2018, 5, 10), date(2018, 5, 1))


# Handing over: one lead, co-units, numbers.


def test_it_is_entered_for_the_office_alone_and_told_to_the_units_when_it_is_handed_over(cast):
    case = makers.entered(cast, co_units=[cast.town])
    assert (case.status, case.number, Message.objects.count()) == ("to_hand_over", "", 0)

    services.hand_over(case=case, handed_on=AT.date(), version=case.version, by=cast.office, at=AT)

    assert (case.status, case.number) == ("handling", "县财政局建提〔2018〕1号")
    told = set(Message.objects.values_list("recipient__username", "subject"))
    assert ("finance-clerk", "主办：县十七届人大二次会议第12号建议") in told
    assert ("town-clerk", "协办：县十七届人大二次会议第12号建议") in told


def test_the_same_number_of_a_session_is_entered_once_unless_the_first_was_void(cast):
    case = makers.entered(cast)
    with pytest.raises(ValidationError, match="已经录入过"):
        makers.entered(cast)

    services.void(case=case, reason="录错了", version=case.version, by=cast.office, at=AT)

    assert makers.entered(cast).pk != case.pk


@pytest.mark.parametrize("field", ["subject", "role"])
def test_no_name_stands_where_lists_and_the_public_read(cast, field):
    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        makers.entered(cast, **{field: f"{makers.NAME}的建议"})


def test_a_unit_gives_it_back_and_the_office_designates_another_with_the_same_co_units(cast):
    case = makers.joint(cast)
    said = {"belongs_to": None, "reason": "不属于本单位职责"}
    services.give_proposal_back(case=case, version=case.version, by=cast.clerk, at=AT, **said)
    with pytest.raises(TransitionError, match="已经退回"):
        makers.propose(cast, case)

    moved = services.designate(
        case=case, unit=cast.county_office, reason="县府办牵头", version=case.version, by=cast.office, at=AT
    )

    assert moved.number == "县政府办公室建提〔2018〕1号"
    assert moved.proposal.deputy is not None
    assert due(moved) == due(case)
    parts = set(moved.assignments.standing().values_list("unit", "part", "is_designated"))
    assert parts == {(cast.county_office.pk, "lead", True), (cast.town.pk, "co", False)}
    with pytest.raises(TransitionError, match="不能退回"):
        services.give_proposal_back(case=moved, version=moved.version, by=cast.office, at=AT, **said)


# The reply.


def test_M06_a_joint_reply_has_one_lead_and_keeps_the_co_units_parts(cast):
    case = makers.joint(cast)
    with pytest.raises(ValidationError, match="还没有协办意见：深甽镇"):
        makers.propose(cast, case)
    makers.give_part(cast, case, text="镇里负责征求居民意见。")

    makers.propose(cast, case)
    reply = makers.sign(cast, case)

    leads = CaseAssignment.objects.standing().filter(case=case, part="lead")
    assert [each.unit for each in leads] == [cast.finance]
    assert [(part.unit, part.text) for part in case.proposal.parts.all()] == [(cast.town, "镇里负责征求居民意见。")]
    assert letter.units_words(reply) == "主办单位：宁海县财政局；协办单位：宁海县深甽镇人民政府。"
    with pytest.raises(TransitionError):
        services.assign_case(case=case, unit=cast.town, part=services.LEAD, by=cast.office, at=AT)


def test_a_co_unit_gives_its_part_once_and_does_not_reply(cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)

    with pytest.raises(TransitionError, match="已经提交过"):
        makers.give_part(cast, case)
    with pytest.raises(PermissionDenied):
        services.propose(case=case, given=makers.REPLY, version=case.version, by=cast.other_clerk, at=AT)
    with pytest.raises(PermissionDenied):
        services.give_part(case=case, text="主办的话", version=case.version, by=cast.clerk, at=AT)


def test_who_does_not_help_in_time_is_waited_for_no_longer(cast):
    case = makers.joint(cast, at=at_day(date(2018, 2, 10)))
    with pytest.raises(ValidationError, match="深甽镇"):
        makers.propose(cast, case, at=at_day(date(2018, 5, 2)))

    makers.propose(cast, case, at=at_day(date(2018, 5, 3)))

    assert letter.units_words(makers.sign(cast, case, at=at_day(date(2018, 5, 4)))) == "主办单位：宁海县财政局。"


@pytest.mark.parametrize(
    ("openness", "changes", "missing"),
    [
        pytest.param("summary", {"summary": "已列入计划。"}, "reason", id="M03-summary-of-wide-attention"),
        pytest.param("no", {}, "reason", id="M03-no-needs-a-reason"),
        pytest.param("summary", {"reason": "涉及个别住户"}, "summary", id="a-summary-is-written"),
    ],
)
def test_what_is_not_open_in_full_says_why(cast, openness, changes, missing):
    case = makers.handed_over(cast, is_wide=True)

    with pytest.raises(ValidationError) as refused:
        makers.propose(cast, case, openness=openness, **changes)

    assert list(refused.value.message_dict) == [missing]


def test_M03_a_summary_with_its_reason_passes_and_so_does_one_of_no_wide_attention_without(cast):
    told = {"openness": "summary", "summary": "已列入计划。"}

    wide = makers.proposed(cast, is_wide=True, reply={**told, "reason": "涉及个别住户"})
    other = makers.proposed(cast, number=13, reply=told)

    assert [case.proposal.replies.get().openness for case in (wide, other)] == ["summary", "summary"]


def test_what_is_open_does_not_name_who_made_it_unless_the_name_may_be_shown(cast):
    case = makers.handed_over(cast)
    with pytest.raises(ValidationError, match="不要写提出人的姓名"):
        makers.propose(cast, case, text=f"{makers.NAME}代表的建议很好。")

    shown = makers.handed_over(cast, number=13, shows_name=True)
    makers.propose(cast, shown, text=f"{makers.NAME}代表的建议很好。")

    assert Case.objects.get(pk=shown.pk).status == "with_head"


def test_reply_and_openness_are_reviewed_together_and_not_by_who_wrote_them(cast):
    case = makers.proposed(cast, reply={"openness": "no", "reason": "涉及国家秘密"})
    services.send_back(case=case, reason="理由不充分", version=case.version, by=cast.head, at=AT)
    makers.propose(cast, case, openness="full")

    reply = makers.sign(cast, case)

    paper = reply.paper
    assert (reply.openness, reply.reason) == ("full", "")
    assert (paper.number, paper.unit) == ("县财政局建提复〔2018〕1号", cast.finance)
    assert Case.objects.get(pk=case.pk).status == "replied"
    with pytest.raises(PermissionDenied):
        services.sign(case=case, version=case.version, by=cast.clerk, at=AT)


def test_the_letter_says_category_and_openness_and_who_helped(cast):
    case = makers.joint(cast)
    makers.give_part(cast, case)
    makers.propose(cast, case, openness="summary", summary="已列入计划。", reason="涉及个别住户")

    words = letter.reply_letter(case.proposal.replies.get(), deputy=makers.NAME, on=AT.date())

    assert words.title == "宁海县财政局关于县十七届人大二次会议第12号建议的答复"
    assert words.addressee == f"{makers.NAME}代表："
    assert words.paragraphs[1:3] == ("已将两个小区列入改造计划。", "年内完成施工图设计。")
    assert "办理结果类别：B类（列入计划逐步解决）。公开方式：摘要公开（理由：涉及个别住户）。" in words.paragraphs[3]
    assert "协办单位：宁海县深甽镇人民政府" in words.paragraphs[3]


def test_categories_are_the_office_s_by_date(cast):
    ProposalCategory.objects.create(code="D", valid_from=AT.date(), words="")
    ProposalCategory.objects.create(code="B", valid_from=AT.date(), words="正在解决")
    case = makers.handed_over(cast)

    with pytest.raises(ValidationError, match="现行的办理结果类别"):
        makers.propose(cast, case, category="D")
    makers.propose(cast, case, category="B")

    assert (
        "B类（正在解决）" in letter.reply_letter(case.proposal.replies.get(), deputy="甲", on=AT.date()).paragraphs[3]
    )


# Feedback and the second reply.


def test_M04_who_is_not_content_gets_a_second_reply_with_a_limit_of_its_own_and_the_first_one_stays(cast):
    case = makers.joint(cast, at=at_day(date(2018, 2, 10)))
    makers.give_part(cast, case, at=at_day(date(2018, 3, 1)))
    makers.propose(cast, case, at=at_day(date(2018, 4, 10)))
    first = makers.sign(cast, case, at=at_day(date(2018, 4, 20)))
    first_clock = DutyClock.objects.get(pk=case.legal_clock_id)

    makers.hear(cast, case, score="unsatisfied", on=date(2018, 11, 30), at=at_day(date(2018, 11, 30)))

    case.refresh_from_db()
    assert (case.status, due(case)) == ("handling", date(2019, 2, 28))
    first_clock.refresh_from_db()
    assert (first_clock.state, local_day(first_clock.due_at)) == ("closed", date(2018, 5, 10))
    with pytest.raises(ValidationError, match="还没有协办意见"):
        makers.propose(cast, case, at=at_day(date(2018, 12, 10)))
    makers.give_part(cast, case, text="再次征求了意见。", at=at_day(date(2018, 12, 5)))
    makers.propose(cast, case, text="今年开工。", category="A", at=at_day(date(2018, 12, 10)))
    second = makers.sign(cast, case, at=at_day(date(2018, 12, 12)))
    assert [each.pk for each in case.proposal.signed_replies()] == [first.pk, second.pk]
    assert second.paper.title.endswith("的再次答复")
    assert list(case.proposal.parts.values_list("round", flat=True)) == [1, 2]
    assert CasePaper.objects.filter(case=case).count() == 2


@pytest.mark.parametrize("score", ["satisfied", "fairly"])
def test_who_is_content_closes_it_and_is_heard_once(cast, score):
    case = makers.replied(cast)

    makers.hear(cast, case, score=score, on=AT.date(), at=AT)

    assert Case.objects.get(pk=case.pk).status == "replied"
    with pytest.raises(TransitionError, match="已经登记过"):
        makers.hear(cast, case, score="unsatisfied", on=AT.date(), at=AT)


def test_feedback_is_not_earlier_than_the_reply(cast):
    case = makers.replied(cast)

    with pytest.raises(ValidationError, match="日期应在"):
        makers.hear(cast, case, score="satisfied", on=date(2018, 11, 19), at=AT)


def test_columns_follow_from_the_events(cast):
    case = makers.replied(cast, at=at_day(date(2018, 2, 10)))
    makers.hear(cast, case, score="unsatisfied", on=AT.date(), at=AT)
    case.refresh_from_db()

    told = replay(case).as_columns()

    assert {name: getattr(case, name) for name in told} == told


def test_what_is_general_stands_as_rows_for_the_office_to_change_and_stays_as_it_left_them(cast):
    load_standards()
    ProposalLimit.objects.filter(kind="npc", stage="hard").update(months=5)

    load_standards()

    assert months_on("npc", "hard", on=AT.date()) == 5
    assert (months_on("npc", "ordinary", on=AT.date()), ProposalLimit.objects.count()) == (3, 8)
    assert list(categories_on(AT.date())) == ["A", "B", "C", "D"]
