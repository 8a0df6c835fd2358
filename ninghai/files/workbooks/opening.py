"""Opening a workbook, or a file of data (JSON), that somebody sent, in the sandbox. Whatever openpyxl stumbles over there is one refusal."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ninghai.files.office_document import refuse_crowded_workbook
from ninghai.files.sandbox.running import read_for_import
from ninghai.personal_data.reading.content import UnreadableFile

BROKEN = (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, SyntaxError)  # fmt: skip


@contextmanager
def readable(refusal: Exception) -> Iterator[None]:
    """This is raised instead of whatever openpyxl stumbles over in broken content: it raises what its parts raise."""
    try:
        yield
    except BROKEN as error:
        raise refusal from error


def open_workbook(stream: IO[bytes], *, read_only: bool = False, data_only: bool = False) -> Workbook:
    """Openpyxl's workbook; raises UnacceptableFile for one that would cost much before its first sheet is read."""
    with ZipFile(stream) as package:
        refuse_crowded_workbook(package)
    return load_workbook(stream, read_only=read_only, data_only=data_only)


def first_sheet(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """Up to so many rows and columns as text, the empty ones too. Raises ParsingRefused."""
    return list(read_for_import(f"{__name__}:cells_of_first_sheet", data, rows=rows, columns=columns).value)


def cells_of_first_sheet(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """For the sandbox."""
    with readable(UnreadableFile("not a workbook")):
        sheet = open_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        lines = islice(sheet.iter_rows(values_only=True, max_row=rows, max_col=columns), rows)
        return [[cell_text(cell) for cell in line] for line in lines]


def sheets(data: bytes, *, rows: int, columns: int) -> dict[str, list[list[str]]]:
    """The same of every sheet, by its name. Raises ParsingRefused."""
    return dict(read_for_import(f"{__name__}:cells_of_sheets", data, rows=rows, columns=columns).value)


def cells_of_sheets(data: bytes, *, rows: int, columns: int) -> dict[str, list[list[str]]]:
    """For the sandbox."""
    with readable(UnreadableFile("not a workbook")):
        book = open_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return {
            sheet.title: [
                [cell_text(cell) for cell in line]
                for line in islice(sheet.iter_rows(values_only=True, max_row=rows, max_col=columns), rows)
            ]
            for sheet in book.worksheets
        }


def json_data(data: bytes) -> Any:
    """What a JSON file says. Raises ParsingRefused."""
    return read_for_import(f"{__name__}:parsed_json", data).value


def parsed_json(data: bytes) -> Any:
    """For the sandbox."""
    with readable(UnreadableFile("not JSON")):
        return storable(json.loads(data))


def storable(told: Any) -> Any:
    """The same; raises ValueError where the database cannot keep a text in it: a NUL, half of a surrogate pair."""
    if b"\\u0000" in json.dumps(told, ensure_ascii=False, default=str).encode():
        raise ValueError("a text with NUL")
    return told


def cell_text(cell: Any) -> str:
    """As Excel shows it: days without a time, whole numbers without .0."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
