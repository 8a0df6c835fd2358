"""What a head tells about the cells below it or beside it: names under 姓名, accounts under 账号, columns that must go altogether."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ninghai.personal_data.boxes import boxed_numbers
from ninghai.personal_data.detectors.other_numbers import is_named_otherwise
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.heads import LONGEST_CELL, is_some_head, is_sure_of_names, is_weak, kind_of_head, values_in
from ninghai.personal_data.hit import DataKind, Hit, strongest

SURELY_PERSONAL = frozenset({DataKind.ID_CARD, DataKind.DISABILITY_CARD, DataKind.BANK_CARD, DataKind.LANDLINE})
NUMBERED = re.compile(r"\d{5}")
DIGIT = re.compile(r"\d")
COUNT = re.compile(r"\d{1,4}")
NOTHING = re.compile(r"[\W_]*(?:(?:必填|选填|可选|如有|按证件填写)[\W_]*)?")
OF_DIGITS = re.compile(r"[\d .,\-/Xx*]+")  # names nothing that stands beside it
LONGEST_PART = 8  # characters of a head that is only whole with the one above it
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class CellHit:
    """A hit in a cell; row and column count from 0. Of a number in boxes the rest stands in `more` columns of the row."""

    row: int
    column: int
    hit: Hit
    more: tuple[int, ...] = ()


@dataclass(slots=True)
class Heads:
    """What stands above each column; a head that spans several stands above each of them."""

    kinds: dict[int, DataKind] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    spans: set[int] = field(default_factory=set)  # columns without a head of their own

    def read(self, row: Row) -> dict[int, DataKind]:
        """The heads in this row; none when it is no row of heads."""
        found = {at: kind for at, cell in enumerate(row) if (kind := kind_of_head(cell))}
        filled = [at for at, cell in enumerate(row) if cell.strip()]
        if any(NUMBERED.search(fold_in_place(row[at])[:40]) for at in filled if at not in found):
            return {}
        is_below = bool(self.spans) and self.spans.issuperset(filled)
        if is_below:
            found = {at: kind for at in filled if (kind := kind_of_head(row[at]) or self._with_upper(row[at], at))}
        elif not found and not self.kinds and len(filled) > 2 and not any(map(DIGIT.search, row)):
            self.words |= {at: row[at] for at in filled}  # heads of nothing personal say what codes are
            return {}
        elif (
            not found
            or COUNT.fullmatch(fold_in_place(row[filled[0]]).strip())
            or (self.kinds and 2 * sum(is_some_head(row[at]) for at in filled) < len(filled))
        ):
            return {}
        self._take(row, found, filled)
        return found

    def _with_upper(self, cell: str, column: int) -> DataKind | None:
        """家庭 below 联系电话."""
        return kind_of_head(f"{cell}{self.words.get(column, '')}") if len(cell.strip()) <= LONGEST_PART else None

    def _take(self, row: Row, found: dict[int, DataKind], filled: list[int]) -> None:
        self.kinds = {at: kind for at, kind in self.kinds.items() if at not in filled} | found
        self.words |= {at: row[at] for at in filled}
        upper, self.spans = "", set()
        for at in range(filled[0] if filled else 0, len(row)):
            if row[at].strip():
                upper = row[at]
                if at + 1 < len(row) and not row[at + 1].strip():
                    self.spans.add(at)
            elif upper and at not in self.kinds:
                self.words[at] = upper
                self.spans.add(at)

    def kind(self, column: int) -> DataKind | None:
        """What the column holds; a weak head says so only beside others that are surely personal."""
        kind = self.kinds.get(column)
        if kind == DataKind.ADDRESS and is_weak(self.words.get(column, "")) and not self._is_of_persons:
            return None
        if kind == DataKind.MOBILE and self._is_of_persons:
            return DataKind.LANDLINE
        return kind

    @property
    def _is_of_persons(self) -> bool:
        return not SURELY_PERSONAL.isdisjoint(self.kinds.values())


@dataclass(frozen=True, slots=True)
class HeadedCell:
    """A cell, and what its head says: the words of it and the kind that they announce."""

    row: int
    column: int
    words: str
    head: str
    kind: DataKind | None
    is_head: bool = False

    @property
    def is_named_otherwise(self) -> bool:
        return _is_of_codes(self.head)


def _is_of_codes(head: str) -> bool:
    """Whether a head, such as 合同编号, says that a number under or beside it is nobody's."""
    lead = f"{''.join(fold_in_place(head[:LONGEST_CELL]).split())} "
    return bool(head) and is_named_otherwise(lead, len(lead))


def headed_cells(rows: Sequence[Row]) -> Iterator[HeadedCell]:
    """The cells row by row; an empty row ends a table and what its heads said."""
    heads = Heads()
    for at, row in enumerate(rows):
        if not any(cell.strip() for cell in row):
            heads = Heads()
            continue
        beside = _beside(row)
        found = {} if beside else heads.read(row)
        left = ""
        for column, cell in enumerate(row):
            if column in found:
                yield HeadedCell(at, column, cell, "", found[column], is_head=True)
            else:
                kind = beside.get(column) or heads.kind(column)
                is_beside = column in beside or (kind is None and _is_of_codes(left))
                yield HeadedCell(at, column, cell, left if is_beside else heads.words.get(column) or left, kind)
            left = cell.strip() if _says_anything(cell) and not OF_DIGITS.fullmatch(cell.strip()) else left


