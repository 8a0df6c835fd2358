"""The text of a notice (原文) beside its points: where each begins, the words of the one that is open, what the reader doubts.

Blank lines are left out, what the web page said around the text (页面文字) is folded, rows of a table stand in a table again.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, pairwise
from typing import Literal, NamedTuple

from tasks.models import WorkPoint, WorkPointNotice
from tasks.notices.reading.blocks import BETWEEN_CELLS, PARAGRAPH_IN_CELL
from tasks.notices.reading.parsed import PlacedKind

OPENING = 12  # characters of a point that are enough to find it in the text
NUMBER = re.compile(
    r"[（(]?(?:第?[一二三四五六七八九十百]+|\d+)[）)、．.是条项]{1,2}\s*$"
)  # stands before the words of a point
SENTENCE = re.compile("[^。；]*[。；]?")


class Span(NamedTuple):
    """A stretch of the text without blanks."""

    start: int
    end: int


class SourcePiece(NamedTuple):
    """Some words of a line: those with which a point begins, the first or further ones of the open point, or others."""

    text: str
    begins: WorkPoint | None
    opened: Literal["", "first", "further"]


@dataclass(slots=True)
class SourceLine:
    """A line of the original, counted from 1, in pieces; of a row of a table each cell has its own."""

    number: int
    cells: list[list[SourcePiece]]
    warnings: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[WorkPoint]:
        return [piece.begins for cell in self.cells for piece in cell if piece.begins]


class Stretch(NamedTuple):
    """Lines of one kind that follow each other."""

    kind: Literal["text", "table", "chrome"]
    lines: list[SourceLine]

    @property
    def columns(self) -> range:
        return range(max(len(line.cells) for line in self.lines))


class Original:
    """The text as lines, and once more without blanks, since points run over the ends of lines."""

    def __init__(self, notice: WorkPointNotice) -> None:
        self.lines = notice.source_text.split("\n")
        self.warnings: defaultdict[int, list[str]] = defaultdict(list)
        for warning in notice.warnings:
            self.warnings[warning["line"]].append(warning["message"])
        chrome = [other for other in notice.other if other["kind"] == PlacedKind.CHROME]
        self.chrome = {each["line"] for each in chrome if each["text"] == self.lines[each["line"] - 1].strip()}
        squeezed = [_squeeze(line) for line in self.lines]
        self.text = "".join(squeezed)
        self._starts = [0, *accumulate(map(len, squeezed))][:-1]

    def find(self, openings: Iterable[str]) -> list[int | None]:
        """Where each text begins, given in the order of the document; None where it was rewritten since.

        Each is looked for behind the one before it first: the same words may stand in the letter, or twice.
        """
        places, behind = [], 0
        for opening in openings:
            found = self._find(_squeeze(opening)[:OPENING], behind)
            behind = found + 1 if found is not None else behind
            places.append(found)
        return places

    def line_at(self, place: int | None) -> int | None:
        return None if place is None else bisect_right(self._starts, place)

    def words_of(self, point: WorkPoint, *, start: int) -> Span:
        """The point's words from their beginning, as far as they stand there as they are now, with the brackets that follow."""
        end = start + _common(_squeeze(point.text), self.text[start:])
        first = SENTENCE.match(self.text, start)
        end = max(end, first.end() if first else end)
        for bracket in map(_squeeze, point.responsibility_texts):
            end += len(bracket) if bracket and self.text.startswith(bracket, end) else 0
        return Span(start, end)

    def between(
        self, first: int, last: int, *, begins: Sequence[tuple[int, WorkPoint]], opened: Span | None
    ) -> list[Stretch]:
        """The lines from the first to the last, with the points that begin there and the words of the open one."""
        shown = [number for number in range(first, last + 1) if self.lines[number - 1].strip()]
        return [
            Stretch(kind, [self._line(number, dict(begins), opened) for number in numbers])
            for kind, numbers in groupby(shown, key=self._kind)
        ]

    def _kind(self, number: int) -> Literal["text", "table", "chrome"]:
        if number in self.chrome:
            return "chrome"
        return "table" if BETWEEN_CELLS in self.lines[number - 1].strip() else "text"

    def _line(self, number: int, begins: dict[int, WorkPoint], opened: Span | None) -> SourceLine:
        text, place = self.lines[number - 1], self._starts[number - 1]
        columns = [column for column, character in enumerate(text) if not character.isspace()]
        mine = {at - place: point for at, point in begins.items() if 0 <= at - place < len(columns)}
        here = {_with_number(text, columns[at]): point for at, point in mine.items()}
        marked = _within(columns, place, opened)
        cells, start = [], 0
        for cell in text.split(BETWEEN_CELLS):
            cells.append(_pieces(text, Span(start, start + len(cell)), here, marked))
            start += len(cell) + 1
        return SourceLine(number, cells, self.warnings.get(number, []))

    def _find(self, opening: str, behind: int) -> int | None:
        if not opening:
            return None
        found = self.text.find(opening, behind)
        found = self.text.find(opening) if found < 0 else found
        return found if found >= 0 else None


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))


def _with_number(text: str, column: int) -> int:
    """The column of the number that stands before the words, or of the words."""
    number = NUMBER.search(text, max(0, column - OPENING), column)
    return number.start() if number else column


def _within(columns: Sequence[int], place: int, opened: Span | None) -> Span:
    """The columns of the line that belong to the open point; an empty stretch where none does."""
    mine = columns[max(0, opened.start - place) : max(0, opened.end - place)] if opened else []
    return Span(mine[0], mine[-1] + 1) if mine else Span(0, 0)


def _pieces(text: str, within: Span, begins: dict[int, WorkPoint], marked: Span) -> list[SourcePiece]:
    """The stretch of the line, cut where a point begins and where the open one begins and ends."""
    cuts = sorted({*within, *(each for each in (*begins, *marked) if within.start < each < within.end)})
    shown = text.replace(PARAGRAPH_IN_CELL, "\n")
    return [SourcePiece(shown[start:end], begins.get(start), _opened(start, marked)) for start, end in pairwise(cuts)]


def _opened(start: int, marked: Span) -> Literal["", "first", "further"]:
    if not marked.start <= start < marked.end:
        return ""
    return "first" if start == marked.start else "further"
