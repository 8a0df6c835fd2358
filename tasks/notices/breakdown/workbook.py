"""The workbook (任务分解表): its columns, and how points are written into its rows, one for each name and unit.

The 编号 stands in every row and finds the point again, however the rows are sorted; the rest of a point stands in its
first row. A name that means a whole closed group is one row of the type 单位组.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.files.workbooks.writing import saved, write_advice, write_head, write_text
from ninghai.models import Unit
from ninghai.personal_data.folding import fold
from tasks.models import Responsibility
from tasks.notices.editions import NamedUnits, Point
from tasks.notices.responsibilities import Directory

GROUP = "单位组"
KINDS = [*map(str, Unit.Kind.labels), GROUP]
ROLES = {str(role.label): role.value for role in Responsibility.Role}
TRUTHS = {"是": True, "否": False}
MANY = 30  # more units than this stand in one cell
LONGEST_CELL = 32_000  # characters; Excel cuts what is longer than 32,767


class BreakdownColumn(StrEnum):
    """A column by its header."""

    KEY = "编号"
    PART_NUMBER = "部分序号"
    PART_TITLE = "部分"
    SECTION_NUMBER = "节序号"
    SECTION_TITLE = "节"
    NUMBER = "序号"
    TEXT = "工作要点"
    DUE_DATE = "完成时限"
    NAME = "原文名称"
    ROLE = "角色"
    IS_GROUP = "统称"
    KIND = "单位类型"
    UNIT = "单位"


PLACE = {  # where a point stands, by the point's field
    BreakdownColumn.PART_NUMBER: "part_number",
    BreakdownColumn.PART_TITLE: "part_title",
    BreakdownColumn.SECTION_NUMBER: "section_number",
    BreakdownColumn.SECTION_TITLE: "section_title",
    BreakdownColumn.NUMBER: "number",
}
ALSO_CALLED = {
    "要点编号": BreakdownColumn.KEY,
    "部分标题": BreakdownColumn.PART_TITLE,
    "节标题": BreakdownColumn.SECTION_TITLE,
    "要点": BreakdownColumn.TEXT,
    "时限": BreakdownColumn.DUE_DATE,
    "名称": BreakdownColumn.NAME,
    "责任角色": BreakdownColumn.ROLE,
    "是否统称": BreakdownColumn.IS_GROUP,
    "责任单位": BreakdownColumn.UNIT,
}
BY_HEADER = {**ALSO_CALLED, **{column.value: column for column in BreakdownColumn}}

CellText = str | date
RowOfCells = Mapping[BreakdownColumn, CellText]


def column_of(header: str) -> BreakdownColumn | None:
    """The column with this header, whatever its width, blanks and remarks in brackets."""
    words = unicodedata.normalize("NFKC", header).split("(")[0].strip("*")
    return BY_HEADER.get(fold(words))


def shown(text: str) -> str:
    """The text as a cell can hold it and gives it back: without blank lines, control characters, and what is too long."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:LONGEST_CELL].rstrip()


def rows_of(point: Point, *, directory: Directory) -> Iterator[RowOfCells]:
    """The point's rows; the first one holds what belongs to the point."""
    own: RowOfCells = {
        **{column: shown(getattr(point, field)) for column, field in PLACE.items()},
        BreakdownColumn.TEXT: shown(point.text),
        BreakdownColumn.DUE_DATE: point.due_date,
    }
    for named in _rows_of_names(point, directory) or [{}]:
        yield {BreakdownColumn.KEY: shown(point.key), **own, **named}
        own = {}


def _rows_of_names(point: Point, directory: Directory) -> list[RowOfCells]:
    roles = {value: label for label, value in ROLES.items()}
    return [
        {
            BreakdownColumn.NAME: shown(each.name),
            BreakdownColumn.ROLE: roles[each.role],
            BreakdownColumn.IS_GROUP: "是" if each.is_group else "否",
            BreakdownColumn.KIND: kind,
            BreakdownColumn.UNIT: unit,
        }
        for each in point.names
        for kind, unit in _units_in_cells(each, directory)
    ]


def _units_in_cells(named: NamedUnits, directory: Directory) -> list[tuple[str, str]]:
    """Type and unit of each row; a closed group that is meant as a whole stays one."""
    group = named.group
    if group and named.units and set(named.units) == set(directory.look_up(group.name).units):
        return [(GROUP, group.name)]
    if len(named.units) > MANY:
        return [("", "、".join(unit.short_name for unit in named.units))]
    return [(unit.get_kind_display(), unit.short_name) for unit in named.units] or [("", "")]


# Writing the workbook (导出分解表): rows that Excel and WPS can filter, drop-downs, and what to know on a sheet of its own.

TABLE, LISTS = "任务分解表", "单位名单"
ROWS_TO_ADD = 500  # below the last row, with drop-downs
FIRST_DAY, LAST_DAY = 39448, 73415  # 2008-01-01 and 2100-12-31 as Excel counts days

