"""Every date, period and limit, and every unit beside a word of duty, is in a field of a point or in a warning at its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.notices.reading import ParsedNotice, read_notice
from tests.tasks.notices.documents import HEAD, PUBLISHED, messages, published, read
from tests.tasks.notices.shapes.formats import FORMATS
from tests.tasks.notices.shapes.truth import Notice, Table
from tests.tasks.notices.shapes.wordings import HELD_OUT, SEEN

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
SHORT = st.sampled_from([unit for each in WORDINGS for unit in each.short_units])
NAMES = st.one_of(UNITS, UNITS, SHORT)
IN_TEXT = (
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
LABELS = st.sampled_from([label for each in WORDINGS for label in each.duty_labels])
LIMIT_LABELS = st.sampled_from([label for each in WORDINGS for label in each.limit_labels])
HEADS = st.sampled_from([heads for each in WORDINGS for heads in each.heads])
CHEAP = [kind for kind in FORMATS if kind != "print.pdf"]
SOFT = re.compile("^[至到]|(?:左右|[之以]?内|[之以]?前|止)$")
FILLER = [f"{no}.各有关单位要高度重视，加强组织领导，细化工作措施，确保各项任务取得实效。" for no in range(91, 96)]


def on_lines(when: str, act: str, label: str) -> list[str]:
    """Labels on lines of their own, below what is to be done."""
    return [f"{act}。", "责任单位：县财政局", f"{label}：{when}"]


TIMED = st.one_of(
    st.builds(
        lambda when, act, place: (when, [f"{place.format(when=when, act=act)}（责任单位：县财政局）"]),
        DATES,
        ACTS,
        st.sampled_from(IN_TEXT),
    ),
    st.builds(lambda when, act, label: (when, on_lines(when, act, label)), DATES, ACTS, LIMIT_LABELS),
)
NAMED = st.one_of(
    st.builds(
        lambda unit, duty, act, place: (unit, [place.format(unit=unit, duty=duty, act=act)]),
        NAMES,
        DUTIES,
        ACTS,
        st.sampled_from(WHO),
    ),
    st.builds(lambda unit, act, label: (unit, [f"{act}。", f"{label}：{unit}"]), NAMES, ACTS, LABELS),
    st.builds(lambda unit, act, label: (unit, [f"{act}。", f"{label}：", "县审计局", unit]), NAMES, ACTS, LABELS),
)


def told(notice: ParsedNotice, line: int) -> str:
    return "\n".join(warning.message for warning in notice.warnings if warning.line == line)


def quoted(notice: ParsedNotice) -> list[str]:
    return re.findall("“([^”]+)”", "\n".join(messages(notice)))


def times_of(notice: ParsedNotice) -> list[str]:
    times = [point.times for point in notice.points]
    return [
        each.text for said in times for each in (*said.deadlines, *said.time_limits, *said.recurrences, *said.standing)
    ]


def says(texts: list[str], words: str) -> bool:
    """Is it there as a whole, but for 到, 前 and the like? 9月 does not say 9月底前."""
    return any(SOFT.sub("", words) in text for text in texts)


def names_of(notice: ParsedNotice) -> list[str]:
    return [unit.name for point in notice.points for unit in point.units]


def written(kind: str, said: list[list[str]]) -> ParsedNotice:
    """The points in a file of this kind; there are enough lines to see how they were cut."""
    lines = [line for no, (first, *more) in enumerate(said, 1) for line in (f"{no}.{first}", *more)]
    return read_notice(
        data=FORMATS[kind](Notice([*HEAD.splitlines(), "一、主要任务", *lines, *FILLER], [])), filename=kind
    )


@given(kind=st.sampled_from(CHEAP), said=st.lists(TIMED, min_size=1, max_size=4))
def test_no_date_of_a_point_vanishes(kind, said):
    notice = written(kind, [lines for _, lines in said])

    for when, lines in said:
        assert says([*times_of(notice), *quoted(notice)], when), (when, lines)


@given(kind=st.sampled_from(CHEAP), said=st.lists(NAMED, min_size=1, max_size=4))
def test_no_unit_beside_a_word_of_duty_vanishes(kind, said):
    notice = written(kind, [lines for _, lines in said])

    for unit, lines in said:
        assert unit in [*names_of(notice), *quoted(notice)], (unit, lines)


@given(said=st.lists(st.tuples(UNITS, DUTIES, ACTS, st.sampled_from(WHO[:3])), min_size=1, max_size=4))
def test_no_unit_beside_a_word_of_duty_vanishes_behind_the_bracket_of_another(said):
    lines = [
        f"{no}.{place.format(unit=unit, duty=duty, act=act)}（责任单位：县档案局）"
        for no, (unit, duty, act, place) in enumerate(said, 1)
    ]

    notice = read("一、主要任务", *lines)

    for number, (unit, _, _, _) in enumerate(said, start=1):
        assert unit in told(notice, LINES_OF_HEAD + 1 + number), lines[number - 1]


@given(
    kind=st.sampled_from(CHEAP),
    heads=HEADS,
    column=st.integers(0, 6),
    said=st.lists(st.tuples(NAMES, DATES, ACTS), min_size=1, max_size=3),
)
def test_no_unit_and_no_date_vanishes_in_any_column_of_a_table(kind, heads, column, said):
    """Whatever the column is called, and also where nobody expects it."""
    title, work, lead, helps, when = heads
    columns = ("序号", title, work, lead, helps, when, "备注", "监督单位")
    rows = [
        [str(no), "一、公开", f"{act}。", "县财政局", "县司法局", "", "", ""] for no, (_, _, act) in enumerate(said, 1)
    ]
    for row, (unit, day, _) in zip(rows, said, strict=True):
        row[3 + column % 2 if column % 3 else 7] = unit
        row[5 + column % 2] = day

    notice = read_notice(data=FORMATS[kind](Notice([*HEAD.splitlines(), Table([columns, *rows])], [])), filename=kind)

    for unit, day, _ in said:
        assert unit in [*names_of(notice), *quoted(notice)], (unit, rows)
        assert says([*times_of(notice), *quoted(notice)], day), (day, rows)


@pytest.mark.parametrize("cut", range(1, 9))
@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("1.各单位要及时推进预算公开，并在2018年", "9月底前完成"),
        ("1.各单位要及时推进预算公开，并在", "20个工作日内完成"),
        ("1.各单位要及时推进预算公开，由", "县司法局牵头落实"),
        ("1.各单位要及时推进预算公开，由", "县发改、公安负责"),
        ("1.各单位要及时推进预算公开。（责任单位：", "县司法局，9月底前）"),
    ],
)
def test_a_line_end_within_a_date_a_name_or_a_bracket_loses_nothing(before, words, cut):
    """Not even where so few lines are cut that nobody can see how wide they are."""
    lines = (f"{before}{words[:cut]}", f"{words[cut:]}。", "2.其他。（责任单位：县财政局）")

    cut_so, whole = read(*lines), read(f"{before}{words}。", lines[2])

    assert [(point.units, point.times) for point in cut_so.points] == [
        (point.units, point.times) for point in whole.points
    ]


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("连续三年开展", "三年"),
        ("今明两年完成", "两年"),
        ("用三年时间实现", "三年"),
        ("到“十三五”期末达到", "“十三五”期末"),
        ("2020年目标为达到", "2020年"),
        ("Q3前完成", "Q3"),
        ("印发后15天报送", "15天"),
        ("自批准之日起三个月完成", "三个月"),
        ("工期为6个月，", "6个月"),
        ("公告期不得少于30日，", "30日"),
        ("会前5日公布", "前5日"),
        ("两三个月内完成", "两三个月内"),
        ("半小时内回应", "半小时内"),
        ("11/30前报送", "11/30"),
        ("周五前报送", "周五前"),
        ("逢双月通报", "逢双月"),
        ("半年一考核", "半年"),
        ("隔月公开", "隔月"),
        ("春节后启动", "春节后"),
        ("开学前公布", "开学前"),
        ("截止到9月30日", "截止到9月30日"),
        ("截至10月31日前报送", "截至10月31日前"),
    ],
)
def test_a_time_that_no_convention_reads_is_pointed_out(words, quoted):
    notice = read(f"1.推进公开，{words}。（责任单位：县财政局）")

    assert f"“{quoted}”" in told(notice, LINES_OF_HEAD + 1)


@pytest.mark.parametrize(
    "words",
    [
        "近三年",
        "2018年工作",
        "2017年以来已建成的",
        "全面实现“最多100天”",
        "70周年",
        "第二年级",
        "“十三五”规划",
        "截至2017年底",
    ],
)
def test_a_time_that_only_describes_is_left_alone(words):
    assert not messages(read(f"1.推进公开，{words}。（责任单位：县财政局）"))


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("由县司法局指导，县审计局落实经费", ["县司法局", "县审计局"]),
        ("县府办于2018年12月31日前牵头完成考核", ["县府办"]),
        ("责任单位为县住建局", ["县住建局"]),
        ("监管单位是县市场监管局", ["县市场监管局"]),
        ("监督单位：县纪委监委", ["县纪委监委"]),
        ("以县发改局为主，县审计局为辅", ["县发改局", "县审计局"]),
        ("县发改局作为第一责任单位", ["县发改局"]),
        ("县发改局要切实履行牵头职责", ["县发改局"]),
        ("县发改局、县审计局联合牵头，县司法局、县编办等积极配合", ["县发改局", "县审计局", "县司法局", "县编办"]),
        ("县发改局（牵头）、县审计局（配合）共同完成", ["县发改局", "县审计局"]),
        ("县发改局负总责，县审计局协同推进，县司法局主抓", ["县发改局", "县审计局", "县司法局"]),
        ("各乡镇（街道）具体抓好落实", ["各乡镇（街道）"]),
    ],
)
def test_a_unit_that_no_convention_reads_is_pointed_out_by_its_name(sentence, names):
    notice = read(f"1.推进公开，{sentence}。（责任单位：县财政局）")

    warned = told(notice, LINES_OF_HEAD + 1)
    assert [name for name in names if f"“{name}”" not in warned] == []


@pytest.mark.parametrize("words", ["【监督单位：县纪委】", "（监督单位：县纪委）", "〔督查部门：县纪委，结果通报〕"])
def test_a_bracket_with_a_label_that_nobody_reads_is_pointed_out(words):
    notice = read(f"1.推进公开。（责任单位：县财政局）{words}")

    assert "“县纪委”" in told(notice, LINES_OF_HEAD + 1)


def test_a_day_until_which_something_holds_is_pointed_out_in_closing_words():
    notice = read("1.推进公开。（责任单位：县财政局）", "本通知自2018年7月1日起施行，有效期至2020年12月31日。")

    assert "“2020年12月31日”" in told(notice, LINES_OF_HEAD + 2)


def test_columns_that_a_breakdown_does_not_know_are_pointed_out():
    notice = read(
        "序号\t工作任务\t责任单位\t监督单位\t备注",
        "1\t公开预算\t县财政局\t县纪委监委\t2018.9.30",
    )

    warned = told(notice, LINES_OF_HEAD + 2)
    assert "“监督单位”一栏写有“县纪委监委”" in warned
    assert "“备注”一栏写有“2018.9.30”" in warned


@given(when=DATES, place=st.sampled_from(IN_TEXT), act=ACTS)
def test_no_date_behind_the_points_vanishes(when, place, act):
    notice = read(
        "1.推进工作。（责任单位：县财政局）", place.format(when=when, act=act), "2.总结工作。（责任单位：县财政局）"
    )

    assert says([*times_of(notice), *quoted(notice)], when)


@pytest.mark.parametrize(("name", "count"), list(zip(PUBLISHED, (0, 9, 5), strict=True)))
def test_the_published_notices_raise_few_warnings(name, count):
    """How long a subsidy is paid, years from which a policy holds, a paragraph that belongs to no point, banks to be led."""
    assert len(messages(published(name))) == count
