"""A text with all that it holds together by its looks: tables in it, and labels on lines of their own."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import east_asian_width

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.heads import HOUSE, LONGEST_CELL, is_some_head, is_sure_of_names, kind_of_head
from ninghai.personal_data.hit import DataKind, Hit, strongest
from ninghai.personal_data.table import CellHit, find_in_cell, find_in_table, headed_cells, is_unlike_codes, rows_below

# Tables in a text, held together by tabs, by upright strokes, by blanks that set their columns one below the other, or by a
# mark between the words of each line, when their heads are known.

SET = re.compile(r"[^\s]+(?: [^\s]+)*")
GAP, WIDE = re.compile(r"\s\s|\u3000"), "\u3000"
TABLE_SIGNS = re.compile(r"[ \t|]*[-+=][-+=|: ]*")  # a line that is drawn
FOOT = 120  # characters between the pages over which a table goes on
LONGEST_LINE = 2000  # characters; a longer one is no row
MARKS, MOST_COLUMNS = ("|", ",", "，", ";", "；", "、", "/", "\u3000", " "), 30
QUOTES = "\"“”'"
STROKE = re.compile(r"(?<!\\)\|")  # one that parts cells; a cell holds its own as `\|`
LONGEST_HEADS = 200  # characters of heads with marks between them


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a line: where they stand in the text, and between which columns of half-width characters."""

    start: int
    end: int
    left: int
    right: int
    words: str


Cell = list[Piece]  # one piece for each line of the cell
TextRow = list[Cell]


def text_tables(text: str) -> Iterator[list[TextRow]]:
    """Neighbouring lines with cells; a table goes on behind other lines, such as the foot of a page, when it is set alike."""
    held: list[list[Piece]] = []
    head: list[Piece] | None = None  # the first line of heads in what is held: looked for once in each line
    for block in _blocks(text):
        if held and _goes_on_with(held, head or held[0], block):
            held += block
        else:
            if held:
                yield _rows(held)
            held, head = block, None
        head = head or next(filter(_is_head, block), None)
    if held:
        yield _rows(held)


def _blocks(text: str) -> Iterator[list[list[Piece]]]:
    block: list[list[Piece]] = []
    begin, marks = 0, None
    for line in text.split("\n"):
        marks = marks_of(line) or marks
        pieces = marks.pieces_of(line, begin) if marks else []
        if not pieces:
            marks, pieces = None, pieces_of(line, begin)
        if len(pieces) > 1 or (block and _is_rest(pieces, block)):
            block.append(pieces)
        elif not (block and TABLE_SIGNS.fullmatch(line)):
            if block:
                yield block
            block = []
        begin += len(line) + 1
    if block:
        yield block


def _goes_on_with(table: list[list[Piece]], head: list[Piece], block: list[list[Piece]]) -> bool:
    """Whether the block has no heads of its own, stands soon after the table, and in the same columns as its head."""
    if any(kind_of_head(piece.words) for piece in block[0]) or block[0][0].start - table[-1][-1].end > FOOT:
        return False
    lefts = {piece.left for piece in head}
    return all(any(abs(piece.left - left) <= 2 for left in lefts) for piece in block[0])


def _is_head(line: list[Piece]) -> bool:
    return len(line) > 1 and any(kind_of_head(piece.words) for piece in line)


def pieces_of(line: str, begin: int = 0) -> list[Piece]:
    """The cells of the line; empty ones too where tabs or strokes say where they are."""
    if len(line) > LONGEST_LINE:
        return []
    if "\t" in line:
        return _split(line, "\t", begin)
    if line.count("|") > 1:
        return _split(line, "|", begin)
    return _set_apart(line, begin)


@dataclass(frozen=True, slots=True)
class Marks:
    """What holds the cells of each row apart, and how many there are."""

    mark: str
    columns: int

    def pieces_of(self, line: str, begin: int) -> list[Piece]:
        """The cells of a row below the heads, of which the last may be missing; none when the line is no such row."""
        row = line.strip()
        count = row.count(self.mark) + 1
        if count < max(2, self.columns - 1) or len(line) > LONGEST_LINE or "。" in line or "\t" in line:
            return []
        if self.mark.isspace() and GAP.search(row.replace(self.mark, "-")):
            return []
        return _split(row, self.mark, begin + len(line) - len(line.lstrip()), most=self.columns - 1)


