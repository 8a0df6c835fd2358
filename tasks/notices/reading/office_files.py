"""From Word documents and workbooks to paragraphs and tables (Word、Excel → 版块).

A document is read with all changes accepted and the numbers that Word counts itself; a workbook with its hidden rows.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docx import Document as open_document
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.files.archive import open_zip, refuse_long_text
from ninghai.files.drawing.word import (
    FALLBACK,
    PARAGRAPH,
    TABLE,
    TAKEN_OUT,
    TEXT_BOX,
    Numbering,
    children,
    span,
    text_of,
)
from ninghai.files.kinds import UnacceptableFile
from ninghai.files.office_document import check_document
from ninghai.files.workbooks.opening import open_workbook, readable
from tasks.notices.reading.blocks import Block, NotANotice, Remark, Running, SourceTable, TableCell, grid


def open_checked(data: bytes) -> io.BytesIO:
    """The file, once it was found sound and harmless; raises NotANotice with a sentence."""
    stream = io.BytesIO(data)
    try:
        container = open_zip(stream, size=len(data))
        check_document(container)
        refuse_long_text(container)
    except UnacceptableFile as refused:
        raise NotANotice(" ".join(refused.messages)) from refused
    stream.seek(0)
    return stream


# What stands in parts of its own, with the name of the relation that leads there.
NOTES = ("footnotes", "endnotes")
MARGINS = ("header", "footer")


def opened_document(data: bytes) -> Document:
    """The document, once its file was found sound and harmless; raises NotANotice if it does not open."""
    stream = open_checked(data)
    try:
        return open_document(stream)
    except (OpcError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise NotANotice("文档打不开，可能已损坏，请用Word或WPS打开后另存为.docx文件再导入。") from error


def blocks_of_word(data: bytes) -> Iterator[Block]:
    """The document from top to bottom, then notes and running heads; raises NotANotice if it does not open."""
    document = opened_document(data)
    numbering = Numbering(document)
    body = document.element.body
    yield from _remarks(document)
    yield from _blocks_in(body, numbering)
    for kind in NOTES:
        for note in _parts(document, kind):
            yield from (text for paragraph in note.iter(PARAGRAPH) if (text := text_of(paragraph).strip()))
    running = {
        text_of(each).strip() for kind in MARGINS for part in _parts(document, kind) for each in part.iter(PARAGRAPH)
    }
    yield from (Running(text) for text in sorted(running) if text)


def _remarks(document: Document) -> Iterator[Block]:
    body = document.element.body
    if any(True for name in ("w:ins", "w:del", "w:moveFrom") for _ in body.iter(qn(name))):
        yield Remark("文档里有未接受的修订，已按接受全部修订后的文字识别，请核对。")
    if any(True for _ in body.iter(qn("w:vanish"))):
        yield Remark("文档里有隐藏文字，已一并读取，请核对。")
    comments = sum(1 for _ in body.iter(qn("w:commentReference")))
    if comments:
        yield Remark(f"文档里有{comments}条批注，没有读取，请核对。")


def _parts(document: Document, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            part = relation.target_part
            yield part.element if hasattr(part, "element") else parse_xml(part.blob)


def _blocks_in(element: Any, numbering: Numbering) -> Iterator[Block]:
    for child in element:
        if child.tag == PARAGRAPH:
            yield from _lines_of(child, numbering)
        elif child.tag == TABLE:
            yield from _table(child, numbering)
        elif child.tag not in TAKEN_OUT:  # a content control or the like, around paragraphs
            yield from _blocks_in(child, numbering)


def _lines_of(paragraph: Any, numbering: Numbering) -> Iterator[Block]:
    """A paragraph with its number, as lines; a text box anchored in it stands before it."""
    for box in _text_boxes(paragraph):
        yield from _blocks_in(box, numbering)
    text = text_of(paragraph)
    number = numbering.number_of(paragraph) if text.strip() else ""
    yield from f"{number}{text}".split("\n")


def _text_boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == TEXT_BOX:
            yield child
        elif child.tag != FALLBACK:
            yield from _text_boxes(child)


def _table(table: Any, numbering: Numbering) -> Iterator[Block]:
    """A table of plain cells; one whose cells hold tables is layout, and their blocks follow each other."""
    rows = [list(row.iter(qn("w:tc"))) if _is_flat(table) else [] for row in children(table, qn("w:tr"))]
    if not _is_flat(table):
        for cell in (cell for row in children(table, qn("w:tr")) for cell in children(row, qn("w:tc"))):
            yield from _blocks_in(cell, numbering)
        return
    yield _merged(rows, [_before(row) for row in children(table, qn("w:tr"))], numbering)


def _is_flat(table: Any) -> bool:
    return not any(True for _ in table.iterdescendants(TABLE))


def _before(row: Any) -> int:
    """The columns that a row leaves out at its beginning."""
    found = next(row.iter(qn("w:gridBefore")), None)
    return int(found.get(qn("w:val")) or 0) if found is not None else 0


def _merged(rows: list[list[Any]], before: list[int], numbering: Numbering) -> SourceTable:
    """Cells that go on with the one above (vMerge) become part of it."""
    rows_of: list[list[tuple[tuple[str, ...], int, int]]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # by column: the row and place of the cell that may go on
    for number, row in enumerate(rows):
        rows_of.append([((), 1, before[number])] if before[number] else [])
        column = before[number]
        for cell in row:
            across, merge = span(cell), next(cell.iter(qn("w:vMerge")), None)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue" and column in open_cells
            if goes_on:
                above, place = open_cells[column]
                paragraphs, down, width = rows_of[above][place]
                rows_of[above][place] = (paragraphs, down + 1, width)
            else:
                open_cells[column] = (number, len(rows_of[number]))
                rows_of[number].append((_paragraphs(cell, numbering), 1, across))
            column += across
    return grid(rows_of)


def _paragraphs(cell: Any, numbering: Numbering) -> tuple[str, ...]:
    return tuple(line.strip() for line in _blocks_in(cell, numbering) if isinstance(line, str) and line.strip())


# Workbooks: every sheet and row, hidden ones too, with a remark about them.

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
    stream, again = open_checked(data), io.BytesIO(data)
    with readable(NotANotice("表格打不开，可能已损坏，请用Excel或WPS打开后另存为.xlsx文件再导入。")):
        formulas, values = open_workbook(stream), open_workbook(again, data_only=True)
    for sheet, shown in zip(formulas.worksheets, values.worksheets, strict=True):
        cells, uncomputed = _cells(sheet, shown)
        remarks = [*_remarks_on_sheet(sheet), *_remarks_on_formulas(sheet, uncomputed)]
        yield ReadSheet(sheet.title, SourceTable(tuple(cells)), tuple(remarks), _is_cut(sheet))


def _is_cut(sheet: Worksheet) -> bool:
    return sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS


def _remarks_on_formulas(sheet: Worksheet, uncomputed: list[str]) -> Iterator[str]:
    if uncomputed:
        yield f"工作表“{sheet.title}”的公式{'、'.join(uncomputed[:5])}没有算出的结果，请用Excel打开并保存后再导入。"


def _remarks_on_sheet(sheet: Worksheet) -> Iterator[str]:
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
            cells.append(
                TableCell(cell.row - 1, cell.column - 1, _paragraphs_of_value(value), min(down, MOST_ROWS), across)
            )
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


def _paragraphs_of_value(value: Any) -> tuple[str, ...]:
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
