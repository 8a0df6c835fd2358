"""Rows of text as a file for somebody's spreadsheet: CSV or XLSX. No cell can start a formula there."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"
PIECE = 500  # rows written at once
FORMULA = re.compile(r"^[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]|^[\t\r\n]")


def defused(text: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe instead."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if FORMULA.match(text) else text


def as_csv(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """UTF-8 with a byte order mark, so that Excel shows Chinese; in pieces, to be sent as they come."""
    yield BOM
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, start=1):
        writer.writerow([defused(text) for text in row])
        if number % PIECE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_xlsx(rows: Iterable[Iterable[str]], *, title: str) -> bytes:
    """A workbook of one sheet, whose every cell is text; the first row stays in sight."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=defused(text)) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
