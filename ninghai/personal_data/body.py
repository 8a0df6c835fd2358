"""A text with tables pasted into it: lines with tabs are read as rows, so that heads tell what stands below them."""

from collections.abc import Iterator

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Hit
from ninghai.personal_data.table import find_in_table

Line = tuple[int, str]  # where it begins in the text, and its words


def find_in_body(text: str) -> list[Hit]:
    """The hits in the order of the text, those that only a head tells of included."""
    hits = find_personal_data(text)
    told_by_heads = [hit for table in _tables(text) for hit in _in_table(table)]
    return sorted([*hits, *(hit for hit in told_by_heads if not any(hit.overlaps(each) for each in hits))])


def _tables(text: str) -> Iterator[list[Line]]:
    """Neighbouring lines that have tabs."""
    table: list[Line] = []
    begin = 0
    for line in text.split("\n"):
        if "\t" in line:
            table.append((begin, line))
        elif table:
            yield table
            table = []
        begin += len(line) + 1
    if table:
        yield table


def _in_table(lines: list[Line]) -> Iterator[Hit]:
    rows = [line.split("\t") for _, line in lines]
    for cell in find_in_table(rows):
        begin = lines[cell.row][0] + sum(len(each) + 1 for each in rows[cell.row][: cell.column])
        hit = cell.hit
        yield Hit(begin + hit.start, begin + hit.end, hit.kind, hit.text, hit.certain)
