"""Rows as a file in pieces, to be sent as they come."""

import json
from array import array
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from disclosure.exports.reading import COLUMNS, read_rows
from ninghai.spreadsheets import as_csv
from ninghai.streamed_workbook import streamed_workbook

HEADS = list(COLUMNS.values())
WIDTHS = [24, 60, 22, 28, 12, 28, 28, 12, 12, 8, 12, 24, 60, 40]


def csv_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    rows = chain.from_iterable(read_rows(keys, at=at, site=site))
    return as_csv(chain([HEADS], rows))


def json_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[str]:
    """A list of objects, keyed in English, with the texts as they are."""
    between = "[\n"
    for rows in read_rows(keys, at=at, site=site):
        records = (json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows)
        if piece := ",\n".join(records):
            yield between + piece
            between = ",\n"
    yield "\n]\n" if between == ",\n" else "[]\n"


def xlsx_file(keys: "array[int]", *, at: datetime, site: str) -> Iterator[bytes]:
    """A workbook; what is longer than a sheet goes on in the next."""
    rows = read_rows(keys, at=at, site=site)
    return streamed_workbook(rows, count=len(keys), title="公开目录", heads=HEADS, widths=WIDTHS)
