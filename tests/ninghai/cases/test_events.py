"""What the events say is what the columns say, whatever happens in whichever order; and the limit, reckoned a second time."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fixtures.reference_data import load_workdays
from ninghai.calendar.reckoning import derivation, local_day, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases import register
from ninghai.cases.clocks import legal_runs, open_inner_clocks
from ninghai.cases.events import record, replay
from ninghai.cases.kinds import CaseKind, CaseState, EventRule, register_kind
from ninghai.cases.register import confirm_receipt, enter_case, forget_people, register_case, reopen_case, void_case
from ninghai.models import AuditEntry, Case, CaseEvent, DutyClock
from ninghai.models.sealed import DESTROYED, MASK
from ninghai.models.state_machine import TransitionError
from ninghai.sealed.services import destroy, look
from tests.ninghai.cases.kind import LETTER
from tests.ninghai.cases.test_register import NOON, due_day, registered
from tests.ninghai.test_reckoning import at
from tests.sizes import examples

FIRST = date(2018, 9, 25)
ACTS = ["amend", "amended", "ask_third", "third_answers", "ask_agency", "agency_answers", "extend"]
ENDS = ["issue", "answer", "archive", "note", "reopen", "void", "receive", "register"]


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


def act(cast, case, kind, moment, *, of="", facts=None):
    return record(case=case, kind=kind, by=cast.clerk, at=moment, of=of, facts=facts)


# --- Any order of events ---------------------------------------------------------------------------------------------


@st.composite
def lives(draw):
    """Acts with the days between them, some for one of two third parties."""
    acts = st.tuples(st.sampled_from(ACTS + ENDS), st.integers(0, 6), st.sampled_from(["", "1", "2"]))
    return draw(st.lists(acts, min_size=3, max_size=14))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(life=lives(), is_confirmed=st.booleans(), start=st.integers(0, 400))
@example(
    life=[("ask_third", 0, "1"), ("amend", 0, ""), ("amended", 2, ""), ("third_answers", 5, "1"), ("issue", 0, "")],
    is_confirmed=True,
    start=(date(2019, 5, 13) - FIRST).days,
)  # amended under the new regulation while a third party is still being asked
def test_the_events_alone_say_what_the_columns_say(cast, life, is_confirmed, start):
    moment = at(FIRST + timedelta(days=start))
    case = enter_case(
        kind=LETTER.code,
        unit=cast.finance,
        channel="post",
        subject="申请公开预算表",
        by=cast.clerk,
        at=moment,
        received_on=moment.date() if is_confirmed else None,
    )
    moment += timedelta(hours=1)
    register_case(case=case, by=cast.clerk, at=moment)
    for kind, days, of in life:
        moment += timedelta(days=days, minutes=1)
        live(cast, case, kind, of, moment)
        case.refresh_from_db()
        require_agreement(case)


def live(cast, case, kind, of, moment):
    """The act, if it is possible now; what is refused changes nothing."""
    before = CaseEvent.objects.filter(case=case).count()
    try:
        if kind == "reopen":
            reopen_case(case=case, reason="责令重新答复", by=cast.office, at=moment)
        elif kind == "void":
            void_case(case=case, reason="录入有误", by=cast.clerk, at=moment)
        elif kind == "receive":
            confirm_receipt(case=case, received_on=moment.date(), by=cast.clerk, at=moment)
        elif kind == "register":
            register_case(case=case, by=cast.clerk, at=moment)
        else:
            facts = {"extend": {"amount": 5, "approved_by": cast.head.pk}, "amend": {"days": 10}}.get(kind)
            act(cast, case, kind, moment, of=of if "third" in kind else "", facts=facts)
    except TransitionError:
        assert CaseEvent.objects.filter(case=case).count() == before


def require_agreement(case):
    standing = replay(case)
    told = standing.as_columns()
    assert told == {name: getattr(case, name) for name in told}
    runs = legal_runs(case, case.events.order_by("number"))
    calendar = WorkCalendar.load()
    if not runs:
        assert case.legal_clock is None
        return
    run, clock = runs[-1], case.legal_clock
    due = reckon(limit=run.limit, history=run.history, calendar=calendar)
    assert (clock.due_at, clock.state) == (due.moment, run.history.state)
    assert clock.derivation == derivation(limit=run.limit, history=run.history, due=due, calendar=calendar)
    assert (local_day(clock.due_at) if clock.due_at else None) == counted_by_hand(case, calendar)
    if not case.is_open:
        assert clock.state == DutyClock.State.CLOSED
        assert not open_inner_clocks(case).exists()


def counted_by_hand(case, calendar):
    """The last day, found by walking from day to day over the events; nothing of the engine's arithmetic."""
    begun, open_pauses, spans, longer, is_closed = None, {}, [], 0, False
    ends = {"amended": "amend", "third_answers": "ask_third", "agency_answers": "ask_agency"}
    for event in case.events.order_by("number"):
        day = local_day(event.happened_at)
        if event.kind in {"receive", "reopen", "redate"}:
            begun, open_pauses, spans, longer, is_closed = day, {}, [], 0, False
        if begun is None or is_closed:
            continue
        if event.kind in {"amend", "ask_third", "ask_agency"}:
            open_pauses[event.kind, event.of] = day
        elif event.kind in ends:
            if (asked := open_pauses.pop((ends[event.kind], event.of), None)) is not None:
                spans.append((asked, day))
            if event.kind == "amended":
                begun, spans, longer = day, [], 0
        elif event.kind == "extend":
            longer += event.fact("amount")
        else:
            is_closed = event.kind in {"answer", "void"}
    return walked(begun, 15 if begun < date(2019, 5, 15) else 20, longer, spans, open_pauses, calendar)


