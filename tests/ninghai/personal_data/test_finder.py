"""What the finder reports, and what it leaves in peace. GB 11643 prints 11010519491231002X as its own example."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.hit import DataKind
from tests.ninghai.personal_data.labelled import Maker, cases
from tests.ninghai.personal_data.score import JUDGED, NUMBERS, OTHERS, measure, measure_harder

EXAMPLE = "11010519491231002X"


def found(text: str) -> list[tuple[DataKind, str, bool]]:
    return [(hit.kind, hit.text, hit.certain) for hit in find_personal_data(text)]


def test_precision_and_recall_on_labelled_texts():
    score = measure()

    assert score.count >= 2000
    assert score.recall(NUMBERS) >= 0.99, score.examples
    assert score.recall(JUDGED) >= 0.95, score.examples
    assert score.precision >= 0.97, score.examples


def test_other_seeds_give_the_same_picture():
    score = measure(rounds=60, seed=7)

    assert score.recall(NUMBERS) >= 0.99, score.examples
    assert score.precision >= 0.97, score.examples


@pytest.mark.parametrize("seed", [20190101, 5])
def test_the_harder_set_is_found_as_well(seed):
    score = measure_harder(seed=seed)

    assert score.count >= 2000
    assert score.recall(NUMBERS) >= 0.99, score.examples
    assert score.recall(JUDGED) >= 0.95, score.examples
    assert score.recall(OTHERS) >= 0.95, score.examples
    assert score.precision >= 0.97, score.examples


@pytest.mark.parametrize(
    "number", [EXAMPLE, EXAMPLE.lower(), "110105 19491231 002X", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X"]
)
def test_a_right_identity_number_is_certain(number):
    assert found(f"身份证：{number}。") == [(DataKind.ID_CARD, number, True)]


def test_a_slip_of_the_pen_is_reported_as_uncertain():
    assert found("110105194912310021") == [(DataKind.ID_CARD, "110105194912310021", False)]


@pytest.mark.parametrize(
    "harmless",
    [
        "110105194902310021",  # 31 February
        "990105194912310021",  # no such province
        "项目代码110105194912310021",
        f"A{EXAMPLE}",
        f"{EXAMPLE}1",
        "2018-330226-48-01-123456-000",
        "宁政办发〔2018〕44号",
        "咨询电话0574-65562890，传真0574-65562891",
        "xxgk@ninghai.gov.cn",
        "宁海县跃龙街道桃源路1号",
        "联系人：县政府办公室",
        "浙BABCDE",
    ],
)
def test_what_only_looks_personal_is_left_in_peace(harmless):
    assert found(harmless) == []


def test_a_credit_code_of_digits_only_is_no_identity_number_unless_it_is_called_one():
    make = Maker(3)
    codes = [code for code in (make.credit_code() for _ in range(2000)) if code.isdigit()]

    assert codes
    assert [found(code) for code in codes] == [[] for _ in codes]


def test_the_longer_number_wins_over_what_it_contains():
    number = f"{EXAMPLE}"[:17] + "X" + "41"

    assert found(f"残疾人证{number}") == [(DataKind.DISABILITY_CARD, number, True)]


def test_a_line_with_everything_names_each_in_its_place():
    text = f"户主：王建国，{EXAMPLE}，13812345678，住宁海县深甽镇大里村12号，车牌浙B12345"

    assert [kind for kind, _, _ in found(text)] == [
        DataKind.NAME,
        DataKind.ID_CARD,
        DataKind.MOBILE,
        DataKind.ADDRESS,
        DataKind.PLATE,
    ]


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold_in_place(text)) == len(text)


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.sampled_from([case.text for case in cases(rounds=2)]))
def test_hits_stand_where_they_say_and_never_overlap(text):
    hits = find_personal_data(text)

    assert [text[hit.start : hit.end] for hit in hits] == [hit.text for hit in hits]
    assert all(earlier.end <= later.start for earlier, later in pairwise(hits))