def find_in_table(rows: Sequence[Row]) -> Iterator[CellHit]:
    """Every hit, row by row, those in boxes last; a sensitive column is one hit, at its head, unless it was emptied."""
    for cell in headed_cells(rows):
        if not cell.is_head:
            yield from (CellHit(cell.row, cell.column, hit) for hit in _in_headed(cell))
        elif cell.kind == DataKind.SENSITIVE_COLUMN and any(
            rows[at][cell.column].strip() for at in rows_below(rows, cell.row, cell.column)
        ):
            whole = Hit(0, len(cell.words), DataKind.SENSITIVE_COLUMN, cell.words, certain=True)
            yield CellHit(cell.row, cell.column, whole)
    for number in boxed_numbers(rows):
        column, *more = number.columns
        hit = Hit(0, len(rows[number.row][column]), number.kind, number.digits, number.certain)
        yield CellHit(number.row, column, hit, tuple(more))


def _in_headed(cell: HeadedCell) -> list[Hit]:
    hits = find_in_cell(cell.words, cell.kind, sure=is_sure_of_names(cell.head))
    return [hit for hit in hits if is_unlike_codes(hit)] if hits and cell.is_named_otherwise else hits


def is_unlike_codes(hit: Hit) -> bool:
    """Whether the hit can be no order number or the like: those look like accounts, and like old identity numbers."""
    return hit.kind != DataKind.BANK_CARD and (hit.certain or hit.kind != DataKind.ID_CARD)


def find_in_cell(cell: str, kind: DataKind | None, *, sure: bool = False) -> list[Hit]:
    """What is personal in the cell by itself, and by what its head says it is, if that is `sure` whatever it looks like."""
    hits = find_personal_data(cell, is_cell=True)
    if kind is None or not cell.strip() or is_some_head(cell):
        return hits
    below_heads = [
        Hit(start, end, its, cell[start:end], certain=False)
        for places in _passages(fold_in_place(cell), kind, sure=sure)
        for start, end, its in _values(cell, places, kind, sure=sure)
    ]
    return strongest([*hits, *below_heads])


def _values(cell: str, places: list[int], kind: DataKind, *, sure: bool) -> Iterator[tuple[int, int, DataKind]]:
    """The values in these places of the cell, read as one line."""
    bare = fold_in_place("".join(cell[at] for at in places))
    return ((places[start], places[end - 1] + 1, its) for start, end, its in values_in(bare, kind, sure=sure))


def _passages(cell: str, kind: DataKind, *, sure: bool) -> list[list[int]]:
    """The places of each line, where every one is a whole value by itself; else of all of them, as one value goes on."""
    lines = [
        [at for at in range(*each.span()) if cell[at] != "\r"]
        for each in re.finditer(r"[^\n、；;]*[^\n、；;\s][^\n、；;]*", cell)
    ]
    if len(lines) > 1 and all(_is_whole(cell, line, kind, sure=sure) for line in lines):
        return lines
    return [[at for at, sign in enumerate(cell) if sign not in "\r\n"]]


# Of values that stand one below the other in a cell; what is shorter may be a part of one that goes on.
SHORTEST_WHOLE = {DataKind.BANK_CARD: 12, DataKind.ID_CARD: 15, DataKind.ADDRESS: 8}
OF_AN_ADDRESS = re.compile(r".{0,8}[省市县区镇乡村]|.{0,6}街道")


def _is_whole(cell: str, places: list[int], kind: DataKind, *, sure: bool) -> bool:
    words = "".join(cell[at] for at in places).strip()
    found = list(_values(cell, places, kind, sure=sure))
    begins = kind != DataKind.ADDRESS or OF_AN_ADDRESS.match(words) is not None
    return begins and len(found) == 1 and len(words) >= SHORTEST_WHOLE.get(kind, 2)


def _beside(row: Row) -> dict[int, DataKind]:
    """In a form whose heads stand on the left: what the cells beside them are; empty when the row is no such row."""
    kinds: dict[int, DataKind] = {}
    filled = [at for at, cell in enumerate(row) if _says_anything(cell)]
    for left, right in pairwise(filled):
        kind = kind_of_head(row[left])
        if kind and kind != DataKind.SENSITIVE_COLUMN and left not in kinds and _is_value(row[right], kind):
            kinds[right] = kind
    if len(filled) > 2 and len(kinds) == 1 and (kind := kinds.get(filled[1])):  # a person in each column
        others = filled[2:]
        kinds |= dict.fromkeys(others, kind) if all(_is_value(row[at], kind) for at in others) else {}
    return kinds


def _says_anything(cell: str) -> bool:
    """Not a colon or a remark that stands between a label and its value."""
    return NOTHING.fullmatch(cell[:LONGEST_CELL]) is None


def _is_value(cell: str, kind: DataKind) -> bool:
    if is_some_head(cell):
        return False
    words = fold_in_place(cell).strip()
    return any(True for _ in values_in(words.replace("\n", ""), kind)) or (
        kind != DataKind.NAME and bool(NUMBERED.search(words))
    )


def rows_below(rows: Sequence[Row], head: int, column: int) -> Iterator[int]:
    """The rows that have a cell below the head, to the end of its table."""
    for at in range(head + 1, len(rows)):
        if not any(cell.strip() for cell in rows[at]):
            return
        if column < len(rows[at]):
            yield at
