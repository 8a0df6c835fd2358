"""The points of a notice (识别结果): a row for each, the open one with all that is said of it, and what is still to be done there (待处理)."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from typing import Any, Literal, NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Left

from ninghai.calendar import clock
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.notice import name_of_point
from tasks.notices.admin.frame import page_of
from tasks.notices.issuing import Obstacle, open_obstacles, unit_counts
from tasks.notices.reading.blocks import BETWEEN_CELLS, PARAGRAPH_IN_CELL
from tasks.notices.reading.parsed import PlacedKind
from tasks.notices.responsibilities import open_points

# The text of a notice (原文) beside its points: where each begins, the words of the one that is open, what the reader doubts.
#
# Blank lines are left out, what the web page said around the text (页面文字) is folded, rows of a table stand in a table again.

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


# The tree of points.

PER_PAGE = 100  # points
ENOUGH = 4 * OPENING  # characters read of each point to find it in the text; some may be blanks
BESIDE = ("responsibilities__units", "carried_from__notice", "carried_to__notice")  # what is shown of the open point
IN_ROWS = ("notice", "key", "title", "number", "position", "version", "due_date", "due_date_is_default")
HEADINGS = ("part_number", "part_title", "section_number", "section_title")


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point in the list; a part's and a section's heading stand with the first point of the page below them."""

    point: WorkPoint
    units: int
    waiting: int  # how much is to be done at it
    line: int | None
    new_part: str
    new_section: str


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """The point that is open: who is named, which of the names is looked at, what stands around it."""

    point: WorkPoint
    responsibilities: list[Responsibility]
    chosen: Responsibility | None
    line: int | None
    before: int | None  # the ids of its neighbours
    behind: int | None

    @property
    def limits(self) -> list[str]:
        """What the point says about time, in its own words."""
        return [limit["text"] for kind in self.point.limits.values() for limit in kind]

    @property
    def carried_from_url(self) -> str:
        """The point of an earlier year that it goes on with (结转自)."""
        old = self.point.carried_from
        return page_of(old.notice, old) if old else ""

    @property
    def carried_to(self) -> list[tuple[str, str]]:
        """(name, address) of the later year's points that go on with it (结转至)."""
        return [
            (f"{new}（{new.notice.get_status_display()}）", page_of(new.notice, new))
            for new in self.point.carried_to.all()
        ]