def walked(begun, limit, longer, spans, open_pauses, calendar):
    """Who asks on the last day still asks in time: that day holds the limit, which then ends with the answer's day."""
    held_from = min(open_pauses.values(), default=date.max)
    day, left = begun, limit + longer
    while left:
        if day >= held_from:
            return None
        day += timedelta(days=1)
        if calendar.is_workday(day) and not any(asked < day <= back for asked, back in spans):
            left -= 1
    while answers := [back for asked, back in spans if asked <= day < back]:
        day = max(answers)
        while not calendar.is_workday(day):
            day += timedelta(days=1)
    return None if day >= held_from else day


# --- Questions, amendment, extension ---------------------------------------------------------------------------------


def test_two_third_parties_and_an_agency_are_asked_at_once_and_the_days_count_once(cast):
    case = registered(cast, on="2019-09-02", moment=at("2019-09-02", 16))
    act(cast, case, "ask_third", at("2019-09-09"), of="1")
    act(cast, case, "ask_third", at("2019-09-10"), of="2")
    act(cast, case, "ask_agency", at("2019-09-11"))

    assert case.status == "asking_agency"
    act(cast, case, "agency_answers", at("2019-09-16"))
    assert case.status == "asking_third"
    act(cast, case, "third_answers", at("2019-09-20"), of="1")
    act(cast, case, "third_answers", at("2019-09-25"), of="2")

    assert (case.status, due_day(case)) == ("handling", "2019-10-21")
    assert not open_inner_clocks(case).exists()


def test_nobody_answers_who_was_not_asked(cast):
    case = registered(cast)
    act(cast, case, "ask_third", NOON, of="1")

    with pytest.raises(TransitionError, match="没有在等的“征求第三方意见”"):
        act(cast, case, "third_answers", NOON, of="2")
    with pytest.raises(TransitionError, match="还没有结果，不能重复"):
        act(cast, case, "ask_third", NOON, of="1")


def test_an_answer_is_not_issued_while_a_question_is_open(cast):
    case = registered(cast)
    act(cast, case, "ask_agency", NOON)

    with pytest.raises(TransitionError, match="征求其他机关"):
        act(cast, case, "issue", NOON)


def test_amended_papers_give_a_full_new_period(cast):
    """R09."""
    case = registered(cast, on="2019-06-03", moment=at("2019-06-03", 10))
    act(cast, case, "amend", at("2019-06-05"), facts={"days": 15})
    assert [clock.duty for clock in open_inner_clocks(case)] == ["amend_reply"]

    act(cast, case, "amended", at("2019-06-20"))

    assert due_day(case) == "2019-07-18"
    assert "2019-06-20重新起算（收到补正材料）" in case.legal_clock.derivation


def test_papers_amended_under_the_new_regulation_count_by_it(cast):
    case = registered(cast, on="2019-05-10", moment=at("2019-05-10", 10))
    act(cast, case, "amend", at("2019-05-13"), facts={"days": 10})

    act(cast, case, "amended", at("2019-05-20"))

    assert (case.rule_set, due_day(case)) == ("2019", "2019-06-18")
    assert [clock.state for clock in DutyClock.objects.about(case).filter(duty="request")] == ["closed", "running"]


def test_a_limit_under_the_new_regulation_is_held_by_the_question_that_is_still_open(cast):
    """The time of asking a third party is not counted, by whichever regulation the limit began (2019, article 33)."""
    case = registered(cast, on="2019-05-13", moment=at("2019-05-13", 10))
    act(cast, case, "ask_third", at("2019-05-14"), of="1")
    act(cast, case, "amend", at("2019-05-14"), facts={"days": 10})

    act(cast, case, "amended", at("2019-05-15"))
    assert (case.status, case.rule_set, case.legal_clock.state) == ("asking_third", "2019", "paused")
    assert case.legal_clock.due_at is None
    act(cast, case, "third_answers", at("2019-05-20"), of="1")

    assert (case.status, due_day(case)) == ("handling", "2019-06-18")
    require_agreement(case)


