"""Every date, period and limit, and every unit beside a word of duty, is in a field of a point or in a warning at its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.notice import ParsedNotice
from tests.tasks.notice.documents import HEAD, PUBLISHED, messages, published, read
from tests.tasks.notice.shapes.wordings import HELD_OUT, SEEN

LINES_OF_HEAD = HEAD.count("\n")
WORDINGS = (SEEN, HELD_OUT)
YEARS = st.sampled_from(["", "", "2018年", "2019年", "明年", "今年"])
MONTHS = st.sampled_from([*map(str, range(1, 13)), "十", "十二", "三", "\uff10\uff19"])
DAYS = st.sampled_from([*map(str, range(1, 29)), "十五", "二十", "三十"])
ENDS = st.sampled_from(["前", "之前", "以前", "止", "", "左右", "以内"])
COUNTS = st.sampled_from(["3", "10", "十五", "两", "20"])
DATES = st.one_of(
    st.builds("{}{}月{}日{}".format, YEARS, MONTHS, DAYS, ENDS),
    st.builds(
        "{}{}月{}{}".format, YEARS, MONTHS, st.sampled_from(["底", "末", "初", "中旬", "下旬", "上旬", "份"]), ENDS
    ),
    st.builds(
        "{}{}{}".format,
        YEARS,
        st.sampled_from(["一季度", "第三季度", "上半年", "四季度末"]),
        st.sampled_from(["", "前", "内"]),
    ),
    st.builds(
        "每{}{}".format,
        st.sampled_from(["月", "季度", "半年", "年", "周", "两个月", "个季度", "旬"]),
        st.sampled_from(["", "底前", "末"]),
    ),
    st.builds(
        "{}个{}{}".format, COUNTS, st.sampled_from(["工作日", "月", "自然日"]), st.sampled_from(["内", "之内", "以内"])
    ),
    st.sampled_from(
        [
            "国庆节前",
            "春节前",
            "年初",
            "月底前",
            "季度末前",
            "逐月",
            "按季度",
            "当日内",
            "2018-11-30前",
            "学期末前",
            "年中前",
        ]
    ),
    st.sampled_from(
        [words for each in WORDINGS for words, *_ in (*each.deadlines, *each.ranges, *each.by_year, *each.limits)]
    ),
)
UNITS = st.sampled_from([unit for each in WORDINGS for unit in each.units])
DUTIES = st.sampled_from(["牵头", "负责", "配合", "协助", "参与", "承办", "督导", "主办", "共同负责", "牵头负责"])
ACTS = st.sampled_from([act for each in WORDINGS for act in each.acts])
PLACES = (
    "{act}，{when}完成。",
    "{when}{act}。",
    "{act}，要在{when}见到成效。",
    "{act}（{when}），形成台账。",
    "{act}，时间为{when}。",
)
WHO = (
    "{act}，由{unit}{duty}。",
    "{unit}{duty}{act}。",
    "{act}，{unit}要{duty}。",
    "{act}。（{unit}{duty}，其他另行通知）",
)


def told(notice: ParsedNotice, line: int) -> str:
    return "\n".join(warning.message for warning in notice.warnings if warning.line == line)


def times_of(notice: ParsedNotice) -> list[str]:
    times = [point.times for point in notice.points]
    return [
        each.text for said in times for each in (*said.deadlines, *said.time_limits, *said.recurrences, *said.standing)
    ]


def overlaps(words: str, others: list[str]) -> bool:
    return any(words in other or set(other.split("、")) & {words} or (other and other in words) for other in others)


@given(said=st.lists(st.tuples(DATES, ACTS, st.sampled_from(PLACES)), min_size=1, max_size=4))
def test_no_date_of_a_point_vanishes(said):
    lines = [
        f"{no}.{place.format(when=when, act=act)}（责任单位：县财政局）"
        for no, (when, act, place) in enumerate(said, 1)
    ]

    notice = read(*lines)

    for number, (when, _, _) in enumerate(said, start=1):
        warned = told(notice, LINES_OF_HEAD + number)
        quoted = re.findall("“([^”]+)”", warned)
        assert overlaps(when, times_of(notice)) or overlaps(when, quoted), (when, lines[number - 1])


@given(said=st.lists(st.tuples(UNITS, DUTIES, ACTS, st.sampled_from(WHO)), min_size=1, max_size=4))
def test_no_unit_beside_a_word_of_duty_vanishes(said):
    lines = [
        f"{no}.{place.format(unit=unit, duty=duty, act=act)}" for no, (unit, duty, act, place) in enumerate(said, 1)
    ]

    notice = read("一、主要任务", *lines)

    for number, (unit, _, _, _) in enumerate(said, start=1):
        named = [each.name for point in notice.points for each in point.units]
        assert unit in named or unit in told(notice, LINES_OF_HEAD + 1 + number), lines[number - 1]


@given(when=DATES, place=st.sampled_from(PLACES), act=ACTS)
def test_no_date_behind_the_points_vanishes(when, place, act):
    notice = read(
        "1.推进工作。（责任单位：县财政局）", place.format(when=when, act=act), "2.总结工作。（责任单位：县财政局）"
    )

    quoted = re.findall("“([^”]+)”", told(notice, LINES_OF_HEAD + 2))
    assert overlaps(when, [*times_of(notice), *quoted]) or not re.search("[前内底末初止每按逐旬]", when)


@pytest.mark.parametrize(("name", "count"), list(zip(PUBLISHED, (0, 2, 1), strict=True)))
def test_the_published_notices_raise_few_warnings(name, count):
    """A date from which a policy holds, a paragraph that belongs to no point, hours in which something is done."""
    assert len(messages(published(name))) == count
