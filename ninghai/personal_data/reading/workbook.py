"""An Excel workbook (.xlsx): every sheet and its name, what is hidden in it, comments, headers and footers, and its properties.

Where there is a formula its reader sees the value that it had when the workbook was saved; what the formula itself says is
read, too.
"""

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.files.archive import opened_zip
from ninghai.files.kinds import UnacceptableFile
from ninghai.files.office_document import refuse_sprawling_sheets
from ninghai.files.workbooks.opening import open_workbook, readable
from ninghai.personal_data.reading.content import (
    BESIDE,
    FORMULA,
    SHEET_NAME,
    CellGrid,
    Content,
    FilePassage,
    UnreadableFile,
    author,
)
from ninghai.personal_data.reading.package import AUTHORS, PROPERTIES, drawn_in, links_of, pictures_of

CELLS = ("xl/worksheets/", "xl/sharedStrings")  # read sheet by sheet
OFFERED = ("formula1", "formula2", "prompt", "promptTitle", "error", "errorTitle")
LITERAL = re.compile(r'"|\d{6}')


def read(data: bytes) -> Iterator[Content]:
    yield from pictures_of(data, folder="xl/media/")
    yield from links_of(data)
    yield from drawn_in(data, folders=("xl/",), but=CELLS)
    workbook = opened(data)
    shown = as_shown(data, workbook)
    for title in workbook.sheetnames:
        yield FilePassage(SHEET_NAME, title)
    for sheet in workbook.worksheets:
        yield CellGrid(cells_of(shown[sheet.title]), partial(place_of, sheet.title))
        yield from _formulas(sheet)
        yield from _offered(sheet)
        yield from _hidden(sheet)
        yield from _comments(sheet)
        yield from _margins(sheet)
    for name, label in PROPERTIES.items():
        if value := getattr(workbook.properties, name, None):
            place = f"文件属性“{label}”"
            yield author(place, str(value)) if name in AUTHORS else FilePassage(place, str(value))
    for prop in workbook.custom_doc_props.props:  # type: ignore[attr-defined]  # newer than its stubs
        yield FilePassage(f"文件属性“{prop.name}”", str(prop.value))
    for name, defined in workbook.defined_names.items():
        yield FilePassage(f"名称“{name}”", str(defined.value or ""))


def opened(data: bytes) -> Workbook:
    """The workbook with its formulas; raises UnreadableFile."""
    broken = UnreadableFile("表格打不开，可能已损坏或加了密码，请另存为.xlsx文件后再检查。")
    try:
        with opened_zip(data, broken) as package:
            refuse_sprawling_sheets(package)
        with readable(broken):
            return open_workbook(io.BytesIO(data))
    except UnacceptableFile as refused:
        raise UnreadableFile(str(refused.message)) from refused


def as_shown(data: bytes, workbook: Workbook) -> Workbook:
    """The same workbook with the values that its formulas had; itself where it has none."""
    cells = (cell for sheet in workbook.worksheets for cell in sheet._cells.values())
    return open_workbook(io.BytesIO(data), data_only=True) if any(cell.data_type == "f" for cell in cells) else workbook


def cells_of(sheet: Worksheet) -> list[list[str]]:
    """The words of every cell, row by row."""
    return [[_words(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _words(value: object) -> str:
    """As the cell shows it: a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def formula_of(cell: Cell | MergedCell) -> str:
    """What the formula says; empty where there is none."""
    return str(getattr(cell.value, "text", cell.value) or "") if cell.data_type == "f" else ""


def place_of(title: str, row: int, column: int) -> str:
    """As a clerk finds it: 工作表“名单”B3."""
    return f"工作表“{title}”{get_column_letter(column + 1)}{row + 1}"


def _formulas(sheet: Worksheet) -> Iterator[FilePassage]:
    """What formulas say beside naming other cells."""
    for (row, column), cell in sorted(sheet._cells.items()):
        if LITERAL.search(words := formula_of(cell)):
            yield FilePassage(f"{FORMULA}（{place_of(sheet.title, row - 1, column - 1)}）", words)


def offered_in(sheet: Worksheet) -> Iterator[tuple[Any, str]]:
    """What cells offer for choice or say when one comes to them: objects, and their attributes that hold words."""
    for validation in sheet.data_validations.dataValidation:
        yield from ((validation, name) for name in OFFERED if getattr(validation, name))
    links = (cell.hyperlink for cell in sheet._cells.values() if cell.hyperlink)
    yield from ((link, name) for link in links for name in ("display", "tooltip") if getattr(link, name))


def _offered(sheet: Worksheet) -> Iterator[FilePassage]:
    for thing, name in offered_in(sheet):
        yield FilePassage(f"{BESIDE}（工作表“{sheet.title}”）", str(getattr(thing, name)))


def _hidden(sheet: Worksheet) -> Iterator[FilePassage]:
    if sheet.sheet_state != "visible":
        yield FilePassage(f"工作表“{sheet.title}”", "", hidden="隐藏的工作表")
    for number, row in sheet.row_dimensions.items():
        if row.hidden:
            yield FilePassage(f"工作表“{sheet.title}”第{number}行", "", hidden="隐藏的行")
    for letter, column in sheet.column_dimensions.items():
        if column.hidden:
            yield FilePassage(f"工作表“{sheet.title}”{letter}列", "", hidden="隐藏的列")


def _comments(sheet: Worksheet) -> Iterator[FilePassage]:
    for (row, column), cell in sorted(sheet._cells.items()):  # only those that are there
        if cell.comment is not None:
            place = f"{place_of(sheet.title, row - 1, column - 1)}的批注"
            yield FilePassage(place, f"{cell.comment.author or ''} {cell.comment.text or ''}", hidden="批注")


def _margins(sheet: Worksheet) -> Iterator[FilePassage]:
    margins = (
        (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader),
        (sheet.oddFooter, sheet.evenFooter, sheet.firstFooter),
    )
    for name, margin in [
        (name, each) for name, all_of in zip(("页眉", "页脚"), margins, strict=True) for each in all_of
    ]:
        parts = (margin.left, margin.center, margin.right) if margin else ()
        words = " ".join(part.text for part in parts if part.text)
        if words:
            yield FilePassage(f"工作表“{sheet.title}”的{name}", words)
