"""Who owes what, in all the ways that brackets say it."""

import pytest

from tests.tasks.notice.documents import messages, point, read, units


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


def test_helpers_in_a_sentence_that_are_nobodys_units_are_pointed_out():
    notice = read("1.推进工作，由县财政局牵头落实，会同县林业局、县气象局推进。")

    assert [message for message in messages(notice) if "县林业局" in message or "县气象局" in message]
