"""What a notice says about itself."""

from datetime import date

import pytest

from tasks.notices.reading import read_notice
from tests.tasks.notices.documents import messages, read

POINT = "\n一、加强公开\n1.推进工作。（责任单位：县财政局）\n"


def read_text(text):
    return read_notice(data=text.encode(), filename="notice.txt")


@pytest.mark.parametrize(
    ("mark", "openness"),
    [
        ("（此件公开发布）", "主动公开"),
        ("（此件主动公开）", "主动公开"),
        ("（此件依申请公开）", "依申请公开"),
        ("（此件不予公开）", "不予公开"),
        ("", None),
    ],
)
def test_the_openness_mark_is_read(mark, openness):
    notice = read_text(f"县政府办公室关于做好2018年工作的通知\n2018年3月1日\n{mark}{POINT}")

    assert notice.openness == openness


def test_a_short_title_will_do():
    notice = read_text(f"2019年宁海县政务公开工作要点\n{POINT}宁海县人民政府办公室\n2019年4月2日\n")

    assert (notice.title, notice.year, notice.issued_on) == ("2019年宁海县政务公开工作要点", 2019, date(2019, 4, 2))
    assert notice.issuing_office == "宁海县人民政府办公室"


def test_the_year_is_the_one_in_the_title():
    notice = read_text(f"县政府办公室关于做好2018年工作的通知\n2017年12月29日{POINT}")

    assert (notice.year, notice.issued_on) == (2018, date(2017, 12, 29))


def test_what_is_missing_is_said():
    notice = read_text("2018年大事\n一、加强公开\n1.推进工作。（责任单位：县财政局）\n发布日期：2018-05-04")

    assert messages(notice) == ["没有找到发文字号，请补充。", "没有找到通知的标题，请补充。"]
    assert notice.issued_on == date(2018, 5, 4)


def test_signature_and_chrome_at_the_foot_belong_to_no_point():
    notice = read("1.推进工作。（责任单位：县财政局）", "宁海县人民政府", "2018年3月2日", "", "打印本页 关闭窗口")

    assert [(other.kind.value, other.passage.text) for other in notice.other][-3:] == [
        ("letter", "宁海县人民政府"),
        ("letter", "2018年3月2日"),
        ("chrome", "打印本页 关闭窗口"),
    ]


def test_a_list_of_attachments_in_the_letter_is_no_point():
    notice = read_text(
        "县政府办公室关于印发2018年工作要点及分工的通知\n各单位：\n现印发给你们。\n附件：1.2018年工作要点及分工\n2.联系单\n"
        "县政府办公室\n2018年3月1日\n2018年工作要点\n工作要点及分工\n1.推进工作。（责任单位：县财政局）"
    )

    assert [point.text for point in notice.points] == ["推进工作。"]
    assert [other.kind.value for other in notice.other] == [*["letter"] * 6, "heading", "heading"]


def test_the_title_repeated_at_the_foot_of_a_page_does_not_hide_the_points():
    notice = read_text(
        "县政府办公室关于印发2018年工作要点的通知\n各单位：\n2018年3月1日\n"
        "1.推进工作。（责任单位：县财政局）\n相关链接\n2018年工作要点"
    )

    assert [point.text for point in notice.points] == ["推进工作。"]


@pytest.mark.parametrize(
    "written",
    ["二〇一八年八月十三日", "二○一八年八月十三日", "2018 年 8 月 13 日", "\uff12\uff10\uff11\uff18年8月13日"],
)
def test_the_date_of_signature_may_be_written_in_any_digits(written):
    notice = read_text(f"县政府办公室关于做好工作的通知\n{POINT}宁海县人民政府办公室\n{written}\n")

    assert (notice.issued_on, notice.year) == (date(2018, 8, 13), 2018)
