"""From a workbook to its tables (Excel 工作簿 → 版块): every sheet and row, hidden ones too, with a remark about them."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.workbooks.opening import readable
from tasks.notices.reading.blocks import Block, Remark, SourceTable, TableCell, checked
from tasks.notices.reading.refusal import NotANotice

MOST_ROWS = 5000
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet as read: its cells, what is odd about it, and whether rows or columns were left unread."""

    title: str
    table: SourceTable
    remarks: tuple[str, ...]
    is_cut: bool


def blocks_of_workbook(data: bytes) -> Iterator[Block]:
    """Each sheet as one table, whose lines are the sheet's rows; raises NotANotice for a workbook that does not open."""
    for sheet in sheets_of_workbook(data):
        yield from (Remark(message) for message in sheet.remarks)
        if sheet.table.cells:
            yield sheet.table


def sheets_of_workbook(data: bytes) -> Iterator[ReadSheet]:
    """Every sheet, hidden ones too; raises NotANotice for a workbook that does not open."""
    stream, again = checked(data), io.BytesIO(data)
    with readable(NotANotice("表格打不开，可能已损坏，请用Excel或WPS打开后另存为.xlsx文件再导入。")):
        formulas, values = load_workbook(stream), load_workbook(again, data_only=True)
    for sheet, shown in zip(formulas.worksheets, values.worksheets, strict=True):
        cells, uncomputed = _cells(sheet, shown)
        remarks = [*_remarks(sheet), *_remarks_on_formulas(sheet, uncomputed)]
        yield ReadSheet(sheet.title, SourceTable(tuple(cells)), tuple(remarks), _is_cut(sheet))


def _is_cut(sheet: Worksheet) -> bool:
    return sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS


def _remarks_on_formulas(sheet: Worksheet, uncomputed: list[str]) -> Iterator[str]:
    if uncomputed:
        yield f"工作表“{sheet.title}”的公式{'、'.join(uncomputed[:5])}没有算出的结果，请用Excel打开并保存后再导入。"


def _remarks(sheet: Worksheet) -> Iterator[str]:
    if sheet.sheet_state != "visible":
        yield f"工作表“{sheet.title}”是隐藏的，已一并读取，请核对。"
    rows = [number for number, row in sheet.row_dimensions.items() if row.hidden and number <= sheet.max_row]
    columns = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    if rows:
        yield f"工作表“{sheet.title}”的第{'、'.join(map(str, sorted(rows)))}行是隐藏的，已一并读取，请核对。"
    if columns:
        yield f"工作表“{sheet.title}”的{'、'.join(sorted(columns))}列是隐藏的，已一并读取，请核对。"
    if _is_cut(sheet):
        yield f"工作表“{sheet.title}”只读取前{MOST_ROWS}行、前{MOST_COLUMNS}列，其余没有读取，请核对。"
    comments = sum(isinstance(cell, SheetCell) and bool(cell.comment) for cell in list(sheet._cells.values()))
    if comments:
        yield f"工作表“{sheet.title}”有{comments}条批注，没有读取，请核对。"


def _cells(sheet: Worksheet, shown: Worksheet) -> tuple[list[TableCell], list[str]]:
    """The cells with what they show, and the places of formulas whose result the file does not hold."""
    spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    covered = {place for area in sheet.merged_cells.ranges for place in _places(area)} - set(spans)
    cells: list[TableCell] = []
    uncomputed: list[str] = []
    used = _used_rows(sheet, shown)
    for formula_row, row in zip(_rows(sheet, used), _rows(shown, used), strict=True):
        for formula, cell in zip(formula_row, row, strict=True):
            place = (cell.row, cell.column)
            if place in covered:
                continue
            value = cell.value
            if value is None and formula.value is not None:
                value = formula.value
                uncomputed.append(cell.coordinate)
            area = spans.get(place)
            down, across = (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1) if area else (1, 1)
            cells.append(TableCell(cell.row - 1, cell.column - 1, _paragraphs(value), min(down, MOST_ROWS), across))
    return cells, uncomputed


def _rows(sheet: Worksheet, used: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """These rows only: what lies between them is empty, and would cost as much."""
    columns = min(sheet.max_column, MOST_COLUMNS)
    for number in used:
        yield from sheet.iter_rows(min_row=number, max_row=number, max_col=columns)


def _used_rows(*sheets: Worksheet) -> list[int]:
    """Where anything stands in one of them."""
    return sorted({row for sheet in sheets for row, _ in sheet._cells if row <= MOST_ROWS})


def _places(area: Any) -> Iterator[tuple[int, int]]:
    for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
        yield from ((row, column) for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1))


def _paragraphs(value: Any) -> tuple[str, ...]:
    """A cell as Excel shows it: days without a time, whole numbers without .0."""
    if value is None:
        return ()
    if isinstance(value, datetime):
        value = value.date() if not (value.hour or value.minute) else value
    if isinstance(value, date):
        return (value.isoformat(),)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tuple(line.strip() for line in str(value).splitlines() if line.strip())
