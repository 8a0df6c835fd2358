"""A matter of the hotline from the call to its closing: limits, returns, designation, extension, promise, redo, satisfaction."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosure.hotline import intake, rules, services
from disclosure.hotline.standards import limit_on
from disclosure.models import HotlineCase, HotlineLimit
from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import replay
from ninghai.models import CaseAssignment, CaseEvent, DutyClock, Message
from ninghai.models.state_machine import StaleError, TransitionError
from tests.cast import Cast
from tests.disclosure.hotline import makers as calls

pytestmark = pytest.mark.django_db


def due(call: HotlineCase) -> date | None:
    return rules.due_day(calls.fresh(call))


def handed_on_by(cast: Cast, day: date, *, amount: int, at_hour: int = 9) -> HotlineCase:
    """By a limit of so many working days."""
    calls.topic()
    HotlineLimit.objects.filter(matter="help").update(amount=amount)
    return calls.handed_on(cast, matter="help", at=calls.at_day(day, hour=at_hour))


# Limits.


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        pytest.param("2018-11-20", 3, "2018-11-23", id="H01 three"),
        pytest.param("2018-11-20", 5, "2018-11-27", id="H01 five"),
        pytest.param("2018-11-20", 7, "2018-11-29", id="H01 seven"),
        pytest.param("2018-11-20", 15, "2018-12-11", id="H01 fifteen"),
        pytest.param("2018-09-28", 5, "2018-10-10", id="H02 five"),
        pytest.param("2018-09-28", 15, "2018-10-24", id="H02 fifteen"),
        pytest.param("2018-09-30", 5, "2018-10-12", id="H03 a working Sunday"),
        pytest.param("2018-12-28", 5, "2019-01-07", id="H03 over the year"),
        pytest.param("2018-02-14", 3, "2018-02-24", id="over Spring Festival"),
    ],
)
def test_the_limit_counts_working_days_from_the_day_after(cast, day, amount, expected):
    call = handed_on_by(cast, date.fromisoformat(day), amount=amount)

    assert f"{due(call)}" == expected


def test_limits_are_data_from_a_day_on(cast):
    calls.topic()
    HotlineLimit.objects.create(matter="ask", urgency="normal", valid_from=date(2018, 11, 15), amount=2)

    before = calls.handed_on(cast, matter="ask")
    after = calls.handed_on(cast, matter="ask", at=calls.later(days=3))

    assert (due(before), due(after)) == (date(2018, 11, 15), date(2018, 11, 19))
    assert limit_on("ask", "urgent", on=date(2018, 11, 12)).amount == 1


def test_what_was_never_entered_has_limits_too(cast):
    assert limit_on("complaint", "normal", on=date(2018, 11, 12)).amount == 7


# Handed on, signed for, given back.


def test_h06_the_caller_s_limit_stays_when_another_unit_gets_it(cast):
    """H06: due 11-19 all along; the unit that gets it on the 14th signs until the 15th."""
    call = calls.handed_on(cast, matter="help")
    first_due = due(call)
    calls.handling(cast, call)
    told = {"reason": "不是本单位的职责", "belongs_to": cast.town}
    services.ask_return(**calls.seen(call), **told, by=cast.clerk, at=calls.later(days=1))
    services.grant_return(**calls.seen(call), by=cast.office, at=calls.later(days=1, hours=1))
    calls.handed_on(cast, calls.fresh(call), lead=cast.town, at=calls.later(days=2))

    given_to = CaseAssignment.objects.standing().get(case=call.case)
    returned = CaseAssignment.objects.get(case=call.case, returned_at__isnull=False)
    assert (first_due, due(call)) == (date(2018, 11, 19), date(2018, 11, 19))
    assert (given_to.unit, given_to.reply_by) == (cast.town, date(2018, 11, 15))
    assert (returned.unit, returned.return_reason, returned.belongs_to) == (cast.finance, told["reason"], cast.town)
    assert [each.unit for each in call.rounds.all()] == [cast.town]


def test_who_is_designated_cannot_ask_again(cast):
    call = calls.returning(cast)
    services.refuse_return(**calls.seen(call), reason="属于部门职责", by=cast.office, at=calls.later(days=2))

    call = calls.fresh(call)
    lead = CaseAssignment.objects.standing().get(case=call.case)
    assert (call.case.status, lead.is_designated, lead.accepted_at is not None) == ("handling", True, True)
    with pytest.raises(TransitionError, match="指定"):
        services.ask_return(
            **calls.seen(call), reason="还是不对", belongs_to=cast.town, by=cast.clerk, at=calls.later(days=3)
        )


def test_a_unit_says_whose_it_is_and_not_that_it_is_its_own(cast):
    call = calls.handling(cast)

    with pytest.raises(ValidationError, match="本单位以外"):
        services.ask_return(**calls.seen(call), reason="不是", belongs_to=cast.finance, by=cast.clerk, at=calls.later())


def test_lead_and_co_units_sign_each_for_itself(cast):
    call = calls.handed_on(cast, co_units=[cast.town])
    services.sign(**calls.seen(call), by=cast.other_clerk, at=calls.CALLED)
    co_only = calls.fresh(call).case.status
    calls.handling(cast, call)
    calls.stepped(call, "part_given", by=cast.other_clerk, at=calls.later(hours=1), words="现场在我镇。")

    assert co_only == "handed_on"
    assert calls.fresh(call).case.status == "handling"
    assert CaseAssignment.objects.filter(case=call.case, accepted_at=None).count() == 0


def test_a_unit_that_only_helps_does_not_answer(cast):
    call = calls.handling(cast, co_units=[cast.town])

    with pytest.raises(PermissionDenied):
        services.answer(**calls.seen(call), result="solved", words="好了", by=cast.other_clerk, at=calls.later(days=1))


def test_who_saw_an_older_version_is_refused(cast):
    call = calls.taken(cast)
    seen = calls.seen(call)
    calls.stepped(call, "called_again", by=cast.office, at=calls.CALLED)

    with pytest.raises(StaleError):
        services.hand_on(**seen, lead=cast.finance, by=cast.office, at=calls.CALLED)


# Pause, extension, promise.


def test_the_limit_stands_still_while_the_caller_is_asked(cast):
    call = calls.asking(cast)
    paused = due(call)
    calls.stepped(call, "caller_said", by=cast.clerk, at=calls.later(days=2), words="人民路工地。")

    assert (paused, due(call)) == (None, date(2018, 11, 23))  # 11-21, and the two days


@pytest.mark.parametrize(
    ("day", "expected"), [pytest.param(11, None, id="H08 on the day"), pytest.param(10, "2018-12-20", id="H08 before")]
)
def test_an_extension_is_asked_a_day_before(cast, day, expected):
    """H08: due 12-11; on that day it is too late, on the 10th it is possible, and 7 working days more are 12-20."""
    call = calls.handling(cast, matter="report", at=calls.at_day(date(2018, 11, 20)))
    at = calls.at_day(date(2018, 12, day))
    told = {"amount": 7, "reason": "要等检测结果", "by": cast.clerk, "at": at}

    if expected is None:
        with pytest.raises(ValidationError, match="最迟2018-12-10"):
            services.ask_extension(**calls.seen(call), **told)
        return
    services.ask_extension(**calls.seen(call), **told)
    services.grant_extension(**calls.seen(call), by=cast.office, at=at)
    assert f"{due(call)}" == expected


def test_an_extension_is_approved_by_whom_the_limits_name(cast):
    calls.topic()
    HotlineLimit.objects.update(approver="signer")
    call = calls.extending(cast)

    assert not rules.can_decide_extension(cast.office, call)
    services.grant_extension(**calls.seen(call), by=cast.signer, at=calls.later(days=2))
    assert due(call) == date(2018, 11, 30)


def test_no_more_than_the_limits_allow(cast):
    call = calls.handling(cast)

    with pytest.raises(ValidationError, match="最多延长7"):
        services.ask_extension(**calls.seen(call), amount=8, reason="难", by=cast.clerk, at=calls.later(days=1))


def test_a_promise_is_the_next_limit(cast):
    call = calls.handling(cast)
    services.promise(
        **calls.seen(call), promised_for=date(2018, 12, 31), reason="要等汛期过后施工", by=cast.clerk, at=calls.later()
    )

    call = calls.fresh(call)
    assert (due(call), call.promised_for) == (date(2018, 12, 31), date(2018, 12, 31))
    assert call.rounds.get().clock == call.case.legal_clock
    assert DutyClock.objects.about(call.case).count() == 2


def test_a_promise_mends_no_breach(cast):
    call = calls.handling(cast)

    with pytest.raises(ValidationError, match="时限已过"):
        services.promise(
            **calls.seen(call),
            promised_for=date(2018, 12, 31),
            reason="难",
            by=cast.clerk,
            at=calls.at_day(date(2018, 11, 22)),
        )


# Answered, reviewed, called back, done again.


def test_the_limit_ends_with_the_answer_that_was_good(cast):
    """It stands still while the office looks at it, whenever that is."""
    call = calls.calling(cast, at=calls.later(days=20))
    call = calls.called_back(cast, call, outcome="satisfied", at=calls.later(days=21))

    clock, once = call.case.legal_clock, call.rounds.get()
    assert (call.case.status, local_day(clock.closed_at), local_day(clock.due_at)) == (
        "closed",
        date(2018, 11, 14),
        date(2018, 11, 21),
    )
    assert (once.score, once.was_reached, local_day(once.closed_at)) == ("satisfied", True, date(2018, 12, 3))
    assert not call.is_open


def test_what_is_sent_back_goes_on(cast):
    call = calls.answered(cast)
    call = calls.stepped(call, "sent_back", by=cast.office, at=calls.later(days=3), reason="没有答复怎样处理")

    assert (call.case.status, due(call)) == ("handling", date(2018, 11, 22))  # 11-21, and the day of the review
    assert call.rounds.get().answered_at is None


def test_a_redo_has_its_own_limit_and_the_first_closing_stays(cast):
    call = calls.called_back(cast, outcome="unsatisfied")

    first, again = call.rounds.all()
    assert call.case.status == "handling"
    assert (first.score, local_day(first.clock.closed_at)) == ("unsatisfied", date(2018, 11, 14))
    assert (again.number, again.unit, local_day(again.clock.due_at)) == (2, cast.finance, date(2018, 11, 23))
    assert "answered" not in replay(call.case).done


def test_who_cannot_be_reached_is_called_again(cast):
    call = calls.called_back(cast, outcome="unreached")
    tried = call.case.status
    call = calls.called_back(cast, call, outcome="unreached_closed", at=calls.later(days=5))

    assert (tried, call.case.status, call.rounds.get().score) == ("calling", "closed", "")


@pytest.mark.parametrize("changes", [{"wants_reply": False}, {"phone": ""}], ids=["no reply wanted", "no number"])
def test_who_wants_no_reply_is_not_called(cast, changes):
    assert calls.calling(cast, **changes).case.status == "closed"


def test_satisfaction_is_told_once_for_each_closing(cast):
    call = calls.unrated(cast)
    services.rate(call=call, score="unsatisfied", words="没有解决", at=calls.later(days=5))
    disputed = calls.fresh(call).is_disputed
    with pytest.raises(TransitionError):
        services.rate(call=calls.fresh(call), score="satisfied", words="", at=calls.later(days=5))
    services.redo(**calls.seen(call), reason="来电人不满意", by=cast.office, at=calls.later(days=6))
    call = calls.calling(cast, calls.answered(cast, calls.fresh(call), at=calls.later(days=7)), at=calls.later(days=8))
    call = calls.called_back(cast, call, outcome="unreached_closed", at=calls.later(days=9))
    services.rate(call=call, score="satisfied", words="", at=calls.later(days=10))

    assert disputed
    assert not calls.fresh(call).is_disputed
    assert [each.score for each in call.rounds.all()] == ["unsatisfied", "satisfied"]


def test_nobody_reviews_what_they_answered(cast):
    calls.topic()
    call = calls.handed_on(cast, lead=cast.county_office)
    services.sign(**calls.seen(call), by=cast.office, at=calls.CALLED)
    services.answer(**calls.seen(call), result="explained", words="已说明。", by=cast.office, at=calls.later(days=1))

    assert not rules.can_review(cast.office, calls.fresh(call))
    assert rules.can_review(cast.second_office, calls.fresh(call))


# Ended otherwise.


def test_h11_what_is_an_application_goes_on_as_one(cast, client):
    """H11: closed 已引导, the words are in the application's form, and nobody rates it."""
    words = "请公开2018年部门预算的文件"
    call = calls.guided(cast, content=words)
    sent = {"step": "begin", "content": words}

    page = client.post("/requests/new/", sent)

    assert (call.case.status, call.is_open, services.may_be_rated(call)) == ("guided", False, False)
    assert page.status_code == 200
    assert words in page.content.decode()


