"""Who owes what, in all the ways that brackets say it."""

import pytest

from tests.tasks.notices.documents import messages, point, read, units


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        ("（责任单位：县财政局、县审管办）", [("县财政局", "responsible"), ("县审管办", "responsible")]),
        ("(责任主体:县财政局,县审管办)", [("县财政局", "responsible"), ("县审管办", "responsible")]),
        (
            "【牵头单位：县财政局；配合单位：县司法局、县审管办】",
            [("县财政局", "lead"), ("县司法局", "supporting"), ("县审管办", "supporting")],
        ),
        ("〔牵头部门：县财政局　责任部门：县司法局〕", [("县财政局", "lead"), ("县司法局", "responsible")]),
        ("（牵头：县财政局，配合：县司法局）", [("县财政局", "lead"), ("县司法局", "supporting")]),
        (
            "（县财政局牵头，县司法局、县审管办配合）",
            [("县财政局", "lead"), ("县司法局", "supporting"), ("县审管办", "supporting")],
        ),
        ("（县财政局、县司法局按职责分工负责）", [("县财政局", "responsible"), ("县司法局", "responsible")]),
        ("（县财政局、县司法局分别负责）", [("县财政局", "responsible"), ("县司法局", "responsible")]),
        (
            "（县财政局会同县司法局、县审管办负责，县发改局配合）",
            [
                ("县财政局", "responsible"),
                ("县司法局", "supporting"),
                ("县审管办", "supporting"),
                ("县发改局", "supporting"),
            ],
        ),
        ("（由县财政局会同县司法局负责落实）", [("县财政局", "responsible"), ("县司法局", "supporting")]),
        (
            "（县财政局牵头会同县司法局、县审管办）",
            [("县财政局", "lead"), ("县司法局", "supporting"), ("县审管办", "supporting")],
        ),
        (
            "（县财政局牵头负责，县司法局参与，县审管办指导）",
            [("县财政局", "lead"), ("县司法局", "supporting"), ("县审管办", "guiding")],
        ),
        ("（责任单位：县财政局（牵头）、县司法局）", [("县财政局", "lead"), ("县司法局", "responsible")]),
        ("（责任单位：县财政局牵头，县司法局配合）", [("县财政局", "lead"), ("县司法局", "supporting")]),
        ("（县财政局、各有关部门）", [("县财政局", "responsible"), ("各有关部门", "responsible")]),
        ("（县财政局为牵头单位）", [("县财政局", "lead")]),
        ("（责任单位：各区、县（市），县财政局）", [("各区、县（市）", "responsible"), ("县财政局", "responsible")]),
        ("（工业和信息化部和财政部负责）", [("工业和信息化部", "responsible"), ("财政部", "responsible")]),
        (
            "（住房城乡建设部等有关部门和单位负责）",
            [("住房城乡建设部", "responsible"), ("有关部门和单位", "responsible")],
        ),
        (
            "（国务院相关部门和单位及各地区负责）",
            [("国务院相关部门和单位", "responsible"), ("各地区", "responsible")],
        ),
        ("（县财政局牵头 县司法局配合）", [("县财政局", "lead"), ("县司法局", "supporting")]),
        (
            "（责任单位：县财政局 县司法局/县审管办）",
            [("县财政局", "responsible"), ("县司法局", "responsible"), ("县审管办", "responsible")],
        ),
        ("（责任单位：县财政局；责任人：张三；第一责任人：李四）", [("县财政局", "responsible")]),
        ("（县财政局、县司法局负责；列第一位者为牵头单位）", [("县财政局", "lead"), ("县司法局", "responsible")]),
    ],
)
def test_a_bracket_gives_names_and_roles(bracket, expected):
    assert units(f"1.推进工作。{bracket}") == expected


@pytest.mark.parametrize(
    ("name", "is_group"),
    [
        ("各乡镇(街道)", True),
        ("有关部门", True),
        ("其他有关部门", True),
        ("县级有关部门", True),
        ("市直相关单位", True),
        ("各地区", True),
        ("国务院相关部门", True),
        ("县直单位", True),
        ("领导小组成员单位", True),
        ("县财政局", False),
        ("跃龙街道", False),
        ("深甽镇", False),
        ("县直属机关工委", False),
        ("县级机关事务管理局", False),
    ],
)
def test_an_open_set_is_a_group_and_no_unit(name, is_group):
    (unit,) = point(f"1.推进工作。（责任单位：{name}）").units

    assert (unit.name, unit.group) == (name, is_group)


@pytest.mark.parametrize("words", ["以下简称“五公开”", "谁主管谁负责", "或专栏", "国办发〔2017〕47号", "含实施"])
def test_other_brackets_stay_in_the_text(words):
    only = point(f"1.推进工作({words})。（责任单位：县财政局）")

    assert only.text == f"推进工作({words})。"


