"""Numbers and titles, in all the ways that notices count."""

import pytest

from tests.tasks.notices.documents import messages, read

TAG = "（责任单位：县财政局）"


def keys(*lines):
    return [point.key for point in read(*lines).points]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["一、甲", "(一)乙", f"1.丙。{TAG}", f"2.丁。{TAG}", "(二)戊", f"1.己。{TAG}"],
            ["一(一)1", "一(一)2", "一(二)1"],
        ),
        (["一、甲", f"1、丙。{TAG}", "二、乙", f"2、丁。{TAG}"], ["一1", "二2"]),
        (["一、甲", f"（一）丙。{TAG}", "二、乙", f"（二）丁。{TAG}"], ["一（一）", "二（二）"]),
        ([f"一、丙。{TAG}", f"二、丁。{TAG}"], ["一", "二"]),
        ([f"1．丙。{TAG}", f"2．丁。{TAG}"], ["1", "2"]),
        (["一、甲", f"（1）丙。{TAG}", f"（2）丁。{TAG}"], ["一（1）", "一（2）"]),
        (["一、甲", f"第一，丙。{TAG}", f"第二，丁。{TAG}"], ["一第一", "一第二"]),
        (["一、甲", "1.总的。" + TAG, f"（1）丙。{TAG}", f"（2）丁。{TAG}"], ["一1", "一1（1）", "一1（2）"]),
        ([f"一、甲（一）乙1.丙。{TAG}2.2018年底前丁。{TAG}（二）戊。{TAG}"], ["一（一）", "一（二）"]),
        (
            [f"一、甲（一）乙。{TAG}1.丙。{TAG}2.2018年底前丁。{TAG}（二）戊。{TAG}"],
            ["一（一）", "一（一）1", "一（一）2", "一（二）"],
        ),
        (["一、甲", "（一）乙", f"丙。{TAG}", f"丁。{TAG}"], ["一（一）", "一（一）#2"]),
        (["一、甲", "（一）乙", "（二）丙"], ["一（一）", "一（二）"]),
    ],
)
def test_points_are_called_what_the_document_calls_them(lines, expected):
    assert keys(*lines) == expected


def test_a_paragraph_below_a_title_is_its_point():
    (point,) = read("三、甲", "(二)加快建设新平台 ", f"  逐步整合系统。{TAG}").points

    assert (point.section.title, point.number, point.text) == ("加快建设新平台", None, "逐步整合系统。")


def test_a_statement_gives_its_first_sentence_as_title():
    (point,) = read(f"（一）加大力度。对参保企业返还失业保险费。{TAG}").points

    assert (point.section.title, point.text) == ("加大力度", "加大力度。对参保企业返还失业保险费。")


def test_lines_without_number_go_on_with_the_point():
    (point,) = read(
        "1.做好以下工作：", "（1）甲；", "（2）乙。" + TAG.replace("（", "(").replace("）", ")"), ""
    ).points[:1]

    assert point.text == "做好以下工作：\n（1）甲；"


def test_a_list_inside_a_point_stays_there():
    (point,) = read("1.做好以下工作：①甲；②乙。", f"（1）丙；（2）丁，增长1.5倍。{TAG[:0]}", TAG).points

    assert point.text == "做好以下工作：①甲；②乙。\n（1）丙；（2）丁，增长1.5倍。"
    assert point.responsibility_texts == (TAG,)


def test_a_title_with_nothing_below_is_its_own_point():
    points = read("一、甲", f"（一）加强领导{TAG}", "（二）加强宣传").points

    assert [(point.text, point.responsibility_texts) for point in points] == [("加强领导", (TAG,)), ("加强宣传", ())]


def test_a_bracket_on_the_title_holds_for_points_that_have_none():
    other = "（责任单位：县司法局）"

    points = read(f"一、甲{TAG}", "1.乙。", f"2.丙。{other}", "（一）丁", "3.戊。").points

    assert [point.responsibility_texts for point in points] == [(TAG,), (other,), (TAG,)]


def test_a_bracket_on_its_own_line_below_the_title_holds_for_its_points():
    points = read("（一）甲", TAG, "1.乙。", "2.丙。").points

    assert [point.responsibility_texts for point in points] == [(TAG,), (TAG,)]


def test_an_unused_bracket_of_a_title_is_pointed_out():
    notice = read(f"一、甲{TAG}", "1.乙。（责任单位：县司法局）")

    assert messages(notice) == ["标题上的责任分工没有用于任何要点，请核对。"]


def test_a_paragraph_after_a_closed_point_is_set_apart_and_pointed_out():
    notice = read(f"1.甲。{TAG}", "各单位要高度重视。", f"2.乙。{TAG}")

    assert [point.text for point in notice.points] == ["甲。", "乙。"]
    assert messages(notice) == ["这一段没有编号，也没有责任单位，未列为要点，请核对。"]


def test_a_gap_in_the_numbers_is_pointed_out():
    notice = read(f"1.甲。{TAG}", f"3.乙。{TAG}")

    assert messages(notice) == ["编号“3”与前面的编号不连续，请核对是否有遗漏。"]


def test_a_point_without_units_is_pointed_out():
    notice = read("一、甲", "1.乙。")

    assert messages(notice) == ["要点“一1”没有写明责任单位，请补充。"]


def test_digits_of_full_width_behind_a_number_begin_a_date():
    notice = read("1.推进公开。（县财政局）", "2.２０１８年８月底前公布清单。（县审计局）", "3.推进解读。（县府办）")

    assert [each.key for each in notice.points] == ["1", "2", "3"]
    assert notice.points[1].times.deadlines[0].date.isoformat() == "2018-08-31"
