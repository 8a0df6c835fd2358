"""The rows of a workbook's first sheet as text (第一张工作表的各行), read in the sandbox: for lists that people fill in."""

import io
from datetime import datetime
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.sandbox.importing import read_for_import
from ninghai.sandbox.limits import ParsingRefused

BROKEN = (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, SyntaxError)  # fmt: skip


class NoWorkbook(ValueError):
    """The file is no workbook that can be opened."""


class CostlyWorkbook(ValueError):
    """It could not be read to its end; the sentence says what to do."""


def rows_of_first_sheet(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """Up to so many rows and columns, the empty ones too. Raises NoWorkbook or CostlyWorkbook."""
    try:
        read = read_for_import(f"{__name__}:cells", data, rows=rows, columns=columns)
    except ParsingRefused as refused:
        if refused.kind == UnreadableFile.__name__:
            raise NoWorkbook from refused
        raise CostlyWorkbook(str(refused)) from refused
    return list(read.value)


def cells(data: bytes, *, rows: int, columns: int) -> list[list[str]]:
    """For the sandbox."""
    try:
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        lines = islice(sheet.iter_rows(values_only=True, max_row=rows, max_col=columns), rows)
        return [[_text(cell) for cell in line] for line in lines]
    except BROKEN:
        raise UnreadableFile("not a workbook") from None


def _text(cell: Any) -> str:
    """As Excel shows it: days without a time, whole numbers without .0."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
