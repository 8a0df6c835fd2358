"""Workbooks of older items are understood however another site has written them."""

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from disclosure.legacy_import.columns import LegacyColumn, UnreadableValue, column_of
from disclosure.legacy_import.reading import MOST_ROWS, NotAnItemWorkbook, read_workbook
from disclosure.legacy_import.template import write_template
from disclosure.legacy_import.values import day_of
from tests.disclosure.legacy_import.makers import row, workbook


def read(data: bytes):
    return read_workbook(io.BytesIO(data))


@pytest.mark.parametrize(
    "written",
    [
        "2018-08-13",
        "2018-8-13",
        "2018/8/13",
        "2018.08.13",
        "2018年8月13日",
        "2018 年 8 月 13 日",
        "20180813",
        "43325",
        "2018-08-13 10:20:00",
        "2018-08-13T10:20:00",
        "２０１８年８月１３日",
        "二〇一八年八月十三日",
        "20180813102000",
    ],
)
def test_a_day_is_read_in_every_shape(written):
    assert day_of(written) == date(2018, 8, 13)


@pytest.mark.parametrize(
    "written", ["2018年8月", "2018", "2018-13-01", "2018-02-30", "昨天", "1", "0001-01-01", "18-8-13"]
)
def test_what_is_no_day_is_refused_with_a_sentence(written):
    with pytest.raises(UnreadableValue, match="请"):
        day_of(written)


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("名称*", LegacyColumn.TITLE),
        (" 标 题 ", LegacyColumn.TITLE),
        ("标题（必填）", LegacyColumn.TITLE),
        ("发文机关：", LegacyColumn.UNIT),
        ("公开日期", LegacyColumn.PUBLISHED_ON),
        ("生成日期", LegacyColumn.FORMED_DATE),
        ("文号", LegacyColumn.DOCUMENT_NUMBER),
        ("附件名称", LegacyColumn.FILES),
        ("备注", None),
    ],
)
def test_heads_are_known_in_the_variants_of_other_sites(head, column):
    assert column_of(head) is column


def test_rows_keep_their_numbers_below_a_title_and_between_blank_rows():
    data = workbook(row(), {}, row(名称="第二条"), above=[["宁海县历史信息"], []])

    sheet = read(data)

    assert [(each.number, each.texts[LegacyColumn.TITLE]) for each in sheet.rows] == [
        (4, "关于公布2015年部门预算的通知"),
        (6, "第二条"),
    ]


def test_real_dates_and_whole_numbers_are_read_as_they_are_shown():
    sheet = read(workbook(row(原发布日期=date(2015, 3, 2), 发文字号=15.0, 备注="不读")))

    assert sheet.rows[0].texts[LegacyColumn.PUBLISHED_ON] == "2015-03-02"
    assert sheet.rows[0].texts[LegacyColumn.DOCUMENT_NUMBER] == "15"


def test_numbers_that_excel_has_cut_and_errors_of_formulas_are_problems():
    sheet = read(workbook(row(索引号=330226002201500001, 正文="#REF!")))

    assert {problem.column for problem in sheet.rows[0].problems} == {LegacyColumn.INDEX_NUMBER, LegacyColumn.BODY}


def merged() -> bytes:
    book, data = Workbook(), io.BytesIO()
    for line in [list(row()), list(row().values()), list(row().values())]:
        book.active.append(line)
    book.active.merge_cells("B2:B3")
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"no workbook", "不是可以读取的"),
        (lambda: workbook({"甲": "1", "乙": "2"}), "没有找到表头"),
        (lambda: workbook(head=list(row())), "没有内容"),
        (merged, "合并"),
        (lambda: workbook(*[{"名称": "一", "发布机构": "二", "原发布日期": "三"}] * (MOST_ROWS + 1)), "请分成几个文件"),
    ],
)
def test_what_is_no_workbook_of_items_is_refused_with_a_sentence(make, sentence):
    with pytest.raises(NotAnItemWorkbook, match=sentence):
        read(make())


def test_the_template_is_read_back_and_offers_the_units(cast):
    book = load_workbook(io.BytesIO(write_template()))
    head = [cell.value for cell in book.worksheets[0][1]]
    lists = {
        cell.value: [each.value for each in column[1:] if each.value]
        for column in book["选项"].columns
        for cell in column[:1]
    }

    assert [column_of(each) for each in head] == list(LegacyColumn)
    assert lists["发布机构"] == ["县政府办公室", "县财政局", "县发改局", "跃龙街道", "深甽镇"]
    assert "政策文件" in lists["信息类型"]
    assert len(book.worksheets[0].data_validations.dataValidation) == 7
    with pytest.raises(NotAnItemWorkbook, match="没有内容"):
        read(write_template())