def test_several_brackets_in_one_paragraph_count_together_in_the_stronger_role():
    only = point("1.甲。（县财政局配合）乙。（县财政局牵头，县司法局负责）")

    assert only.text == "甲。乙。"
    assert [(unit.name, unit.role.value) for unit in only.units] == [("县财政局", "lead"), ("县司法局", "responsible")]


def test_labels_without_brackets_count_on_lines_of_their_own():
    lines = ["1.推进工作。", "牵头单位：县财政局", "配合单位：县司法局"]

    assert units(*lines) == [("县财政局", "lead"), ("县司法局", "supporting")]


def test_a_label_without_brackets_counts_at_the_end_of_a_paragraph():
    only = point("1.推进工作。责任单位：县财政局、各有关部门")

    assert only.text == "推进工作。"
    assert only.responsibility_texts == ("责任单位：县财政局、各有关部门",)


def test_the_first_listed_leads_from_the_bracket_that_says_so():
    notice = read(
        "1.甲。（县财政局、县司法局负责）",
        "2.乙。（县财政局、县司法局负责。列第一位者为牵头单位，下同）",
        "3.丙。（县司法局、有关部门负责）",
    )

    assert [point.units[0].role.value for point in notice.points] == ["responsible", "lead", "lead"]


def test_the_first_listed_leads_where_the_preamble_says_so():
    notice = read(
        "责任单位中排在第一位的为牵头单位。",
        "1.甲。（责任单位：县财政局、县司法局）",
        "2.乙。（责任单位：有关部门、县财政局）",
    )

    roles = [[unit.role.value for unit in point.units] for point in notice.points]
    assert roles == [["lead", "responsible"], ["responsible", "responsible"]]


def test_units_named_for_all_that_follows_are_carried_down():
    notice = read("1.甲。（责任单位：县财政局。以下均需各乡镇（街道）落实，不再列出）", "2.乙。（责任单位：县司法局）")

    names = [[unit.name for unit in point.units] for point in notice.points]
    assert names == [["县财政局", "各乡镇（街道）"], ["县司法局", "各乡镇（街道）"]]


@pytest.mark.parametrize(
    ("bracket", "message"),
    [
        ("（责任单位：县财政局", "责任分工“（责任单位：县财政局”的括号没有写完整，请核对。"),
        (
            "[责任单位：各乡镇（街道)、有关部门）",
            "责任分工“[责任单位：各乡镇（街道)、有关部门）”的括号没有写完整，请核对。",
        ),
        (
            "（责任单位：县财政局等部门及各乡镇）",
            "责任分工“责任单位：县财政局等部门及各乡镇”中的“等”没有写明还有哪些单位，请补充。",
        ),
        ("（责任单位：县财政局等）", "责任分工“责任单位：县财政局等”中的“等”没有写明还有哪些单位，请补充。"),
        ("（责任单位：县财政局、张三）", "“张三”不像单位名称，请核对。"),
    ],
)
def test_what_is_doubtful_is_pointed_out(bracket, message):
    assert messages(read(f"1.推进工作。{bracket}")) == [message]


def test_an_unclosed_bracket_ends_with_its_sentence():
    notice = read("1.甲。（责任单位：县财政局。2.乙。（责任单位：县司法局）")

    assert [[unit.name for unit in point.units] for point in notice.points] == [["县财政局"], ["县司法局"]]


def test_helpers_in_a_clause_of_their_own_support():
    notice = read("1.推进工作，由县财政局牵头落实，会同县林业局、县气象局推进。")

    assert [(unit.name, unit.role.value) for unit in notice.points[0].units] == [
        ("县财政局", "lead"),
        ("县林业局", "supporting"),
        ("县气象局", "supporting"),
    ]
    assert messages(notice) == []


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        ("（县教育局牵头，时限：2018年10月底前，县财政局配合）", [("县教育局", "lead"), ("县财政局", "supporting")]),
        ("（完成时限：2018年8月底前；县财政局、县审计局）", [("县财政局", "responsible"), ("县审计局", "responsible")]),
        ("（县教育局牵头，10月底前县财政局配合）", [("县教育局", "lead"), ("县财政局", "supporting")]),
        (
            "（责任单位：县财政局（9月底前）、县审计局（10月底前））",
            [("县财政局", "responsible"), ("县审计局", "responsible")],
        ),
        ("（责任单位：县财政局\uff3b牵头\uff3d、县审计局）", [("县财政局", "lead"), ("县审计局", "responsible")]),
        ("（县府办牵头；2018年9月底前完成第一批，12月底前完成第二批）", [("县府办", "lead")]),
        (
            "（责任单位：县财政局2018年9月底前完成；县体育局10月底前）",
            [("县财政局", "responsible"), ("县体育局", "responsible")],
        ),
        ("（牵头单位：县教育局；联系人：李四；责任领导：张三）", [("县教育局", "lead")]),
        (
            "（责任：县教育局　落实：各学校　督导：县政府督查室）",
            [("县教育局", "responsible"), ("各学校", "responsible"), ("县政府督查室", "guiding")],
        ),
        ("（责任单位：县教育局、县政协办）", [("县教育局", "responsible"), ("县政协办", "responsible")]),
        ("（责任单位：县教育局/县科协）", [("县教育局", "responsible"), ("县科协", "responsible")]),
        ("（主管部门：县教育局　协同部门：县财政局）", [("县教育局", "responsible"), ("县财政局", "supporting")]),
        ("（牵头——县财政局；配合——县审计局）", [("县财政局", "lead"), ("县审计局", "supporting")]),
        ("{责任单位：县教育局}", [("县教育局", "responsible")]),
        ("〈责任单位：县教育局〉", [("县教育局", "responsible")]),
        ("「责任单位：县教育局」", [("县教育局", "responsible")]),
        ("〖责任单位：县教育局〗", [("县教育局", "responsible")]),
        ("责任部门——县教育局；完成时间——2018年10月底", [("县教育局", "responsible")]),
        ("（排名第一的单位为牵头单位：县府办、县编办）", [("县府办", "lead"), ("县编办", "responsible")]),
        ("（县府办、县编办；列首位的为牵头单位，其余为配合单位）", [("县府办", "lead"), ("县编办", "supporting")]),
    ],
)
def test_a_bracket_may_be_written_in_other_ways(bracket, expected):
    notice = read(f"1.推进公开。{bracket}")

    (only,) = notice.points
    assert [(unit.name, unit.role.value) for unit in only.units] == expected
    assert messages(notice) == []


