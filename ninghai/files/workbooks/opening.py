"""Opening a workbook that somebody sent, in the sandbox. Whatever openpyxl stumbles over there is one refusal."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

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


def first_sheet(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """Up to so many rows and columns as text, the empty ones too. Raises ParsingRefused."""
    return list(read_for_import(f"{__name__}:cells_of_first_sheet", data, rows=rows, columns=columns).value)


def cells_of_first_sheet(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """For the sandbox."""
    with readable(UnreadableFile("not a workbook")):
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        lines = islice(sheet.iter_rows(values_only=True, max_row=rows, max_col=columns), rows)
        return [[cell_text(cell) for cell in line] for line in lines]


def cell_text(cell: Any) -> str:
    """As Excel shows it: days without a time, whole numbers without .0."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
