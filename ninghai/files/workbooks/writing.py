"""Rows of text as a file for somebody's spreadsheet: CSV or XLSX, whole or streamed. No cell can start a formula there."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any, cast
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"
PIECE = 500  # rows written at once
FORMULA = re.compile(r"^[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]|^[\t\r\n]")
NUMBER = re.compile(r"[+\-]?(?:[\d,]*\d(?:\.\d+)?|\.\d+)\s*%?|[\-－]+")  # also the dash that says "none"


def defused(text: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe instead."""
    if not text or (text[0].isalnum() and text.isprintable()):
        return text  # most cells, of which an export has millions
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if FORMULA.match(text) else text


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would run this cell of a file that somebody brings: a number below zero is none."""
    return bool(FORMULA.match(text)) and not NUMBER.fullmatch(text.strip())


def as_csv(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """UTF-8 with a byte order mark, so that Excel shows Chinese; in pieces, to be sent as they come."""
    yield BOM
    rows = iter(rows)
    while piece := [[defused(text) for text in row] for row in islice(rows, PIECE)]:
        buffer = io.StringIO()
        csv.writer(buffer).writerows(piece)
        yield buffer.getvalue()


def as_xlsx(rows: Iterable[Iterable[Value]], *, title: str, widths: Sequence[int] = ()) -> bytes:
    """A workbook of one sheet: text stays text, numbers can be added up; the first row stays in sight."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return saved(workbook)


def _cell(sheet: Any, value: Value) -> Any:
    """openpyxl's types know neither a sheet that is only written nor Decimal."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=cast(float, value))
    cell = WriteOnlyCell(sheet, value=defused(value))
    cell.data_type = "s"
    return cell


# A workbook that people fill in and send back: its cells stay text, also after somebody has edited them.

HEAD = PatternFill("solid", start_color="DCE6F1")
ADVICE = "填写说明"


def write_text(cell: Cell | MergedCell, text: str) -> None:
    """As text even where it looks like a number or a formula."""
    cell.number_format = "@"
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        cell.quotePrefix = True


def write_head(sheet: Worksheet, heads: Iterable[tuple[str, int]], *, border: Border) -> None:
    """The first row: each column's name, and how wide the column is."""
    for place, (text, width) in enumerate(heads, start=1):
        cell = sheet.cell(row=1, column=place)
        write_text(cell, text)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, border
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width


def write_advice(book: Workbook, sentences: Iterable[str]) -> None:
    """A sheet of its own that says how the other is filled in."""
    sheet = book.create_sheet(ADVICE)
    sheet.column_dimensions["A"].width = 110
    for number, sentence in enumerate(sentences, start=1):
        cell = sheet.cell(row=number, column=1)
        write_text(cell, f"{number}. {sentence}")
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# A workbook (XLSX) that is sent while it is made: of any number of rows in the same memory, without a temporary file.

ROWS_OF_A_SHEET = 500_000  # Excel reads 1,048,576; this keeps each part of the archive below 2 GiB (no ZIP64)
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not in XML 1.0
SIZE = re.compile(rb"<dimension [^>]*/>")  # of the empty sheet; readers that trust it would find no rows
NO_ROWS = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
FIRST = (1980, 1, 1, 0, 0, 0)  # the date of each part: the same rows make the same file
FAST = 1  # the least of deflate's levels: a cell repeats itself, more effort saves little


def streamed_workbook(
    pieces: Iterable[Sequence[Sequence[str]]], *, count: int, title: str, heads: Sequence[str], widths: Sequence[int]
) -> Iterator[bytes]:
    """The archive in pieces; `count` tells beforehand how many sheets the rows will fill."""
    sheets = max(1, -(-count // ROWS_OF_A_SHEET))
    rows = chain.from_iterable(pieces)
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        for name, content in _frame(sheets, title=title, widths=widths):
            if not name.startswith("xl/worksheets/sheet"):
                archive.writestr(_part(name), content)
                continue
            before, after = NO_ROWS.split(SIZE.sub(b"", content))
            with archive.open(_part(name), "w") as part:
                part.write(before + b"<sheetData>" + _row(heads))
                for row in islice(rows, ROWS_OF_A_SHEET):
                    part.write(_row(row))
                    if sink.is_full:
                        yield sink.taken()
                part.write(b"</sheetData>" + after)
    yield sink.taken()


class Sink(io.RawIOBase):
    """Takes what the archive writes, cannot be sought, and is emptied from time to time."""

    ENOUGH = 64 * 1024  # bytes

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        self.pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    @property
    def is_full(self) -> bool:
        return self.size >= self.ENOUGH

    def taken(self) -> bytes:
        taken, self.pieces, self.size = b"".join(self.pieces), [], 0
        return taken


def _frame(sheets: int, *, title: str, widths: Sequence[int]) -> list[tuple[str, bytes]]:
    """The parts of a workbook without rows, as openpyxl writes them."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for number in range(1, sheets + 1):
        sheet = workbook.create_sheet(title if number == 1 else f"{title}（{number}）")
        sheet.freeze_panes = "A2"
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
    with zipfile.ZipFile(io.BytesIO(saved(workbook))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, FIRST)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _row(texts: Sequence[str]) -> bytes:
    return f"<row>{''.join(map(_streamed_cell, texts))}</row>".encode()


def _streamed_cell(text: str) -> str:
    if not text:
        return "<c/>"
    text = defused(text)
    if not text.isprintable():
        text = ILLEGAL.sub("", text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
