"""Rows of text as a file for somebody's spreadsheet: CSV or XLSX. No cell can start a formula there."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

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
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Value) -> Any:
    """openpyxl's types know neither a sheet that is only written nor Decimal."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=cast(float, value))
    cell = WriteOnlyCell(sheet, value=defused(value))
    cell.data_type = "s"
    return cell
