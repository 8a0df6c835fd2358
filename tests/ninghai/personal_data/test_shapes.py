"""The set of shapes is found in every format, with words that the finder was not written by, too; and at a bounded cost."""

import pytest

from ninghai.personal_data.body import find_in_body
from tests.costs import costs_at_most
from tests.ninghai.personal_data.shapes.measure import by_half, fails, measure_shapes, told_shapes
from tests.ninghai.personal_data.shapes.wordings import HELD_OUT, SEEN

LONGEST = 40_000  # characters
MOST_SECONDS = 5  # a square of the length takes minutes


def test_every_shape_is_found_in_every_format():
    tallies = measure_shapes(rounds=2)  # `make pii-score` takes more

    assert not fails(tallies), "\n".join(told_shapes(tallies)[:60])
    assert by_half(tallies)[HELD_OUT].numbers
    assert by_half(tallies)[SEEN].numbers


@pytest.mark.parametrize(
    "piece",
    [
        " ", "\t", "\u3000", "\n", "-", "1-", "1 ", "1\t", "1□", "：", "姓名：", "姓名\n", "住址1", "镇村1号", "(0", "a@a.", "|", "a\tb\n", "a  b\n",
        "姓名  电话\n      1\n", "13812341234\n", "姓名：张三、", "家庭住址", "卓·", "+86 ", "QQ: ", " \n", "账号1234",
        "|a|b|\n|c|d|\n\n",
    ],
)  # fmt: skip
def test_no_text_costs_more_than_its_length(piece):
    text = (piece * LONGEST)[:LONGEST]

    with costs_at_most(MOST_SECONDS):
        find_in_body(text)