def marks_of(line: str) -> Marks | None:
    """Of a line of heads, at least half of which are known and one of which is of something personal."""
    heads = line.strip()
    if heads.isascii() or len(heads) > LONGEST_HEADS or "\t" in heads:
        return None
    for mark in MARKS:
        cells = [cell.strip().strip(QUOTES) for cell in heads.split(mark)] if mark in heads else []
        while cells and not cells[-1]:
            cells.pop()  # a mark stands at the end of each line
        if not 2 <= len(cells) <= MOST_COLUMNS or not all(cells):
            continue
        known = sum(map(is_some_head, cells))
        if 2 * known >= (len(cells) if len(cells) > 2 else 4) and any(map(kind_of_head, cells)):
            return Marks(mark, heads.count(mark) + 1)
    return None


def is_row(line: str) -> bool:
    """Whether the line has several cells."""
    return len(pieces_of(line)) > 1 or marks_of(line) is not None


def _split(line: str, mark: str, begin: int, *, most: int = -1) -> list[Piece]:
    pieces, start = [], 0
    parts = STROKE.split(line, max(most, 0)) if mark == "|" else line.split(mark, most)
    for at, words in enumerate(parts):
        stripped = words.strip().strip(QUOTES)
        place = start + (words.find(stripped) if stripped else 0)
        pieces.append(Piece(begin + place, begin + place + len(stripped), at * 100, at * 100 + 99, stripped))
        start += len(words) + 1
    return pieces


def _set_apart(line: str, begin: int) -> list[Piece]:
    """By two blanks or more, an ideographic one counting two; 姓　名 and 王　伟 are one all the same."""
    if not GAP.search(line):
        words = line.strip()
        start = begin + line.find(words)
        return [Piece(start, start + len(words), 0, 2 * len(line), words)] if words else []
    columns = [0, *accumulate(2 if east_asian_width(sign) in "WFA" else 1 for sign in line)]
    marked = "".join("\t" if sign == WIDE else plain for sign, plain in zip(line, fold_in_place(line), strict=True))
    pieces = [
        Piece(begin + start, begin + end, columns[start], columns[end], line[start:end])
        for start, end in (match.span() for match in SET.finditer(marked))
    ]
    return list(_whole(pieces, line, begin))


def _whole(pieces: list[Piece], line: str, begin: int) -> Iterator[Piece]:
    """Single characters that stand apart belong together."""
    held: Piece | None = None
    for piece in pieces:
        if (
            held
            and len(held.words.replace("\u3000", "").replace(" ", "")) == 1 == len(piece.words)
            and piece.left - held.right <= 4
        ):
            held = Piece(held.start, piece.end, held.left, piece.right, line[held.start - begin : piece.end - begin])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def width_of(words: str) -> int:
    """Half-width columns."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in words)


def _is_rest(pieces: list[Piece], table: list[list[Piece]]) -> bool:
    """Whether a line has only what goes on from cells above it, further right than the first."""
    return bool(pieces) and pieces[0].left > table[0][0].left + 1 and not kind_of_head(pieces[0].words)


def _rows(lines: list[list[Piece]]) -> list[TextRow]:
    """The lines as rows of one table: each piece in the column of the head that it stands under."""
    heads = next((line for line in lines if any(kind_of_head(piece.words) for piece in line)), lines[0])
    rows: list[TextRow] = []
    last: list[Piece] = []
    for line in lines:
        is_head = any(kind_of_head(piece.words) for piece in line)
        if is_head and len(line) > 1:
            heads = line
        if rows and last and not is_head and line[0].left > heads[0].right and len(line) < len(heads):
            _go_on(rows[-1], line, heads)
            continue
        cells: TextRow = [[] for _ in heads]
        for at, piece in enumerate(line):
            column = at if len(line) == len(heads) else _column(piece, heads)
            cells[column].append(piece)
        rows.append(cells)
        last = line
    return rows


def _go_on(row: TextRow, line: list[Piece], heads: list[Piece]) -> None:
    for piece in line:
        row[_column(piece, heads)].append(piece)


def _column(piece: Piece, heads: list[Piece]) -> int:
    """The head above it, or the nearest one."""

    def distance(at: int) -> tuple[int, int]:
        head = heads[at]
        apart = max(head.left - piece.right, piece.left - head.right, 0)
        return apart, abs(head.left - piece.left)

    return min(range(len(heads)), key=distance)


NUMBERS = frozenset(
    {DataKind.ID_CARD, DataKind.BANK_CARD, DataKind.MOBILE, DataKind.LANDLINE, DataKind.DISABILITY_CARD}
)
CODE = re.compile(r"[+\dXx \-]+")
SHORTEST_CODE = 12  # that may be a number of its own
HOUSE_ALONE = re.compile(r"[\u4e00-\u9fff0-9A-Za-z\-#]{0,24}(?:号楼?|室|组|幢|栋|单元|户|弄|座)")
BEGINS_ANEW = re.compile(r"[^0-9]{0,8}(?:[省市县区镇乡]|街道)")
Stretch = tuple[int, int]
LINE = re.compile(r"[^\n]+")
POINT = re.compile(
    r"\s*(?:(?:[-•·●]|#{1,2})[ \u3000])?\s*"
)  # what stands before the words of a line: blanks, a mark of a list


def find_in_body(text: str) -> list[Hit]:
    """The hits in the order of the text, those that only a head or a label tells of included."""
    hits = find_personal_data(text)
    in_tables, codes = _in_tables(text)
    return strongest([*_without(codes, hits), *in_tables, *_below_labels(text)])


def _in_tables(text: str) -> tuple[list[Hit], list[Stretch]]:
    """The hits in tables; and where codes stand that are nobody's, because their heads say what they are."""
    hits, codes = [], []
    for table in text_tables(text):
        rows = _cells(table)
        hits += [_placed(found, table[found.row], text) for found in find_in_table(rows)]
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
            if found.hit.kind == DataKind.SENSITIVE_COLUMN:
                cells = (table[at][found.column] for at in rows_below(rows, found.row, found.column))
                stretches = [(piece.start, piece.end) for cell in cells for piece in cell if piece.words]
                yield _placed(found, table[found.row], text), stretches