@pytest.mark.parametrize(
    "rule", ["列首位的为牵头单位，其他为配合单位，下同", "列第一位者为牵头单位，其余单位为配合单位，以下同"]
)
def test_that_the_others_support_holds_for_what_follows_too(rule):
    notice = read(f"1.甲项。（{rule}；县府办、县编办）", "2.乙项。（县财政局、县审计局）")

    assert [[unit.role.value for unit in each.units] for each in notice.points] == [["lead", "supporting"]] * 2


def test_days_behind_names_are_read_each_on_its_own():
    found = point("1.推进公开。（责任单位：县教育局，2018-10；县财政局，2018.11.30）")

    assert [day.date.isoformat() for day in found.times.deadlines] == ["2018-10-31", "2018-11-30"]
    assert [unit.name for unit in found.units] == ["县教育局", "县财政局"]


def test_who_leads_and_with_whom_may_stand_in_two_clauses():
    assert units("1.由县财政局牵头落实，会同县司法局推进预算公开，2018年底前完成。") == [
        ("县财政局", "lead"),
        ("县司法局", "supporting"),
    ]


def test_counted_clauses_name_their_units_without_the_count():
    assert units("1.一是由县财政局牵头，9月底前公开；二是县审计局负责督促。") == [
        ("县财政局", "lead"),
        ("县审计局", "responsible"),
    ]


def test_the_label_of_the_last_point_is_no_foot_of_a_page():
    found = read("1.推进公开。", "主办单位：县财政局；有关部门。")
    foot = read(
        "1.推进公开。（责任单位：县财政局）", "宁海县人民政府办公室", "2018年3月1日", "主办单位：宁海县人民政府"
    )

    assert [unit.name for unit in found.points[0].units] == ["县财政局", "有关部门"]
    assert [unit.name for unit in foot.points[0].units] == ["县财政局"]


def test_a_list_of_names_goes_on_in_the_next_line():
    assert units("1.推进公开。", "责任单位：县教育局、", "县财政局、县体育局") == [
        ("县教育局", "responsible"),
        ("县财政局", "responsible"),
        ("县体育局", "responsible"),
    ]


def test_a_label_on_a_line_of_its_own_takes_the_names_below_it():
    found = point("1.推进公开。", "牵头单位：", "县教育局", "县财政局", "完成时限：", "2018年10月底")

    assert [(unit.name, unit.role.value) for unit in found.units] == [("县教育局", "lead"), ("县财政局", "lead")]
    assert [day.date.isoformat() for day in found.times.deadlines] == ["2018-10-31"]


def test_labels_of_one_length_are_lines_of_their_own():
    lines = [f"任务{no}：推进第{no}批公开事项\n责任单位：县财政局\n时间节点：2018年9月" for no in "12345"]

    assert [[unit.name for unit in each.units] for each in read(*lines).points] == [["县财政局"]] * 5


@pytest.mark.parametrize("heading", ["（一）推进公开（县发改局牵头）", "（一）推进公开。（县发改局牵头）"])
def test_a_bracket_that_only_says_when_leaves_the_units_of_the_heading(heading):
    notice = read("一、任务", heading, "1.公开批准结果。（完成时限：8月底前）", "2.公开招标信息。（县财政局）")

    assert [[(unit.name, unit.role.value) for unit in each.units] for each in notice.points] == [
        [("县发改局", "lead")],
        [("县财政局", "responsible")],
    ]


def test_a_list_of_months_behind_a_number_is_no_number():
    notice = read("1.3、6、9、12月底前报送。（县府办）")

    assert [(each.key, each.text) for each in notice.points] == [("1", "3、6、9、12月底前报送。")]
