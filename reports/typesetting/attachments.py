"""The tables of a letter as CSV files inside the PDF, so that nobody has to type them again.

They hold every number that is printed: with a table its closing row (合计), and what only the text tells in files of
its own (reports.writing.figures).
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from weasyprint import Attachment

from ninghai.spreadsheets import defused
from reports.writing.letter import Annex

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")  # of ASCII digits alone: no formula


def table_files(*, annexes: Iterable[Annex], at: datetime) -> list[Attachment]:
    """One CSV for each annex, named by its title; `at` becomes the file's time, so that a reprint is the same."""
    return [
        Attachment(
            file_obj=io.BytesIO(csv_file(annex)),
            name=f"{annex.label}-{annex.title}.csv",
            description=annex.title,
            created=at,
            modified=at,
            relationship="Data",
        )
        for annex in annexes
    ]


def csv_file(annex: Annex) -> bytes:
    """UTF-8 with the byte order mark that Excel and WPS need; no cell can start a formula, and a number stays one."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(annex.data.columns)
    writer.writerows(map(_cell, row) for row in (*annex.data.rows, *([annex.total] if annex.total else [])))
    return lines.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str:
    text = str(value)
    return text if NUMBER.fullmatch(text) else defused(text)
