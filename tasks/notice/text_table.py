"""Tables in plain text (文本表格): cells parted by tabs, as Excel saves them, or by pipes, as mails and wikis write them.

Only what has the header of a breakdown is a table; all else stays lines. Merged cells are blank there, as in their export.
"""

import re
from collections.abc import Iterator, Sequence

from tasks.notice.blocks import Block
from tasks.notice.breakdown_table import is_breakdown
from tasks.notice.tables import Cell, Table

PIPES = re.compile(r"[|\u2502\u2503\uff5c\u00a6]")
RULE = re.compile(r"[-=+:|\s\u2500-\u257f\uff5c]{3,}")  # |---|---|, ├──┼──┤
FEWEST_CELLS = 2


def blocks_of_lines(lines: Sequence[str]) -> Iterator[Block]:
    """The lines in their order, those of a breakdown table together; a table has as many rows as it had lines."""
    start = 0
    while start < len(lines):
        end = _end_of_run(lines, start)
        table = _table(lines[start:end]) if end - start >= FEWEST_CELLS else None
        if table and is_breakdown(table):
            yield table
        else:
            end = max(end, start + 1)
            yield from lines[start:end]
        start = end


def _end_of_run(lines: Sequence[str], start: int) -> int:
    """Behind the last line of cells; a title on a line of its own may stand between, a blank line may not."""
    end = place = start
    while place < len(lines) and (lines[place].strip() or _is_row_behind(lines, place)):
        if _cells(lines[place]) or (end > start and _is_rule(lines[place])):
            end = place + 1
        elif end == start or place - end >= 1:
            break  # two lines without cells are text
        place += 1
    return end


def _is_row_behind(lines: Sequence[str], place: int) -> bool:
    """Is this one blank line between two rows?"""
    return 0 < place < len(lines) - 1 and bool(_cells(lines[place - 1]) and _cells(lines[place + 1]))


def _cells(line: str) -> list[str]:
    """The cells of a line, at least two; none where it has no marks between cells."""
    if "\t" in line:
        return line.split("\t")
    if _is_rule(line) or not PIPES.search(line):
        return []
    inner = line.strip()
    inner = inner[1:] if PIPES.match(inner) else inner
    inner = inner[:-1] if PIPES.match(inner[-1:]) else inner
    cells = [cell.strip() for cell in PIPES.split(inner)]
    return cells if len(cells) >= FEWEST_CELLS else []


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and RULE.fullmatch(line) is not None


def _table(lines: Sequence[str]) -> Table:
    rows = [_cells(line) for line in lines]
    width = max(map(len, rows))
    cells = (Cell(number, column, (text,), 1, 1) for number, row in enumerate(rows) for column, text in enumerate(row))
    alone = (
        Cell(number, 0, (line,), 1, width)
        for number, (row, line) in enumerate(zip(rows, lines, strict=True))
        if not row and line.strip() and not _is_rule(line)
    )
    return Table((*cells, *alone), height=len(lines))