WIDTHS = {
    BreakdownColumn.KEY: 13,
    BreakdownColumn.PART_NUMBER: 9,
    BreakdownColumn.PART_TITLE: 18,
    BreakdownColumn.SECTION_NUMBER: 8,
    BreakdownColumn.SECTION_TITLE: 20,
    BreakdownColumn.NUMBER: 7,
    BreakdownColumn.TEXT: 60,
    BreakdownColumn.DUE_DATE: 12,
    BreakdownColumn.NAME: 20,
    BreakdownColumn.ROLE: 8,
    BreakdownColumn.IS_GROUP: 8,
    BreakdownColumn.KIND: 14,
    BreakdownColumn.UNIT: 22,
}
SENTENCES = (
    "每行是一条要点的一个责任单位；同一条要点的各行“编号”相同，要点的内容和时限只写在第一行。",
    "修改：直接改单元格。“编号”用来对应原有要点，请不要改；序号有变化的改“部分序号”“节序号”“序号”。",
    "新增要点：插入一行，“编号”留空，填写“工作要点”；部分和节留空的，归入上一条要点所在的部分和节。",
    "增加责任单位：插入一行，填写同一“编号”，选择角色、单位类型和单位；“原文名称”留空的，按单位简称。",
    "删除：删去责任单位所在的行；一条要点的各行都删去，即删除这条要点。",
    "先选“单位类型”，“单位”的下拉列表随之变化。整组都承担的，类型选“单位组”。",
    "“完成时限”可以填日期，也可以写“2018年11月底前”；留空的，默认为当年12月31日。",
    "“统称”为“是”的，如“各乡镇(街道)”“有关部门”，与被点名的单位重复时，以被点名的角色为准。",
    "行的顺序、空行和另加的列不影响导入。导入时先列出全部变化，确认后才保存。",
)


def write_breakdown(points: Iterable[Point], *, directory: Directory) -> bytes:
    """The points as .xlsx; no cell of it is a formula, whatever a text begins with."""
    book = Workbook()
    table = book.worksheets[0]
    table.title = TABLE
    write_head(table, WIDTHS.items(), border=FIRST_LINE)
    rows = [row for point in points for row in rows_of(point, directory=directory)]
    for number, row in enumerate(rows, start=2):
        _write_row(table, number, row)
    table.freeze_panes = "B2"
    table.auto_filter.ref = f"A1:{get_column_letter(len(BreakdownColumn))}{len(rows) + 1}"
    table.page_setup.orientation, table.page_setup.fitToHeight = "landscape", 0
    table.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    table.print_title_rows = "1:1"
    write_advice(book, SENTENCES)
    _write_lists(book, directory)
    for validation in _validations(last_row=len(rows) + 1 + ROWS_TO_ADD):
        table.add_data_validation(validation)
    return saved(book)


# Cells

THIN, DARK = Side(style="thin", color="BFBFBF"), Side(style="thin")
LINE = Border(left=THIN, right=THIN, bottom=THIN)
FIRST_LINE = Border(left=THIN, right=THIN, bottom=THIN, top=DARK)
TOP = Alignment(vertical="top", wrap_text=True)


def _write_row(sheet: Worksheet, number: int, row: RowOfCells) -> None:
    for place, column in enumerate(BreakdownColumn, start=1):
        cell = sheet.cell(row=number, column=place)
        value = row.get(column, "")
        if isinstance(value, date):
            cell.value, cell.number_format = value, "yyyy-mm-dd"
        else:
            write_text(cell, value)
        cell.alignment, cell.border = TOP, FIRST_LINE if BreakdownColumn.TEXT in row else LINE


# Drop-downs


def _write_lists(book: Workbook, directory: Directory) -> None:
    """The units by type on a hidden sheet; each list bears its type as its name, so that INDIRECT finds it."""
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for place, (kind, names) in enumerate(_units_by_kind(directory).items(), start=1):
        for number, text in enumerate([kind, *names], start=1):
            write_text(sheet.cell(row=number, column=place), text)
        letter, last = get_column_letter(place), max(len(names) + 1, 2)
        book.defined_names[kind] = DefinedName(kind, attr_text=f"'{LISTS}'!${letter}$2:${letter}${last}")


def _units_by_kind(directory: Directory) -> dict[str, list[str]]:
    units = sorted(directory.all_units, key=lambda unit: (unit.position, unit.code))
    by_kind = {kind: [unit.short_name for unit in units if unit.get_kind_display() == kind] for kind in KINDS}
    closed = {group.name for group in directory.groups.values() if not group.is_open}
    return {**by_kind, GROUP: sorted(closed)}


def _validations(*, last_row: int) -> list[DataValidation]:
    kind_cell = f"${_letter(BreakdownColumn.KIND)}2"
    return [
        _closed(BreakdownColumn.ROLE, ROLES, last_row=last_row),
        _closed(BreakdownColumn.IS_GROUP, TRUTHS, last_row=last_row),
        _closed(BreakdownColumn.KIND, KINDS, last_row=last_row),
        _validation(
            BreakdownColumn.UNIT,
            last_row=last_row,
            type="list",
            formula1=f"INDIRECT({kind_cell})",
            errorStyle="warning",
            error="名单里没有这个单位。请先选单位类型，再选单位。",
        ),
        _validation(
            BreakdownColumn.DUE_DATE,
            last_row=last_row,
            type="date",
            operator="between",
            formula1=str(FIRST_DAY),
            formula2=str(LAST_DAY),
            errorStyle="warning",
            error="请填日期，如 2018-11-30；写成“2018年11月底前”的，请选“是”。",
        ),
    ]


def _closed(column: BreakdownColumn, choices: Iterable[str], *, last_row: int) -> DataValidation:
    offered = list(choices)
    return _validation(
        column,
        last_row=last_row,
        type="list",
        formula1=f'"{",".join(offered)}"',
        error=f"请选择：{'、'.join(offered)}。",
    )


def _validation(column: BreakdownColumn, *, last_row: int, error: str, **rule: Any) -> DataValidation:
    letter = _letter(column)
    return DataValidation(
        **rule,
        sqref=f"{letter}2:{letter}{last_row}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=column.value,
        error=error,
    )


def _letter(column: BreakdownColumn) -> str:
    return get_column_letter(list(BreakdownColumn).index(column) + 1)
