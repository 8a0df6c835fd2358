"""A text with all that it holds together by its looks: tables in it, and labels on lines of their own."""

import re
from bisect import bisect
from collections.abc import Iterator

from ninghai.personal_data.aligned import Cell, TextRow, is_row, text_tables
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.heads import LONGEST_CELL, is_sure_of_names, kind_of_head
from ninghai.personal_data.hit import Hit, Kind, strongest
from ninghai.personal_data.table import find_in_cell, find_in_table, headed_cells, is_unlike_codes, rows_below

Stretch = tuple[int, int]
LINE = re.compile(r"[^\n]+")


def find_in_body(text: str) -> list[Hit]:
    """The hits in the order of the text, those that only a head or a label tells of included."""
    hits = find_personal_data(text)
    told, codes = _in_tables(text)
    return strongest([*_without(codes, hits), *told, *_below_labels(text)])


def _in_tables(text: str) -> tuple[list[Hit], list[Stretch]]:
    """The hits in tables; and where codes stand that are nobody's, because their heads say what they are."""
    hits, codes = [], []
    for table in text_tables(text):
        rows = _cells(table)
        hits += [_placed(found.hit, table[found.row][found.column], text) for found in find_in_table(rows)]
        codes += [
            (piece.start, piece.end)
            for cell in headed_cells(rows)
            if cell.words and cell.is_named_otherwise
            for piece in table[cell.row][cell.column]
        ]
    return hits, sorted(codes)


def columns_below(text: str) -> Iterator[tuple[Hit, list[Stretch]]]:
    """The heads of sensitive columns, and where what is below each stands."""
    for table in text_tables(text):
        rows = _cells(table)
        for found in find_in_table(rows):
            if found.hit.kind == Kind.SENSITIVE_COLUMN:
                cells = (table[at][found.column] for at in rows_below(rows, found.row, found.column))
                stretches = [(piece.start, piece.end) for cell in cells for piece in cell if piece.words]
                yield _placed(found.hit, table[found.row][found.column], text), stretches


def _cells(table: list[TextRow]) -> list[list[str]]:
    return [["\n".join(piece.words for piece in cell) for cell in row] for row in table]


def _without(codes: list[Stretch], hits: list[Hit]) -> list[Hit]:
    """The hits without those that are codes."""
    starts = [start for start, _ in codes]

    def is_code(hit: Hit) -> bool:
        at = bisect(starts, hit.end - 1)
        return at > 0 and codes[at - 1][1] > hit.start

    return [hit for hit in hits if is_unlike_codes(hit) or not is_code(hit)]


def _placed(hit: Hit, cell: Cell, text: str) -> Hit:
    """The hit at its place in the text, in as many stretches as there are lines of the cell that it runs over."""
    stretches, begin = [], 0
    for piece in cell:
        start, end = max(hit.start - begin, 0), min(hit.end - begin, len(piece.words))
        if start < end:
            stretches.append((piece.start + start, piece.start + end))
        begin += len(piece.words) + 1
    (start, end), *more = stretches
    return Hit(start, end, hit.kind, "".join(text[a:b] for a, b in stretches), hit.certain, tuple(more))


def _below_labels(text: str) -> Iterator[Hit]:
    """家庭住址： on a line, and what it announces on the next."""
    kind: Kind | None = None
    label = ""
    for line in LINE.finditer(text):
        words = line[0].strip()
        if not words:
            continue
        if kind:
            indent = line.start() + len(line[0]) - len(line[0].lstrip())
            for hit in find_in_cell(words, kind, sure=is_sure_of_names(label)):
                yield Hit(indent + hit.start, indent + hit.end, hit.kind, hit.text, hit.certain)
        kind, label = (_label(words), words) if len(words) <= LONGEST_CELL else (None, "")


def _label(words: str) -> Kind | None:
    kind = kind_of_head(words)
    return None if kind == Kind.SENSITIVE_COLUMN or (kind and is_row(words)) else kind