@pytest.mark.parametrize(("amount", "due"), [(15, "2019-01-02"), (16, "")])
def test_an_extension_is_no_longer_than_the_law_allows(cast, amount, due):
    """R01: 15 working days and at most 15 more."""
    case = registered(cast)
    facts = {"amount": amount, "approved_by": cast.head.pk}

    if due:
        act(cast, case, "extend", NOON, facts=facts)
    else:
        with pytest.raises(TransitionError, match="最多延长15个工作日"):
            act(cast, case, "extend", NOON, facts=facts)

    assert due_day(case) == (due or "2018-12-11")


def test_a_breach_stays_visible_whatever_is_asked_afterwards(cast):
    case = registered(cast)

    act(cast, case, "ask_agency", at("2018-12-12"))

    assert due_day(case) == "2018-12-11"
    assert list(Case.objects.overdue(at=at("2018-12-12"))) == [case]


def test_a_clock_that_has_not_started_is_not_paused(cast):
    case = registered(cast, on=None)
    case_state = case.status

    with pytest.raises(TransitionError):
        act(cast, case, "ask_agency", NOON)

    case.refresh_from_db()
    assert case.status == case_state


def test_what_is_missing_is_named(cast):
    with pytest.raises(TransitionError, match="延长答复还缺少：approved_by"):
        act(cast, registered(cast), "extend", NOON, facts={"amount": 5})


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_each_event_leaves_a_row_of_the_trail(cast):
    case = registered(cast)
    act(cast, case, "issue", NOON)

    row = AuditEntry.objects.about(case).last()
    assert (row.from_status, row.to_status, row.detail["what"]) == ("handling", "issued", "签发答复")
    assert row.status_label("issued") == "已签发"


def test_the_trail_calls_a_state_as_its_own_kind_does(cast):
    """Kinds share the codes of states and mean different things by them."""
    case = registered(cast)
    row = AuditEntry.objects.about(case).last()

    words = {}
    for kind, labels in Case.status_labels.items():
        row.detail["kind"] = kind
        words[kind] = {code: row.status_label(code) for code in labels}

    assert words == Case.status_labels
    assert len({words[kind]["answered"] for kind in words if "answered" in words[kind]}) > 1


def test_words_are_read_for_a_purpose_only(cast):
    case = registered(cast)
    event = record(case=case, kind="note", by=cast.clerk, at=NOON, words="申请人张某来电")

    assert str(CaseEvent.objects.get(pk=event.pk).words) == MASK
    assert look(event, by=cast.clerk, purpose="核对", at=NOON) == {"words": "申请人张某来电"}


def closed_case(cast):
    case = registered(cast)
    record(case=case, kind="note", by=cast.clerk, at=NOON, words="申请人张某来电")
    for kind in ("issue", "answer"):
        act(cast, case, kind, NOON)
    return case


def test_after_ten_years_people_and_words_are_gone_and_the_figures_stay(cast):
    case = closed_case(cast)
    assert case.retain_until == date(2028, 11, 20)

    assert forget_people(at=at("2028-11-20")) == 0
    assert forget_people(at=at("2028-11-21")) == 1
    assert forget_people(at=at("2028-11-22")) == 0

    case.refresh_from_db()
    event = case.events.get(kind="note")
    assert look(event, by=cast.office, purpose="查阅", at=at("2028-11-22")) == {"words": DESTROYED}
    assert (case.number, case.status, case.subject) == ("县财政局来信〔2018〕1号", "answered", "申请公开预算表")
    require_agreement(case)
    act(cast, case, "archive", at("2028-11-23"))  # the figures live on


def test_one_case_that_cannot_be_forgotten_stops_no_other(cast, monkeypatch, caplog):
    bad, good = closed_case(cast), closed_case(cast)

    def destroyed(key, **said):
        if key.pk == bad.data_key_id:
            raise RuntimeError("a sick record")
        return destroy(key, **said)

    monkeypatch.setattr(register, "destroy", destroyed)

    assert forget_people(at=at("2028-11-21")) == 1
    good.data_key.refresh_from_db()
    bad.data_key.refresh_from_db()
    assert (good.data_key.is_destroyed, bad.data_key.is_destroyed) == (True, False)
    assert not bad.events.filter(kind="forget").exists()
    assert f"case {bad.pk} could not be forgotten" in caplog.text


def test_an_open_case_is_not_forgotten(cast):
    case = closed_case(cast)
    reopen_case(case=case, reason="责令重新答复", by=cast.office, at=at("2028-11-19"))

    assert forget_people(at=at("2028-11-21")) == 0
    assert case.retain_until is None


def test_a_kind_that_contradicts_itself_is_not_registered():
    states = (CaseState(code="a", label="甲"), CaseState(code="z", label="止", is_open=False))
    named = {"first": "a", "unconfirmed": "a", "registered": "a", "label": "错", "number": "{serial}", "states": states}

    for rule, why in [
        (EventRule(code="x", label="某", to="nowhere"), "no such state"),
        (EventRule(code="x", label="某", answers="y"), "nothing asks"),
        (EventRule(code="x", label="某", to="z"), "the clock runs on"),
    ]:
        with pytest.raises(ValueError, match=why):
            register_kind(CaseKind(code="wrong", rules=(rule,), **named))