@pytest.mark.parametrize("ground", ["done", "lawful"])
def test_no_longer_handled_in_its_two_kinds(cast, ground):
    call = calls.handling(cast)
    told = {"ground": ground, "reason": "去年已经答复过"}
    call = calls.stepped(call, "end_asked", by=cast.clerk, at=calls.later(days=1), **told)
    services.grant_end(**calls.seen(call), by=cast.office, at=calls.later(days=2))

    call = calls.fresh(call)
    ended = CaseEvent.objects.get(case=call.case, kind="no_longer")
    assert (call.case.status, ended.fact("ground"), ended.reason) == ("no_longer", ground, "去年已经答复过")


def test_one_matter_joins_another(cast):
    first, second = calls.taken(cast), calls.taken(cast)
    services.join(**calls.seen(second), into=first.case.number, by=cast.office, at=calls.later(hours=1))

    second = calls.fresh(second)
    assert (second.case.status, second.case.parent, second.is_open) == ("merged", first.case, False)


def test_a_number_that_is_none_joins_nothing(cast):
    with pytest.raises(ValidationError, match="没有这个登记号"):
        services.join(**calls.seen(calls.taken(cast)), into="2018-99", by=cast.office, at=calls.CALLED)


# People under seal.


@pytest.mark.parametrize("field", ["subject", "village"])
@pytest.mark.parametrize("said", [calls.NAME, calls.PHONE])
def test_what_lists_show_names_nobody_who_called(cast, field, said):
    with pytest.raises(ValidationError) as refused:
        calls.taken(cast, **{field: f"关于{said}的事"})

    assert list(refused.value.message_dict) == [field]


def test_the_words_of_a_confidential_caller_name_nobody(cast):
    with pytest.raises(ValidationError, match="来电人"):
        calls.taken(cast, is_confidential=True, content=f"我是{calls.NAME}，工地太吵")


def test_a_report_is_always_confidential(cast):
    assert calls.taken(cast, matter="report").is_confidential


def test_messages_tell_numbers_and_kinds_alone(cast):
    calls.called_back(cast, outcome="unsatisfied", content="张桥工地打桩")

    told = "\n".join(f"{each.subject}{each.text}" for each in Message.objects.all())
    assert "热线工单（投诉）" in told
    assert not any(word in told for word in (calls.PHONE, calls.NAME, calls.ADDRESS, "张桥", calls.SUBJECT))


def test_the_same_form_is_one_matter(cast):
    told = calls.given()
    made = [intake.take_in(given=told, channel="phone", by=cast.office, at=calls.CALLED) for _ in range(2)]

    assert made[0].pk == made[1].pk


def test_its_columns_are_what_the_events_say(cast):
    for make in calls.STATES.values():
        case = make(cast).case
        told = replay(case).as_columns()
        assert {name: getattr(case, name) for name in told} == told
