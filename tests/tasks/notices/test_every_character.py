"""Nothing of the input is lost: each character has exactly one place, and each place can be read in the JSON."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.notices.reading import ParsedNotice
from tasks.notices.reading.parsed import SourcePlace
from tests.tasks.notices.documents import DATA, HEAD, PUBLISHED, published, read

NUMBERS = [
    "一、",
    "二、",
    "十二、",
    "（一）",
    "(二)",
    "（二十）",
    "1.",
    "2.",
    "3．",
    "4、",
    "12.",
    "（1）",
    "(2)",
    "①",
    "第一，",
    "具体措施：",
]
SIGNS = ["。", "；", "：", "，", "、", "！", "“", "”", "(", ")", "（", "）", "[", "]", "【", "】"]
BRACKETS = [
    "责任单位：",
    "牵头单位:县财政局",
    "（责任单位：县财政局）",
    "[责任主体:各乡镇(街道)、有关部门]",
    "（县财政局牵头，有关部门配合）",
    "（责任单位：县财政局",
    "负责）",
    "列第一位者为牵头单位，下同",
]
WORDS = [
    "县发改局",
    "等",
    "和",
    "会同",
    "年内",
    "2018年11月底前",
    "2月30日前",
    "48小时内",
    "每季度",
    "长期坚持",
    "加强公开",
    "推进工作",
    "1.5亿元",
    "此件公开发布",
    "2018年3月1日",
    "打印本页",
    "附件：",
]
PIECES = st.sampled_from([*NUMBERS, *SIGNS, *BRACKETS, *WORDS])
BLANKS = st.sampled_from(["\n", "\r\n", " ", "　", "\t", "\n\n"])
ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
BODIES = st.lists(st.one_of(PIECES, PIECES, BLANKS, ANYTHING), max_size=40).map("".join)


def text_of(notice: ParsedNotice) -> list[str]:
    """The input put together again from the places of its passages; each begins where the one before it ends."""
    lines: dict[int, str] = {}
    for placed in notice.placed:
        before = lines.get(placed.passage.line, "")
        assert placed.passage.start == len(before)
        lines[placed.passage.line] = before + placed.passage.text
    return [lines.get(number, "") for number in range(1, max(lines) + 1)]


def shown(notice: ParsedNotice) -> dict[SourcePlace, str]:
    """What the JSON says, by place."""
    parsed = notice.as_json()
    points = parsed["points"]
    headings = [heading for point in points for heading in (point["part"], point["section"]) if heading]
    numbers = [*(heading["no"] for heading in headings), *(point["number"] or "" for point in points)]
    return {
        SourcePlace.TITLE: parsed["title"],
        SourcePlace.NUMBER: "\n".join(numbers),
        SourcePlace.HEADING: "\n".join(heading["title"] for heading in headings),
        SourcePlace.TEXT: "\n".join(point["text"] for point in points),
        SourcePlace.BRACKET: "\n".join(text for point in points for text in point["responsibility_texts"]),
        SourcePlace.OTHER: "\n".join(other["text"] for other in parsed["other"]),
    }


def assert_nothing_is_lost(notice: ParsedNotice, source: str) -> None:
    lines = re.split(r"\r\n|\n|\r", source)
    assert text_of(notice) == lines[: len(text_of(notice))]
    assert not "".join(lines[len(text_of(notice)) :])
    places = shown(notice)
    for placed in notice.placed:
        words = placed.passage.text.strip()
        if placed.place is SourcePlace.NUMBER:
            words = words.rstrip("、.．，,")
        assert words in places[placed.place]


@pytest.mark.parametrize("name", PUBLISHED)
def test_nothing_of_a_published_notice_is_lost(name):
    source = (DATA / f"{name}.txt").read_text(encoding="utf-8")

    notice = published(name)

    assert_nothing_is_lost(notice, source)


@given(body=BODIES)
def test_nothing_of_any_notice_is_lost(body):
    body = f"一、加强公开\n1.推进工作。（责任单位：县财政局）\n{body}"

    notice = read(body)

    assert_nothing_is_lost(notice, HEAD + body)


@pytest.mark.parametrize(
    "body", [" " * 100_000 + "x", "（责任单位：县财政局）\n" * 15_000, "推进工作加强公开提高水平\n" * 15_000]
)
def test_long_texts_are_read_to_their_end(body):
    """Each would take minutes if time grew with the square of its length."""
    notice = read(f"1.推进工作。（责任单位：县财政局）\n{body}")

    assert len(notice.points) == 1