def _cells(table: list[TextRow]) -> list[list[str]]:
    return [["\n".join(piece.words for piece in cell) for cell in row] for row in table]


def _without(codes: list[Stretch], hits: list[Hit]) -> list[Hit]:
    """The hits without those that are codes."""
    starts = [start for start, _ in codes]

    def is_code(hit: Hit) -> bool:
        at = bisect(starts, hit.end - 1)
        return at > 0 and codes[at - 1][1] > hit.start

    return [hit for hit in hits if is_unlike_codes(hit) or not is_code(hit)]


def _placed(found: CellHit, row: TextRow, text: str) -> Hit:
    """The hit at its place in the text, in as many stretches as there are lines of the cell, or boxes, that it runs over."""
    hit, begin, stretches = found.hit, 0, []
    for piece in row[found.column]:
        start, end = max(hit.start - begin, 0), min(hit.end - begin, len(piece.words))
        if start < end:
            stretches.append((piece.start + start, piece.start + end))
        begin += len(piece.words) + 1
    stretches += [(piece.start, piece.end) for column in found.more for piece in row[column] if piece.words]
    (start, end), *more = stretches
    return Hit(start, end, hit.kind, "".join(text[a:b] for a, b in stretches), hit.certain, tuple(more))


def _below_labels(text: str) -> Iterator[Hit]:
    """家庭住址： on a line, and what it announces on the next, or on the next two."""
    kind: DataKind | None = None
    label, begun = "", (0, "")
    for line in LINE.finditer(text):
        mark = POINT.match(line[0])
        begin = mark.end() if mark else 0
        words = line[0][begin:].rstrip()
        if not words:
            continue
        start, end = line.start() + begin, line.start() + begin + len(words)
        announced = _label(words) if len(words) <= LONGEST_CELL else None
        at, first = begun
        if kind and first and not announced and _goes_on(first, words, kind):
            yield from _announced(text, at, end, kind, label)
        elif kind and not first:
            yield from _announced(text, start, end, kind, label)
        if announced or first:
            kind, label, begun = announced, words, (0, "")
        else:
            begun = (start, words)


def _goes_on(words: str, rest: str, kind: DataKind) -> bool:
    """Whether the second line is the end of the value that the first one begins: a number, or a house."""
    if kind == DataKind.ADDRESS:
        is_another = HOUSE.search(words) and BEGINS_ANEW.match(rest)
        return HOUSE_ALONE.fullmatch(rest) is not None and not is_another
    is_cut = CODE.fullmatch(words) and CODE.fullmatch(rest) and min(len(words), len(rest)) < SHORTEST_CODE
    return kind in NUMBERS and bool(is_cut)


def _announced(text: str, start: int, end: int, kind: DataKind, label: str) -> Iterator[Hit]:
    for hit in find_in_cell(text[start:end], kind, sure=is_sure_of_names(label)):
        yield Hit(start + hit.start, start + hit.end, hit.kind, hit.text, hit.certain)


def _label(words: str) -> DataKind | None:
    kind = kind_of_head(words)
    return None if kind == DataKind.SENSITIVE_COLUMN or (kind and is_row(words)) else kind
