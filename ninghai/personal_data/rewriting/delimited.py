"""A masked copy of a table of separated values, in the encoding and with the separator that it has; no cell is a formula."""

import csv
import io

from ninghai.personal_data.reading.plain import decoded, encoding_of, rows_of, separator_of
from ninghai.personal_data.rewriting.cells import masked_cells
from ninghai.workbooks.writing import defused, starts_formula


def rewrite(data: bytes) -> bytes:
    text = decoded(data)
    rows = rows_of(text)
    for (row, column), words in masked_cells(rows).items():
        rows[row][column] = words
    rows = [[defused(cell) if starts_formula(cell) else cell for cell in row] for row in rows]
    copy = io.StringIO(newline="")
    csv.writer(copy, delimiter=separator_of(text), lineterminator="\r\n").writerows(rows)
    return copy.getvalue().encode(encoding_of(data))
