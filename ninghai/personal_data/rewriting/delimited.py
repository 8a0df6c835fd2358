"""A masked copy of a table of separated values, in the encoding and with the separator that it has."""

import csv
import io

from ninghai.personal_data.reading.plain import decoded, encoding_of, rows_of, separator_of
from ninghai.personal_data.rewriting.cells import masked_cells


def rewrite(data: bytes) -> bytes:
    text = decoded(data)
    rows = rows_of(text)
    for (row, column), words in masked_cells(rows).items():
        rows[row][column] = words
    copy = io.StringIO(newline="")
    csv.writer(copy, delimiter=separator_of(text), lineterminator="\r\n").writerows(rows)
    return copy.getvalue().encode(encoding_of(data))
