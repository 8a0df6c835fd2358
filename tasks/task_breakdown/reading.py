"""Reading the workbook back (识别分解表): its rows by column, and what was left out of account.

Merged cells hold for every row that they span; blank rows do not count; the columns' order is free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tasks.notice.in_sandbox import sheets_in_sandbox
from tasks.notice.passage import PARAGRAPH_IN_CELL
from tasks.notice.refusal import NotANotice
from tasks.notice.tables import Cell
from tasks.notice.text import ending_of
from tasks.notice.workbook import MOST_ROWS, ReadSheet
from tasks.task_breakdown.layout import Column, column_of
from tasks.task_breakdown.writing import LISTS

SEARCHED_FOR_HEADER = 10  # rows from the top
OURS = {Column.KEY, Column.TEXT, Column.NAME, Column.ROLE, Column.UNIT}  # four of these make a header of ours
DUTIES = {Column.NAME, Column.ROLE, Column.UNIT}  # without one of these, nobody's duties are read


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that says something; `number` is Excel's own."""

    number: int
    texts: Mapping[Column, str]

    def __getitem__(self, column: Column) -> str:
        return self.texts.get(column, "")


@dataclass(frozen=True, slots=True)
class BreakdownSheet:
    """The rows of a workbook, the columns that it has, and remarks for the office."""

    columns: frozenset[Column]
    rows: tuple[SheetRow, ...]
    remarks: tuple[str, ...]

    @property
    def has_duties(self) -> bool:
        return self.columns >= DUTIES


def read_breakdown(*, data: bytes, filename: str) -> BreakdownSheet:
    """The workbook's table; raises NotANotice with a sentence when there is none."""
    if ending_of(data=data, filename=filename) != ".xlsx":
        raise NotANotice(f"“{PurePath(filename).name}”不是任务分解表，请上传导出后修改的.xlsx文件。")
    found = _find(sheets_in_sandbox(data))
    if found is None:
        raise NotANotice(
            "文件里没有任务分解表：表头要有“编号”“工作要点”“原文名称”“角色”“单位”等列。请先导出分解表，在导出的文件上修改。"
        )
    sheet, top, header = found
    if sheet.is_cut:
        raise NotANotice(f"工作表“{sheet.title}”超过{MOST_ROWS}行或列数过多，请删去多余的行列后再导入。")
    if Column.KEY not in header.values():
        raise NotANotice("表中没有“编号”列，不能对应原有要点。请恢复这一列后再导入。")
    return _read(sheet, top, header)


def is_breakdown(*, data: bytes, filename: str) -> bool:
    """Whether this file is a workbook that was exported here; raises NotANotice for what cannot be opened."""
    is_workbook = ending_of(data=data, filename=filename) == ".xlsx"
    return is_workbook and _find(sheets_in_sandbox(data)) is not None


Header = dict[int, Column]


def _find(sheets: Sequence[ReadSheet]) -> tuple[ReadSheet, int, Header] | None:
    """The first sheet with a header of ours, the header's row and columns."""
    for sheet in sheets:
        for top, cells in list(enumerate(sheet.table.by_row()))[:SEARCHED_FOR_HEADER]:
            header = _header(cells)
            if len(OURS & set(header.values())) >= len(OURS) - 1:
                return sheet, top, header
    return None


def _header(cells: Sequence[Cell]) -> Header:
    """By column what it is for; the first of two with the same header counts."""
    header: Header = {}
    for cell in cells:
        column = column_of(cell.text)
        if column and column not in header.values():
            header[cell.column] = column
    return header


def _read(sheet: ReadSheet, top: int, header: Header) -> BreakdownSheet:
    by_row: dict[int, dict[Column, str]] = {}
    for cell in sheet.table.cells:
        text = cell.text.replace(PARAGRAPH_IN_CELL, "\n")
        if text and cell.row > top:
            for row in range(cell.row, cell.row + cell.rows):
                told = {
                    header[place]: text for place in range(cell.column, cell.column + cell.columns) if place in header
                }
                by_row.setdefault(row, {}).update(told)
    return BreakdownSheet(
        columns=frozenset(header.values()),
        rows=tuple(SheetRow(row + 1, texts) for row, texts in sorted(by_row.items()) if texts),
        remarks=tuple(_remarks(sheet, top, header)),
    )


def _remarks(sheet: ReadSheet, top: int, header: Header) -> list[str]:
    titles = [cell.text for cell in sheet.table.cells if cell.row == top and cell.text and cell.column not in header]
    lacking = [column.value for column in Column if column not in header.values()]
    remarks = [each for each in sheet.remarks if f"“{LISTS}”" not in each]
    if lacking:
        remarks.append(f"表中没有{'、'.join(f'“{each}”' for each in lacking)}列，这些内容保持不变。")
    if not set(header.values()) >= DUTIES:
        remarks.append("“原文名称”“角色”“单位”三列不全，各要点的责任单位保持不变。")
    if titles:
        remarks.append(f"另加的{'、'.join(f'“{each}”' for each in titles)}列没有读取。")
    return remarks
