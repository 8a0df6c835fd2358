"""Letters: numbers, what stays, verify codes, delivery; who works on a case; looking up by number and code."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from fixtures.reference_data import load_workdays
from ninghai.cases.assignments import Work, accept_assignment, assign_case, give_back, replay_work
from ninghai.cases.lookup import find_by_code, lookup_code
from ninghai.cases.papers import deliver, hand_over, issue_paper, paper_by_code, take_in_paper
from ninghai.models import Case, CaseAssignment, CasePaper
from ninghai.models.state_machine import TransitionError
from tests.ninghai.cases.test_register import NOON, due_day, enter, registered
from tests.ninghai.test_reckoning import at

LEAD, CO = CaseAssignment.Part.LEAD, CaseAssignment.Part.CO


@pytest.fixture
def cast(cast):
    load_workdays()
    return cast


def issue(cast, case, *, on="2018-11-21", **told):
    values = {"kind": "reply", "title": "告知书", "series": "reply", "by": cast.clerk, "signed_by": cast.head}
    return issue_paper(case=case, dated=date.fromisoformat(on), at=at(on, 18), **values | told)


# --- Letters ---------------------------------------------------------------------------------------------------------


def test_letters_are_numbered_for_each_unit_year_and_series(cast):
    case, other = registered(cast), registered(cast, unit=cast.town)
    papers = [
        issue(cast, case),
        issue(cast, case, series="", title="登记回执"),
        issue(cast, case),
        issue(cast, other),
        issue(cast, case, on="2019-01-03"),
    ]

    assert [paper.number for paper in papers] == [
        "县财政局公复〔2018〕1号",
        "",
        "县财政局公复〔2018〕2号",
        "深甽镇公复〔2018〕1号",
        "县财政局公复〔2019〕1号",
    ]
    assert len({paper.verify_code for paper in papers}) == 5


def test_a_letter_that_cannot_be_issued_leaves_no_number(cast):
    case = registered(cast)

    with pytest.raises(TransitionError, match="不能送达答复"), transaction.atomic():
        issue(cast, case, event="answer")

    assert issue(cast, case, event="issue").serial == 1
    assert case.status == "issued"


def test_a_letter_is_found_by_its_verify_code_however_it_is_typed(cast):
    paper = issue(cast, registered(cast))

    assert paper_by_code(paper.verify_code.lower().replace("-", " ")) == paper
    assert paper_by_code("") is None
    assert paper_by_code("0000-0000") is None


TAMPERING = [
    'UPDATE ninghai_casepaper SET content = \'{"answer": "other"}\'',
    "UPDATE ninghai_casepaper SET number = 'x'",
    "UPDATE ninghai_casepaper SET dated = dated - 1",
    "UPDATE ninghai_casepaper SET signed_by_id = NULL",
    "DELETE FROM ninghai_casepaper",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_an_issued_letter_stays_as_it_is(cast, statement):
    issue(cast, registered(cast), content={"answer": "open"})

    with pytest.raises(DatabaseError, match="stays as it was issued"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_day_of_posting_ends_the_limit_and_the_day_of_arrival_is_kept_beside_it(cast):
    case = registered(cast)
    paper = issue(cast, case, event="issue")

    hand_over(paper=paper, way="post", on=date(2018, 12, 11), by=cast.clerk, at=at("2018-12-12"), event="answer")
    deliver(paper=paper, on=date(2018, 12, 14), by=cast.clerk, at=at("2018-12-15"))
    case.refresh_from_db()

    assert (paper.delivery, paper.handed_over_on, paper.delivered_on) == (
        "post",
        date(2018, 12, 11),
        date(2018, 12, 14),
    )
    assert case.status == "answered"
    assert case.legal_clock.closed_at < case.legal_clock.due_at
    with pytest.raises(TransitionError, match="已于2018-12-14送达"):
        deliver(paper=paper, on=date(2018, 12, 14), by=cast.clerk, at=at("2018-12-15"))


@pytest.mark.parametrize(("day", "words"), [("2018-11-20", "不能早于文书的日期"), ("2018-12-13", "不能晚于现在")])
def test_a_letter_leaves_neither_before_its_date_nor_tomorrow(cast, day, words):
    paper = issue(cast, registered(cast))

    with pytest.raises(TransitionError, match=words), transaction.atomic():
        hand_over(paper=paper, way="post", on=date.fromisoformat(day), by=cast.clerk, at=at("2018-12-12"))

    assert CasePaper.objects.get(pk=paper.pk).handed_over_on is None


def test_question_and_opinion_come_as_papers_and_hold_the_clock(cast):
    """R11: 5 of 20 days used, the rest after the opinion."""
    case = registered(cast, on="2019-09-02", moment=at("2019-09-02", 16))

    issue(cast, case, on="2019-09-09", event="ask_third", kind="inquiry", of="1")
    case.refresh_from_db()
    assert (case.status, due_day(case)) == ("asking_third", "暂停中，恢复后计算")
    take_in_paper(
        case=case,
        kind="opinion",
        title="第三方意见",
        received_on=date(2019, 9, 25),
        by=cast.clerk,
        at=at("2019-09-26"),
        event="third_answers",
        of="1",
    )

    assert (case.status, due_day(case)) == ("handling", "2019-10-21")


# --- Who works on it -------------------------------------------------------------------------------------------------


def assign(cast, case, *, unit=None, part=LEAD, **told):
    return assign_case(case=case, unit=unit or cast.town, part=part, by=cast.office, at=NOON, **told)


def test_a_unit_gives_back_what_is_not_its_own_and_says_whose_it_is(cast):
    case = registered(cast)
    assignment = assign(cast, case, reply_by=date(2018, 11, 26))
    before = due_day(case)

    give_back(assignment=assignment, reason="不属于本镇职责", belongs_to=cast.finance, by=cast.other_clerk, at=NOON)

    assert (assignment.return_reason, assignment.belongs_to) == ("不属于本镇职责", cast.finance)
    assert due_day(case) == before
    assert assign(cast, case, unit=cast.finance).unit == cast.finance


def test_who_is_designated_does_not_give_back(cast):
    assignment = assign(cast, registered(cast), is_designated=True)

    with pytest.raises(TransitionError, match="指定办理，不能退回"):
        give_back(assignment=assignment, reason="不归我们管", belongs_to=None, by=cast.other_clerk, at=NOON)


def test_one_unit_leads(cast):
    case = registered(cast)
    assign(cast, case)

    with pytest.raises(TransitionError, match="已有主办单位"):
        assign(cast, case, unit=cast.finance)
    assert assign(cast, case, unit=cast.finance, part=CO).part == CO


def test_giving_back_needs_a_reason(cast):
    assignment = assign(cast, registered(cast))

    with pytest.raises(TransitionError, match="请填写理由"):
        give_back(assignment=assignment, reason="", belongs_to=None, by=cast.other_clerk, at=NOON)


def test_who_is_asked_to_help_sees_the_case_until_it_is_given_back(cast):
    case = registered(cast)
    assignment = assign(cast, case, part=CO)

    assert list(Case.objects.visible_to(cast.other_clerk)) == [case]
    give_back(assignment=assignment, reason="无相关信息", belongs_to=None, by=cast.other_clerk, at=NOON)
    assert not Case.objects.visible_to(cast.other_clerk).exists()
    assert list(Case.objects.visible_to(cast.clerk)) == [case]


def test_the_events_alone_say_who_worked_on_it(cast):
    case = registered(cast)
    first, second = assign(cast, case), assign(cast, case, unit=cast.finance, part=CO, reply_by=date(2018, 11, 26))
    accept_assignment(assignment=second, by=cast.clerk, at=at("2018-11-21"))
    give_back(assignment=first, reason="非本镇", belongs_to=cast.finance, by=cast.other_clerk, at=at("2018-11-21"))
    assign_case(case=case, unit=cast.town, part=LEAD, by=cast.office, at=at("2018-11-22"), is_designated=True)

    assert replay_work(case.events.order_by("number")) == [
        Work(
            row.unit_id,
            row.part,
            row.is_designated,
            row.reply_by and row.reply_by.isoformat(),
            row.given_at,
            row.accepted_at,
            row.returned_at,
            row.return_reason,
            row.belongs_to_id,
        )
        for row in CaseAssignment.objects.filter(case=case)
    ]


# --- Looking up ------------------------------------------------------------------------------------------------------


def test_number_and_code_find_the_case_however_they_are_typed(cast):
    case = registered(cast)
    code = lookup_code(case)

    assert find_by_code(number="县财政局来信〔2018〕1号", code=code) == case
    assert find_by_code(number=" 县财政局来信[2018] １号 ", code=code.lower().replace("-", " ")) == case


def test_a_wrong_code_and_an_unknown_number_answer_alike(cast):
    case, other = registered(cast), registered(cast)
    code = lookup_code(case)

    assert find_by_code(number=case.number, code=lookup_code(other)) is None
    assert find_by_code(number="县财政局来信〔2018〕9号", code=code) is None
    assert find_by_code(number="", code=code) is None
    assert find_by_code(number=case.number, code="") is None


def test_a_case_without_a_number_is_found_by_nobody(cast):
    case = enter(cast)

    assert find_by_code(number="", code=lookup_code(case)) is None


def test_a_crash_between_registering_and_the_receipt_loses_neither(cast):
    """What was not kept leaves no number behind; what was kept has its receipt, whose code can be printed again at any time."""
    form = uuid4()

    def apply():
        case = registered(cast, form_id=form)
        return case, issue(cast, case, series="", kind="receipt", title="登记回执")

    with transaction.atomic():
        apply()
        transaction.set_rollback(True)  # as when the process dies before it commits
    case, receipt = apply()

    assert (case.serial, Case.objects.count(), CasePaper.objects.get()) == (1, 1, receipt)
    assert enter(cast, form_id=form) == case
    assert lookup_code(Case.objects.get(pk=case.pk)) == lookup_code(case)
