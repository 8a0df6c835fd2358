"""The register: gap-free numbers, one case for one form, what is void, split, merged, reopened, and closed units."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from fixtures.reference_data import load_workdays
from ninghai.cases.events import record, replay
from ninghai.cases.register import (
    confirm_receipt,
    correct_receipt,
    enter_case,
    mark_duplicate,
    merge_case,
    move_case,
    register_case,
    reopen_case,
    split_case,
    void_case,
)
from ninghai.models import Case, CaseSeries, DutyClock, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.operations.database.connections import as_owner
from tests.cast import make_cast
from tests.ninghai.cases.kind import LETTER
from tests.ninghai.test_reckoning import at

NOON = at("2018-11-20", 12)


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


def enter(cast, *, on="2018-11-20", moment=None, **told):
    values = {"kind": LETTER.code, "unit": cast.finance, "channel": "post", "subject": "申请公开预算表"}
    received = {"received_on": date.fromisoformat(on) if on else None}
    return enter_case(**values | received | {"by": cast.clerk, "at": moment or NOON} | told)


def registered(cast, **told):
    case = enter(cast, **told)
    return register_case(case=case, by=cast.clerk, at=told.get("moment") or NOON)


def due_day(case):
    case.refresh_from_db()
    return case.legal_clock.due_words


# --- Numbers ---------------------------------------------------------------------------------------------------------


def test_numbers_count_for_each_unit_and_year(cast):
    first, second = registered(cast), registered(cast)
    other = registered(cast, unit=cast.town)
    next_year = registered(cast, moment=at("2019-01-02"))

    assert [case.number for case in (first, second, other, next_year)] == [
        "县财政局来信〔2018〕1号",
        "县财政局来信〔2018〕2号",
        "深甽镇来信〔2018〕1号",
        "县财政局来信〔2019〕1号",
    ]


def test_a_number_that_was_rolled_back_is_given_again(cast):
    case, other = enter(cast), enter(cast)

    with transaction.atomic():
        register_case(case=case, by=cast.clerk, at=NOON)
        transaction.set_rollback(True)

    assert register_case(case=other, by=cast.clerk, at=NOON).serial == 1


def test_nobody_registers_twice(cast):
    case = registered(cast)

    with pytest.raises(TransitionError, match="已经登记，登记号是县财政局来信〔2018〕1号"):
        register_case(case=case, by=cast.clerk, at=NOON)

    assert CaseSeries.objects.get().last == 1


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_fifty_numbers_without_a_gap():
    load_workdays()
    cast = make_cast()
    cases = [enter(cast) for _ in range(50)]

    def register(case):
        try:
            return register_case(case=case, by=cast.clerk, at=NOON).serial
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as clerks:
        serials = list(clerks.map(register, cases))

    assert sorted(serials) == list(range(1, 51))
    assert Case.objects.values_list("number", flat=True).distinct().count() == 50


def test_a_void_number_stays_with_its_reason(cast):
    case = registered(cast)

    void_case(case=case, reason="重复录入", by=cast.clerk, at=NOON)

    assert (case.number, case.status, case.void_reason) == ("县财政局来信〔2018〕1号", "void", "重复录入")
    assert case.legal_clock.state == DutyClock.State.CLOSED
    assert registered(cast).serial == 2


def test_voiding_needs_a_reason(cast):
    with pytest.raises(TransitionError, match="请填写理由"):
        void_case(case=registered(cast), reason=" ", by=cast.clerk, at=NOON)


# --- One form, one case ----------------------------------------------------------------------------------------------


def test_a_form_sent_again_is_the_same_case(cast):
    form = uuid4()

    assert enter(cast, form_id=form) == enter(cast, form_id=form)
    assert Case.objects.get().events.filter(kind="enter").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_one_case():
    load_workdays()
    cast, form, together = make_cast(), uuid4(), threading.Barrier(4)

    def send(_):
        try:
            together.wait(timeout=300)
            return enter(cast, form_id=form).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as visitors:
        cases = set(visitors.map(send, range(4)))

    assert cases == {Case.objects.get().pk}
    assert [event.kind for event in Case.objects.get().events.all()] == ["enter", "receive"]


def test_what_would_be_shown_in_lists_names_nobody(cast):
    with pytest.raises(ValidationError, match="身份证号"):
        enter(cast, subject="身份证号330226199001011230的申请")

    assert not Case.objects.exists()


# --- The day of receipt ----------------------------------------------------------------------------------------------


def test_a_registered_case_whose_clock_has_not_started(cast):
    case = registered(cast, on=None)

    assert (case.status, case.legal_clock, case.is_unconfirmed) == ("unconfirmed", None, True)
    assert list(Case.objects.unconfirmed()) == [case]

    confirm_receipt(case=case, received_on=date(2018, 11, 20), by=cast.clerk, at=NOON)

    assert (case.status, case.received_on, due_day(case)) == ("handling", date(2018, 11, 20), "2018-12-11")
    assert not Case.objects.unconfirmed().exists()


@pytest.mark.parametrize(
    ("received", "rules", "due"),
    [("2019-05-14", "2008", "2019-06-04"), ("2019-05-15", "2019", "2019-06-13")],
)
def test_the_day_of_receipt_chooses_the_rules(cast, received, rules, due):
    case = registered(cast, on=received, moment=at("2019-05-16"))

    assert (case.rule_set, due_day(case)) == (rules, due)


def test_the_day_of_receipt_is_put_right_before_anything_else_happened(cast):
    case = registered(cast)

    correct_receipt(case=case, received_on=date(2018, 11, 19), reason="邮戳看错", by=cast.clerk, at=NOON)

    assert (case.received_on, due_day(case)) == (date(2018, 11, 19), "2018-12-10")

    record(case=case, kind="ask_agency", by=cast.clerk, at=NOON)
    with pytest.raises(TransitionError, match="不能再更正收到日期"):
        correct_receipt(case=case, received_on=date(2018, 11, 16), reason="又看错", by=cast.clerk, at=NOON)


def test_nothing_is_received_in_the_future(cast):
    with pytest.raises(TransitionError, match="不能晚于现在"):
        enter(cast, on="2018-11-21")


# --- Reopening, splitting, merging -----------------------------------------------------------------------------------


def answered(cast):
    case = registered(cast)
    for kind in ("issue", "answer"):
        record(case=case, kind=kind, by=cast.head, at=NOON)
    return case


def test_a_decided_case_is_reopened_and_both_answers_stay(cast):
    case = answered(cast)

    reopen_case(
        case=case, reason="复议决定责令重新答复", by=cast.office, at=at("2018-12-03"), decided_on=date(2018, 12, 3)
    )
    first = DutyClock.objects.about(case).first()

    assert (case.status, case.closed_at, due_day(case)) == ("handling", None, "2018-12-24")
    assert (first.state, first.due_words) == ("closed", "2018-12-11")

    for kind in ("issue", "answer"):
        record(case=case, kind=kind, by=cast.head, at=at("2018-12-05"))
    assert case.events.filter(kind="answer").count() == 2


def test_an_open_case_is_not_reopened(cast):
    with pytest.raises(TransitionError, match="不能重新办理"):
        reopen_case(case=registered(cast), reason="重办", by=cast.office, at=NOON)


def test_parts_have_the_number_of_the_whole_and_its_day(cast):
    whole = registered(cast)

    first, second = split_case(
        case=whole, subjects=["预算", "决算"], by=cast.clerk, at=at("2018-11-26"), reason="一件含两项"
    )

    assert [first.number, second.number] == ["县财政局来信〔2018〕1号-1", "县财政局来信〔2018〕1号-2"]
    assert {(part.parent, part.relation, part.status) for part in (first, second)} == {(whole, "split", "handling")}
    assert due_day(first) == due_day(second) == "2018-12-11"
    assert (whole.status, whole.is_open) == ("split", False)
    assert registered(cast).serial == 2


def test_a_paused_case_is_not_split(cast):
    case = registered(cast)
    record(case=case, kind="ask_agency", by=cast.clerk, at=NOON)

    with pytest.raises(TransitionError, match="不能拆分"):
        split_case(case=case, subjects=["预算", "决算"], by=cast.clerk, at=NOON)


def test_a_case_is_merged_into_another_of_the_unit(cast):
    case, other = registered(cast), registered(cast)

    merge_case(case=case, into=other, by=cast.clerk, at=NOON)

    assert (case.status, case.parent, case.relation) == ("merged", other, "merged")
    assert other.events.last().fact("from") == case.pk
    with pytest.raises(TransitionError, match="本单位同一类"):
        merge_case(case=other, into=registered(cast, unit=cast.town), by=cast.clerk, at=NOON)


def test_the_same_matter_under_two_forms_is_a_duplicate(cast):
    case, other = registered(cast), registered(cast)

    mark_duplicate(case=other, of=case, by=cast.clerk, at=NOON)

    assert (other.status, other.number, other.parent) == ("duplicate", "县财政局来信〔2018〕2号", case)


def test_parts_of_an_amended_case_were_received_when_the_whole_was_and_count_from_the_amendment(cast):
    case = registered(cast, on="2019-06-03", moment=at("2019-06-03"))
    record(case=case, kind="amend", by=cast.clerk, at=at("2019-06-05"), facts={"days": 10})
    record(case=case, kind="amended", by=cast.clerk, at=at("2019-06-20"))

    parts = split_case(case=case, subjects=["预算", "决算"], by=cast.clerk, at=at("2019-06-21"))

    assert {(part.received_on, due_day(part)) for part in parts} == {(date(2019, 6, 3), "2019-07-18")}
    assert {(part.rule_set, replay(part).columns["received_on"]) for part in parts} == {("2019", "2019-06-03")}


def test_nothing_joins_what_has_ended_in_another(cast):
    first, second, third = (registered(cast) for _ in range(3))
    mark_duplicate(case=second, of=first, by=cast.clerk, at=NOON)

    for join, other in ((merge_case, {"into": second}), (mark_duplicate, {"of": second})):
        with pytest.raises(TransitionError, match="请核对登记号"):
            join(case=third, **other, by=cast.clerk, at=NOON)
    with pytest.raises(TransitionError):
        mark_duplicate(case=first, of=second, by=cast.clerk, at=NOON)  # nor do two end in each other


# --- Another unit ---------------------------------------------------------------------------------------------------


def test_a_case_goes_on_in_another_units_register_with_the_same_limit(cast):
    case = registered(cast)

    taken = move_case(case=case, to=cast.town, reason="属于镇里", by=cast.office, at=at("2018-11-26"))

    assert (case.number, case.status, case.is_open) == ("县财政局来信〔2018〕1号", "moved", False)
    assert (taken.number, taken.unit, taken.parent, taken.relation) == (
        "深甽镇来信〔2018〕1号",
        cast.town,
        case,
        "moved",
    )
    assert (taken.status, taken.received_on, due_day(taken)) == ("handling", date(2018, 11, 20), "2018-12-11")
    assert case.legal_clock.state == DutyClock.State.CLOSED
    assert case.events.last().fact("to") == taken.pk
    assert replay(taken).columns["parent"] == case.pk


def test_a_case_moves_to_another_unit_alone_with_a_reason_and_while_its_limit_runs(cast):
    case, paused = registered(cast), registered(cast)
    record(case=paused, kind="ask_agency", by=cast.clerk, at=NOON)

    said = {"by": cast.office, "at": NOON}
    with pytest.raises(TransitionError, match="另一个单位"):
        move_case(case=case, to=cast.finance, reason="x", **said)
    with pytest.raises(TransitionError, match="请填写理由"):
        move_case(case=case, to=cast.town, reason=" ", **said)
    with pytest.raises(TransitionError, match="不能转办"):
        move_case(case=paused, to=cast.town, reason="x", **said)
    with pytest.raises(StaleError):
        move_case(case=case, to=cast.town, reason="x", seen=case.version - 1, **said)
    assert Case.objects.filter(unit=cast.town).count() == 0


def test_what_has_not_begun_to_count_moves_unconfirmed(cast):
    case = registered(cast, on=None)

    taken = move_case(case=case, to=cast.town, reason="属于镇里", by=cast.office, at=NOON)

    assert (taken.status, taken.received_on, taken.legal_clock) == ("unconfirmed", None, None)


# --- Units that end --------------------------------------------------------------------------------------------------


@pytest.fixture
def reformed(cast):
    """县财政局 ends with the year; a new bureau takes over."""
    bureau = Unit.objects.create(
        code="900",
        name="宁海县新财政局",
        short_name="县新财政局",
        kind=Unit.Kind.DEPARTMENT,
        valid_from=date(2019, 1, 1),
    )
    Unit.objects.filter(pk=cast.finance.pk).update(valid_until=date(2018, 12, 31), successor=bureau)
    cast.finance.refresh_from_db()
    return bureau


def test_a_closed_units_cases_are_found_under_its_successor(cast, reformed):
    case = registered(cast)

    assert list(Case.objects.of_unit(reformed)) == [case]
    assert case.number.startswith("县财政局")


def test_what_reaches_a_closed_unit_is_its_successors(cast, reformed):
    case = registered(cast, on="2019-01-02", moment=at("2019-01-03"))

    assert (case.unit, case.number) == (reformed, "县新财政局来信〔2019〕1号")


def test_what_was_entered_before_the_reform_is_registered_after_it_by_the_successor(cast, reformed):
    case = enter(cast)

    register_case(case=case, by=cast.clerk, at=at("2019-01-03"))

    assert (case.unit, replay(case).columns["unit"]) == (reformed, reformed.pk)


# --- What stays ------------------------------------------------------------------------------------------------------

TAMPERING = [
    "UPDATE ninghai_caseevent SET happened_at = happened_at - interval '1 day'",
    "DELETE FROM ninghai_caseevent",
    "TRUNCATE ninghai_caseevent",
]
NUMBERS = [
    "UPDATE ninghai_case SET serial = 7",
    "UPDATE ninghai_case SET number = '', year = NULL, serial = NULL",
    "DELETE FROM ninghai_case",
    "UPDATE ninghai_caseseries SET last = 0",
    "DELETE FROM ninghai_caseseries",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_run_time_role_may_not_change_what_happened(cast, statement):
    registered(cast)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("statement", NUMBERS)
def test_a_number_once_given_is_not_taken_back(cast, statement):
    registered(cast)

    with pytest.raises(DatabaseError, match=r"keeps its number|only rises"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", TAMPERING)
def test_not_even_the_owner_can_change_what_happened(statement):
    load_workdays()
    registered(make_cast())

    with as_owner(), pytest.raises(DatabaseError, match="only grow"):
        connection.cursor().execute(statement)


# --- Races -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_wins_and_the_other_is_told():
    load_workdays()
    cast = make_cast()
    case, together = registered(cast), threading.Barrier(2)

    def issue(by):
        try:
            seen = Case.objects.get(pk=case.pk)
            together.wait(timeout=300)
            return record(case=seen, kind="issue", by=by, at=NOON, seen=seen.version).kind
        except StaleError as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        outcomes = sorted(people.map(issue, [cast.clerk, cast.head]))

    assert outcomes[0] == "issue"
    assert "刚刚被别人修改过" in outcomes[1]
    assert case.events.filter(kind="issue").count() == 1


def test_whoever_saw_an_older_state_is_told(cast):
    case = registered(cast)
    seen = case.version
    record(case=case, kind="note", by=cast.clerk, at=NOON)

    with pytest.raises(StaleError):
        record(case=case, kind="issue", by=cast.head, at=NOON, seen=seen)
