"""Which tables are breakdowns (识别任务分解表): a header row that names the work and who does it; all others are plain text."""

import re
from collections.abc import Sequence

from tasks.notice.columns import is_header
from tasks.notice.names import looks_like_unit
from tasks.notice.passage import Passage
from tasks.notice.tables import Row, Table, rows_of

Header = dict[int, str]
SEARCHED_FOR_HEADER = 30
CLOSING_ROW = re.compile(r"\s*(?:(?:备?注|说明|填表|填报|制表|联系|抄送).{0,6}[:：]|(?:19|20)\d{2}年\d)")


def lay_out(table: Table, *, first_line: int, header_before: Header) -> tuple[list[Passage], Header]:
    """The table's lines, and the header under which a table right below goes on (跨页续表)."""
    rows = list(rows_of(table, first_line=first_line))
    top = next((index for index, row in enumerate(rows[:SEARCHED_FOR_HEADER]) if is_header(row.own)), None)
    if top is not None:
        below = _below_header(rows, top)
        header = _header_of(rows[top:below])
    elif header_before and _width(rows) == max(header_before) + 1:
        top, below, header = 0, 0, header_before
    else:
        return [Passage(first_line + number, 0, text) for number, text in enumerate(table.lines())], {}
    end = _end_of_rows(rows, below)
    return [
        *(Passage(row.line, 0, row.text) for row in rows[:top]),
        *rows[top:below],
        *(Row(row.line, 0, row.text, cells=row.cells, header=header) for row in rows[below:end]),
        *(Passage(row.line, 0, row.text) for row in rows[end:]),
    ], header


def is_breakdown(table: Table) -> bool:
    return any(is_header(row.own) for row in list(rows_of(table, first_line=0))[:SEARCHED_FOR_HEADER])


def _below_header(rows: Sequence[Row], top: int) -> int:
    """责任分工 over 牵头单位 and 配合单位 takes two rows."""
    deep = max(cell.rows for cell in rows[top].own)
    return min(top + deep, len(rows))


def _header_of(rows: Sequence[Row]) -> Header:
    """By column the deepest words, for every column that a cell spans."""
    header: Header = {}
    for row in rows:
        for cell in row.own:
            if cell.text.strip():
                header.update(dict.fromkeys(range(cell.column, cell.column + cell.columns), cell.text))
    return header


def _width(rows: Sequence[Row]) -> int:
    return max((cell.column + cell.columns for row in rows for cell in row.cells), default=0)


def _end_of_rows(rows: Sequence[Row], below: int) -> int:
    """Before the notes, signature and date at the foot of a sheet."""
    end = len(rows)
    while end > below:
        words = [cell for cell in rows[end - 1].cells if cell.text.strip()]
        alone = len(words) <= 1 and all(cell.begins for cell in words)
        if not alone or (words and not (CLOSING_ROW.match(words[0].text) or looks_like_unit(words[0].text.strip()))):
            break
        if words and words[0].column and words[0].columns == 1 and not CLOSING_ROW.match(words[0].text):
            break  # a unit in its column
        end -= 1
    return end
