"""The score of a finding: 100 points, less deductions, made good by bonuses, ended by a veto."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.models import Criterion
from tasks.spot_checks.finding_score import GivenMark, Score, levels, score

PASS = Decimal(60)
tenths = st.integers(1, 1000).map(lambda number: Decimal(number) / 10)
kinds = st.sampled_from(["deduction", "bonus"])


def mark(kind: str, points: str | Decimal = "0") -> GivenMark:
    return GivenMark(criterion=Criterion(kind=kind, points=100), points=Decimal(points), note="依据")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], Score(Decimal(100), False, True)),
        ([("deduction", "40")], Score(Decimal(60), False, True)),
        ([("deduction", "40.5")], Score(Decimal("59.5"), False, False)),
        ([("deduction", "40.5"), ("bonus", "0.5")], Score(Decimal(60), False, True)),
        ([("bonus", "10")], Score(Decimal(100), False, True)),
        ([("deduction", "80"), ("deduction", "70"), ("bonus", "10")], Score(Decimal(0), False, False)),
        ([("bonus", "10"), ("veto", "0")], Score(Decimal(0), True, False)),
    ],
)
def test_scores(marks, expected):
    assert score([mark(*each) for each in marks], pass_mark=PASS) == expected


@given(st.lists(st.tuples(kinds, tenths)), tenths)
def test_every_score_lies_within_0_and_100_and_passes_from_the_pass_mark_on(marks, pass_mark):
    result = score([mark(*each) for each in marks], pass_mark=pass_mark)

    by_hand = 100 + sum(points if kind == "bonus" else -points for kind, points in marks)
    assert result.points == min(100, max(0, by_hand))
    assert result.passed == (result.points >= pass_mark)


@given(st.lists(st.tuples(kinds, tenths)))
def test_a_veto_ends_it_whatever_else_was_found(marks):
    assert score([*(mark(*each) for each in marks), mark("veto")], pass_mark=Decimal(0)) == Score(
        Decimal(0), True, False
    )


@pytest.mark.parametrize(
    ("most", "offered"),
    [
        ("10", ["2", "4", "6", "8", "10"]),
        ("20", ["4", "8", "12", "16", "20"]),
        ("3", ["0.5", "1", "2", "2.5", "3"]),
        ("0.5", ["0.5"]),
        ("0.3", ["0.3"]),
    ],
)
def test_a_sheet_offers_a_few_steps(most, offered):
    assert levels(Decimal(most)) == [Decimal(each) for each in offered]


@given(tenths)
def test_no_step_exceeds_the_most_and_the_most_is_offered(most):
    assert max(levels(most)) == most
    assert all(0 < each <= most for each in levels(most))
