"""The workbook (历史信息表) as people get it: the empty template, and the refused rows with their problems (错误清单)."""

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from disclosure.legacy_import.columns import REQUIRED, LegacyColumn
from disclosure.models import CatalogueEntry, ImportRow, Item, ItemImport, Ruling, Topic
from disclosure.models.states import Category, Validity
from ninghai.files.workbooks.writing import saved, write_advice, write_head, write_text
from ninghai.models import Unit

# The empty workbook (历史信息表模板): columns with drop-downs, and how to fill them on a sheet of its own.

TABLE, LISTS = "历史信息", "选项"
LAST_ROW = 10_001  # with drop-downs
WIDE = {
    LegacyColumn.TITLE: 44,
    LegacyColumn.BODY: 50,
    LegacyColumn.SUMMARY: 30,
    LegacyColumn.FILES: 30,
    LegacyColumn.TOPIC: 26,
    LegacyColumn.ENTRY: 24,
}
USUAL = 16
THIN = Side(style="thin", color="BFBFBF")
WRONG = PatternFill("solid", start_color="FCE4D6")
SENTENCES = (
    "每行一条信息。带*的列必须填写，其余没有的留空；列的顺序、空行和另加的列不影响导入。",
    "只导入已在其他网站主动公开的信息；草稿、待审核和已撤回的不能导入。",
    "“索引号”：原有的照原样填写，全县不能重复；没有的留空，导入时由平台按发布机构和年度取号。",
    "“原发布日期”：信息在别处最早公布的日期。本平台的发布时间由系统记录，不能填写。",
    "日期可以是日期格式，也可以写成2018-08-13、2018年8月13日、20180813。",
    "“发布机构”写全称、简称或编码；已撤销的单位照当时的名称填写。“主题分类”“基本目录事项”写名称或编码。",
    "“附件”：写压缩包里的文件名，几个附件用分号或换行分开；不同文件夹里有同名文件的，写明“文件夹/文件名”。",
    "“附件”也可以写文件夹名，该文件夹里的全部文件都作为附件，按文件名排列。",
    "附件须是 pdf、docx、xlsx、csv、pptx、ofd 或图片，单个不超过50MB；doc、xls 请先另存为新格式或 pdf。",
    "“正文”和“附件”至少填写一项。正文每行一段；超过3万字的，请改用附件。",
    "正文或附件里有身份证号、手机号等个人信息的，先脱敏；依法应当公开的，在“个人信息例外理由”列选择理由。",
    "上传后先逐行检查，列出全部错误，不写入目录；核对后再确认导入。",
)


def write_template() -> bytes:
    """The workbook with the units, topics and duties of today in its drop-downs."""
    return written(head=[*LegacyColumn], rows=())


def written(*, head: Sequence[str], rows: Iterable[Mapping[str, str]], marked: Iterable[tuple[int, str]] = ()) -> bytes:
    """A workbook in this layout; every cell is text, and those `marked` (row from 0, column) are coloured."""
    book = Workbook()
    table = book.worksheets[0]
    table.title = TABLE
    widths = {str(name): width for name, width in WIDE.items()}
    heads = [(f"{column}*" if column in REQUIRED else column, widths.get(column, USUAL)) for column in head]
    write_head(table, heads, border=Border(bottom=THIN, right=THIN))
    for place in range(1, len(head) + 1):
        table.column_dimensions[get_column_letter(place)].number_format = "@"
    shown = set(marked)
    for number, row in enumerate(rows):
        for place, column in enumerate(head, start=1):
            cell = table.cell(row=number + 2, column=place)
            write_text(cell, row.get(column, ""))
            if (number, column) in shown:
                cell.fill = WRONG
    table.freeze_panes = f"{get_column_letter(list(head).index(LegacyColumn.TITLE) + 2)}2"
    write_advice(book, SENTENCES)
    _write_lists(book, table, head)
    return saved(book)


# Drop-downs.


def _options() -> dict[LegacyColumn, list[str]]:
    entries = CatalogueEntry.objects.filter(retired_on=None, children=None)
    return {
        LegacyColumn.UNIT: [unit.short_name for unit in Unit.objects.order_by("position", "code")],
        LegacyColumn.KIND: _labels(Item.Kind),
        LegacyColumn.CATEGORY: _labels(Category),
        LegacyColumn.TOPIC: [topic.path for topic in Topic.objects.order_by("code")],
        LegacyColumn.ENTRY: list(dict.fromkeys(entries.order_by("position", "code").values_list("name", flat=True))),
        LegacyColumn.VALIDITY: _labels(Validity),
        LegacyColumn.EXCEPTION: _labels(Ruling.Reason),
    }


def _labels(choices: type[Item.Kind | Category | Validity | Ruling.Reason]) -> list[str]:
    return [str(choice.label) for choice in choices]


def _write_lists(book: Workbook, table: Worksheet, head: Sequence[str]) -> None:
    """The options on a hidden sheet, and the drop-downs that name their place there."""
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for place, (column, options) in enumerate(_options().items(), start=1):
        for number, text in enumerate([column.value, *options], start=1):
            write_text(sheet.cell(row=number, column=place), text)
        letter, place_in_table = get_column_letter(place), get_column_letter(list(head).index(column) + 1)
        table.add_data_validation(
            DataValidation(
                type="list",
                formula1=f"'{LISTS}'!${letter}$2:${letter}${max(len(options) + 1, 2)}",
                sqref=f"{place_in_table}2:{place_in_table}{LAST_ROW}",
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="warning",
                errorTitle=column.value,
                error="下拉列表里没有这一项，导入时可能不能识别。",
            )
        )


# The refused rows as a workbook (错误清单), each with its problems beside it: to be corrected and uploaded again as it is.

ROW, PROBLEM = "原行号", "问题"


def refused_rows(item_import: ItemImport) -> bytes:
    """As .xlsx, in the template's layout; the faulty cells are coloured."""
    rows = list(item_import.rows.filter(status=ImportRow.Status.REFUSED).order_by("number"))
    return written(
        head=[ROW, PROBLEM, *LegacyColumn],
        rows=[{**_texts(row), ROW: f"{row.number}", PROBLEM: problems_of(row)} for row in rows],
        marked=[(place, problem["column"]) for place, row in enumerate(rows) for problem in row.problems],
    )


def problems_of(row: ImportRow) -> str:
    """All that is wrong with the row, a line each."""
    return "\n".join(f"“{problem['column']}”：{problem['message']}" for problem in row.problems)


def _texts(row: ImportRow) -> dict[str, str]:
    return {column.value: row.fields[column] for column in LegacyColumn if row.fields.get(column)}
