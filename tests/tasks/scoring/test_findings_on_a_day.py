"""What scores read of findings and rectifications on a day: a later correction or answer changes no earlier one."""

from datetime import date
from decimal import Decimal

import pytest

from tasks.models import Finding
from tasks.scoring.facts import ScoringContext, findings, response
from tasks.spot_checks.finding_score import GivenMark
from tasks.spot_checks.findings import FindingFields
from tasks.spot_checks.remedies import decide_objection, recheck_rectification
from tests.tasks.factories import drawn_of_finance, handed_in, moment, objected, recorded, small_rubric

TRUE = FindingFields(outcome="true", note="核对属实")


@pytest.fixture
def finding(cast, notice) -> Finding:
    """Of 20 November: to be put right by 20 December, 15 points taken off and 2 given."""
    rubric = small_rubric()
    off, _, extra = rubric.criteria.order_by("position")
    marks = [
        GivenMark(criterion=off, points=Decimal(15), note="缺台账"),
        GivenMark(criterion=extra, points=Decimal(2), note="图解"),
    ]
    return recorded(cast, drawn_of_finance(cast, notice, rubric=rubric), marks=marks)


def found_of(cast, notice, *, on: date):
    return findings(ScoringContext(notice, on)).get(cast.finance.pk, ())


def response_of(cast, notice, *, on: date) -> tuple[int, list[str]]:
    timely = response(ScoringContext(notice, on), answer_workdays=3).get(cast.finance.pk)
    return (timely.in_time, [lapse.words for lapse in timely.lapses]) if timely else (0, [])


def test_a_finding_tells_its_outcome_score_and_marks(cast, notice, finding):
    (found,) = found_of(cast, notice, on=date(2018, 11, 20))

    assert (found.words, found.outcome, found.score) == (
        "一(一)1　做的工作 第四季度抽查：需整改",
        "to_rectify",
        Decimal(87),
    )
    assert [(mark.words, mark.points) for mark in found.marks] == [
        ("其中扣15分：材料不足（缺台账）", Decimal(-15)),
        ("其中加2分：形式创新（图解）", Decimal(2)),
    ]
    assert found_of(cast, notice, on=date(2018, 11, 19)) == ()


def test_a_correction_counts_from_its_own_day(cast, notice, finding):
    before = found_of(cast, notice, on=date(2018, 11, 20))

    recorded(cast, finding.drawn, outcome="true", note="", rectify_by_date=None, version=1, at=moment(11, 22))

    assert found_of(cast, notice, on=date(2018, 11, 20)) == before
    assert [(each.outcome, each.score) for each in found_of(cast, notice, on=date(2018, 11, 22))] == [("true", 100)]


def test_an_upheld_objection_leaves_the_days_before_it_as_they_were(cast, notice, finding):
    before = found_of(cast, notice, on=date(2018, 11, 20))
    objection = objected(cast, finding, at=moment(11, 21))

    decide_objection(
        objection=objection, found=TRUE, decision="成立", version=objection.version, by=cast.office, at=moment(11, 23)
    )

    assert found_of(cast, notice, on=date(2018, 11, 20)) == before
    assert found_of(cast, notice, on=date(2018, 11, 22)) == ()  # it waited for its decision
    assert [each.outcome for each in found_of(cast, notice, on=date(2018, 11, 23))] == ["true"]


def test_what_was_to_be_put_right_is_owed_as_the_finding_said_it_on_the_day(cast, notice):
    drawn = drawn_of_finance(cast, notice, rubric=small_rubric())
    recorded(cast, drawn, rectify_by_date=date(2018, 11, 21))

    recorded(cast, drawn, outcome="true", note="", rectify_by_date=None, version=1, at=moment(11, 23))

    owed = "一(一)1　做的工作 第四季度抽查：整改，应于2018-11-21前报送，没有报送"
    assert response_of(cast, notice, on=date(2018, 11, 22)) == (0, [owed])
    assert response_of(cast, notice, on=date(2018, 11, 23)) == (0, [])


def test_a_second_answer_leaves_the_first_on_its_day(cast, notice, finding):
    first = handed_in(cast, finding, at=moment(12, 3))
    assert response_of(cast, notice, on=date(2018, 12, 4)) == (1, [])

    back = recheck_rectification(
        rectification=first, passes=False, note="仍不一致", version=first.version, by=cast.inspector, at=moment(12, 5)
    )
    finding.rectification.refresh_from_db()
    handed_in(cast, finding, at=moment(12, 24))

    late = "一(一)1　做的工作 第四季度抽查：整改，应于2018-12-20前报送，"
    assert back.status == "returned"
    assert response_of(cast, notice, on=date(2018, 12, 4)) == (1, [])
    assert response_of(cast, notice, on=date(2018, 12, 22)) == (0, [f"{late}没有报送"])
    assert response_of(cast, notice, on=date(2018, 12, 24)) == (0, [f"{late}2018-12-24报送"])