class Stepper:
    """What keeps the draft from being issued, one after another in the order of the document; and where the reader is."""

    def __init__(self, obstacles: Sequence[Obstacle], *, places: dict[int, int]) -> None:
        self.of_the_head = [each.sentence for each in obstacles if each.point not in places]
        at_points = (each for each in obstacles if each.point in places)
        self.steps = sorted(at_points, key=lambda each: (places[each.point or 0], each.order))
        self._places, self._at = places, 0.0

    def stand_at(self, opened: OpenPoint | None) -> None:
        """At the obstacle that the open point has or the chosen name is, else between two of them."""
        if opened is None:
            return
        name = opened.chosen.name if opened.chosen else ""
        exact = (each for each, step in enumerate(self.steps, start=1) if name and step.name == name)
        here = (each for each, step in enumerate(self.steps, start=1) if step.point == opened.point.pk)
        place = self._places[opened.point.pk]
        passed = sum(self._places[step.point or 0] < place for step in self.steps)
        self._at = next(exact, None) or next(here, None) or passed + 0.5

    @property
    def number(self) -> int | None:
        """Which one it is, counted from 1; None between two."""
        return int(self._at) if self._at == int(self._at) and self._at else None

    @property
    def current(self) -> Obstacle | None:
        return self.steps[self.number - 1] if self.number else None

    @property
    def before(self) -> Obstacle | None:
        """The one before, from the first on to the last."""
        place = int(self._at) - (self._at == int(self._at))
        return self._other(place - 1)

    @property
    def behind(self) -> Obstacle | None:
        return self._other(int(self._at))

    def _other(self, place: int) -> Obstacle | None:
        found = self.steps[place % len(self.steps)] if self.steps else None
        return None if found == self.current else found


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the tree by its first and last point."""

    number: int
    first: str
    last: str


class Tree:
    """What a page of the notice shows: the page with the point, the line or the number that is asked for; the first without any."""

    def __init__(self, notice: WorkPointNotice, *, asked: dict[str, int], may_edit: bool) -> None:
        self.notice, self.asked = notice, asked
        self._index = _index(notice)
        self._places = {each.pk: place for place, each in enumerate(self._index)}
        self._original = Original(notice)
        self._found = self._original.find(each.opening for each in self._index)
        self.count = len(self._index)
        self.stepper = Stepper(open_obstacles(notice, on=clock.today()) if may_edit else [], places=self._places)
        self._asked_place = self._place_asked()
        self.number = self._page_number()
        self._shown = slice(PER_PAGE * (self.number - 1), PER_PAGE * self.number)
        self.opened = self._open()
        self.stepper.stand_at(self.opened)

    # Which point is open, and on which page.

    def _place_asked(self) -> int | None:
        """Of the point in the address or in which its line stands; without any, of the first at which something is to be done."""
        if point := self.asked.get("point"):
            return self._places.get(point)
        if line := self.asked.get("line"):
            at = [self._original.line_at(found) for found in self._found]
            return max((place for place, begins in enumerate(at) if begins and begins <= line), default=None)
        if "page" in self.asked or not self.stepper.steps:
            return None
        return self._places[self.stepper.steps[0].point or 0]

    def _page_number(self) -> int:
        last = max(1, -(-self.count // PER_PAGE))
        number = self.asked.get("page", 1) if self._asked_place is None else self._asked_place // PER_PAGE + 1
        return min(max(1, number), last)

    def _open(self) -> OpenPoint | None:
        if self._asked_place is None:
            return None
        place = self._asked_place
        point = self.notice.points.prefetch_related(*BESIDE).get(pk=self._index[place].pk)
        named = list(point.responsibilities.all())
        asked = next((each for each in named if each.pk == self.asked.get("name")), None)
        return OpenPoint(
            point=point,
            responsibilities=named,
            chosen=asked or next((each for each in named if not each.is_resolved), None),
            line=self._original.line_at(self._found[place]),
            before=self._index[place - 1].pk if place else None,
            behind=self._index[place + 1].pk if place + 1 < self.count else None,
        )

    # The rows, and the text that belongs to them.

    @cached_property
    def rows(self) -> list[PointRow]:
        unresolved = Count("responsibilities", filter=Q(responsibilities__is_resolved=False))
        mine = self.notice.points.filter(pk__in=[each.pk for each in self._index[self._shown]])
        shown = mine.only(*IN_ROWS, *HEADINGS).annotate(counted_open=unresolved).order_by("position", "pk")
        counts = unit_counts(mine)
        rows: list[PointRow] = []
        part = section = ""
        for point in shown:
            is_new_part, is_new_section = point.part != part, (point.part, point.section) != (part, section)
            part, section = point.part, point.section
            rows.append(
                PointRow(
                    point=point,
                    units=counts.get(point.pk, 0),
                    waiting=point.counted_open or int(point.pk in self._open_ones),
                    line=self._original.line_at(self._found[self._places[point.pk]]),
                    new_part=part if is_new_part else "",
                    new_section=section if is_new_section else "",
                )
            )
        return rows

    @cached_property
    def _open_ones(self) -> set[int]:
        return set(open_points(self.notice).values_list("pk", flat=True))

    @property
    def done(self) -> int:
        """Points at which nothing is left to do."""
        return self.count - len(self._open_ones)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The text that belongs to the page, with what stands between it and its neighbours."""
        begins = [(self._found[self._places[row.point.pk]], row.point) for row in self.rows]
        lines = [self._original.line_at(found) for found in self._found]
        mine = [line for line in lines[self._shown] if line]
        before = next((line for line in reversed(lines[: self._shown.start]) if line), 0)
        behind = next((line for line in lines[self._shown.stop :] if line), len(self._original.lines) + 1)
        return self._original.between(
            min([before + 1, *mine]),
            max([behind - 1, *mine]),
            begins=[(found, point) for found, point in begins if found is not None],
            opened=self._opened_words(),
        )

    def _opened_words(self) -> Span | None:
        start = self._found[self._places[self.opened.point.pk]] if self.opened else None
        return None if start is None or self.opened is None else self._original.words_of(self.opened.point, start=start)

    @cached_property
    def pages(self) -> list[PageLink]:
        pages = [self._index[start : start + PER_PAGE] for start in range(0, self.count, PER_PAGE)]
        return [
            PageLink(number, name_of_point(page[0].key), name_of_point(page[-1].key))
            for number, page in enumerate(pages, start=1)
        ]


def _index(notice: WorkPointNotice) -> list[Any]:
    """Every point by no more than its key and its first words."""
    points = notice.points.order_by("position", "pk").annotate(opening=Left("text", ENOUGH))
    return list(points.values_list("pk", "key", "opening", named=True))
