"""A workbook (XLSX) that is sent while it is made: of any number of rows in the same memory, without a temporary file.

openpyxl makes the empty workbook, with its heads, widths and a first row that stays in sight; the rows of text are put
into its sheets while the archive is written. Their texts stand in the cells themselves (inlineStr).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ninghai.spreadsheets import defused

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
    file = io.BytesIO()
    workbook.save(file)
    with zipfile.ZipFile(file) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, FIRST)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _row(texts: Sequence[str]) -> bytes:
    return f"<row>{''.join(map(_cell, texts))}</row>".encode()


def _cell(text: str) -> str:
    if not text:
        return "<c/>"
    text = defused(text)
    if not text.isprintable():
        text = ILLEGAL.sub("", text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
