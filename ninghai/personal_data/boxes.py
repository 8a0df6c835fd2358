"""Numbers whose digits stand apart, as forms have them: one in each of successive cells of a row, or with blanks between all.

An identity number is told by its check digit, so that figures side by side are none; a telephone or an account only by its label.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ninghai.personal_data.detectors.identity_papers import has_check, is_person
from ninghai.personal_data.detectors.labelled import label_before
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.heads import kind_of_head
from ninghai.personal_data.hit import DataKind, Hit

SHORTEST = 11  # digits
MOST_EMPTY = 3  # cells between two digits, where each box spans several
BOX = re.compile(r"\s*([0-9Xx])\s*")
WORDS = re.compile(r"\w")
# What the number is, by what its label says that it is.
LABELLED: dict[DataKind, tuple[tuple[DataKind, re.Pattern[str]], ...]] = {
    DataKind.MOBILE: ((DataKind.MOBILE, re.compile(r"1[3-9]\d{9}")),),
    DataKind.LANDLINE: (
        (DataKind.MOBILE, re.compile(r"1[3-9]\d{9}")),
        (DataKind.LANDLINE, re.compile(r"0[1-9]\d{9,10}")),
    ),
    DataKind.BANK_CARD: ((DataKind.BANK_CARD, re.compile(r"\d{16,19}")),),
}


def number_in(digits: str, label: DataKind | None) -> tuple[DataKind, bool] | None:
    """What the digits are, and whether that is certain; None for figures."""
    if len(digits) in {18, 20} and "X" not in digits[:17] + digits[18:] and is_person(digits[:18]):
        kind = DataKind.ID_CARD if len(digits) == 18 else DataKind.DISABILITY_CARD
        if has_check(digits[:18]):
            return kind, True
        if label == kind:
            return kind, False
    if label == DataKind.ID_CARD and re.fullmatch(r"\d{15}", digits) and is_person(f"{digits[:6]}19{digits[6:]}"):
        return label, False
    forms = LABELLED.get(label, ()) if label else ()
    return next(((kind, False) for kind, form in forms if form.fullmatch(digits)), None)


@dataclass(frozen=True, slots=True)
class BoxedNumber:
    """A number of which each of these columns of the row holds a digit."""

    row: int
    columns: tuple[int, ...]
    digits: str
    kind: DataKind
    certain: bool


@dataclass(slots=True)
class Run:
    """Boxes side by side, and the words on their left."""

    label: str = ""
    columns: list[int] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)

    def parted(self, heads: dict[int, str]) -> Iterator["Run"]:
        """The run as a whole; then cut where another head stands above, and without a serial number before it."""
        label = self.label if kind_of_head(self.label) else heads.get(self.columns[0], "")
        yield Run(label, self.columns, self.signs)
        starts = [at for at, column in enumerate(self.columns) if at and kind_of_head(heads.get(column, ""))]
        for start, end in zip([0, *starts], [*starts, len(self.columns)], strict=True):
            label = heads.get(self.columns[start], "")
            yield Run(label, self.columns[start:end], self.signs[start:end])
        yield Run("", self.columns[1:], self.signs[1:])


def boxed_numbers(rows: Sequence[Sequence[str]]) -> Iterator[BoxedNumber]:
    """Row by row; an empty row ends a table and what its heads said."""
    heads: dict[int, str] = {}
    for at, row in enumerate(rows):
        runs = list(_runs(row))
        for run in runs:
            yield from _numbers(run, heads, at)
        if not any(map(str.strip, row)):
            heads = {}
        elif not runs:
            heads |= {column: cell for column, cell in enumerate(row) if WORDS.search(cell)}


def _runs(row: Sequence[str]) -> Iterator[Run]:
    """What may be a number, by its length."""
    run, empty = Run(), 0
    for column, cell in enumerate(row):
        box = BOX.fullmatch(fold_in_place(cell)) if len(cell) <= SHORTEST else None
        empty = 0 if cell.strip() else empty + 1
        if box:
            run.columns.append(column)
            run.signs.append(box[1].upper())
        elif empty > MOST_EMPTY or WORDS.search(cell):
            if len(run.columns) >= SHORTEST:
                yield run
            run = Run(label=run.label if empty else cell)
    if len(run.columns) >= SHORTEST:
        yield run


def _numbers(run: Run, heads: dict[int, str], row: int) -> Iterator[BoxedNumber]:
    """Those that the first way of reading the run tells."""
    done = -1
    for part in run.parted(heads):
        digits = "".join(part.signs)
        found = number_in(digits, kind_of_head(part.label)) if part.columns[0] > done else None
        if found:
            yield BoxedNumber(row, tuple(part.columns), digits, *found)
            done = part.columns[-1]


# In a line of text.

SPACED = re.compile(r"(?<![0-9A-Za-z])\d(?:[ □]{1,4}[\dXx]){10,}(?![0-9A-Za-z])")
BETWEEN = " \t:_□"  # a label and its first box
REACH = 12  # characters between them


def find_spaced(text: str) -> Iterator[Hit]:
    for match in SPACED.finditer(text):
        digits = re.sub(r"[^0-9Xx]", "", match[0]).upper()
        label_end = match.start()
        while label_end > max(match.start() - REACH, 0) and text[label_end - 1] in BETWEEN:
            label_end -= 1
        if found := number_in(digits, kind_of_head(label_before(text, label_end))):
            kind, certain = found
            yield Hit(match.start(), match.end(), kind, match[0], certain=certain)
