"""A page of a PDF as lines of text in which every word keeps its column, so that a table without rules is still one;
and tables with rules, which may go on over pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from statistics import median
from typing import Any
from unicodedata import east_asian_width

from pdfplumber.page import Page
from pdfplumber.utils.clustering import cluster_objects

from ninghai.personal_data.heads import kind_of_head
from ninghai.personal_data.reading.content import Grid
from ninghai.personal_data.reading.pdf_rows import Line, Word, rows_of
from ninghai.personal_data.reading.pdf_turned import only_upright

Box = tuple[float, float, float, float]  # left, top, right, bottom, in points
SAME_LINE = 3  # points between the tops of words of one line
USUAL_WIDTH = 10.5  # points of a character, where a page has none that is wide
SOME_CHARACTERS = 2000
SPACED = 2.5  # characters between the two of 李　芳
LONGEST_LINE = 1000  # half-width columns


def text_of(page: Page, *, outside: Sequence[Box] = ()) -> str:
    """The words of the page that run from left to right and stand outside these boxes."""
    words = [word for word in only_upright(page).extract_words() if not any(_is_within(word, box) for box in outside)]
    if not words:
        return ""
    unit, left = _unit(page), min(word["x0"] for word in words)
    lines = [
        Line(tuple(sorted(line, key=itemgetter("x0")))) for line in cluster_objects(words, itemgetter("top"), SAME_LINE)
    ]
    rows = rows_of(lines, unit=unit)
    depth = max(
        (row.depth for row in rows), default=1
    )  # so much narrower, that cells of several lines fit their columns
    return "\n".join(_line(row.words, unit / depth, left, em=unit * 2) for row in rows)


def _unit(page: Page) -> float:
    """The width of a half-width character: half of the usual wide one."""
    widths = [
        each["width"] for each in page.chars[:SOME_CHARACTERS] if east_asian_width(each["text"][:1] or " ") in "WF"
    ]
    return max(median(widths) if widths else USUAL_WIDTH, 1.0) / 2


def _line(words: Sequence[Word], unit: float, left: float, *, em: float) -> str:
    """The words with as many blanks before each as set it in its column; what stands an em apart, stands two blanks apart."""
    line, width, end, alone = "", 0, left, 0
    for word in words:
        gap = (word["x0"] - end) / em
        column = min(round((word["x0"] - left) / unit), LONGEST_LINE)
        blanks = 0 if gap < 0.15 and line else max(column - width, 1 if line else 0)
        if line and gap >= 0.8:
            blanks = 2 if len(word["text"]) == 1 == alone and gap <= SPACED else max(blanks, 2)
        elif line:
            blanks = min(blanks, 1)
        line += " " * blanks + word["text"]
        width += blanks + sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in word["text"])
        end, alone = word["x1"], len(word["text"])
    return line


def _is_within(word: Word, box: Box) -> bool:
    across, down = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= down <= box[3])


@dataclass(slots=True)
class RuledTable:
    """The rows of a table, and where each stands; it may go on on the next page."""

    rows: list[list[str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        return Grid(self.rows, lambda row, column: f"{self.places[row]}第{column + 1}格")

    def goes_on_with(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether rows that begin a page are its own: as wide, and without heads."""
        return bool(rows) and len(rows[0]) == len(self.rows[0]) and not any(kind_of_head(cell) for cell in rows[0])


class RuledTables:
    """Collects the tables page by page; one is given out when it is seen to have ended."""

    def __init__(self) -> None:
        self.last: RuledTable | None = None

    def on_page(self, number: int, tables: Sequence[Any]) -> Iterator[Grid]:
        """The tables that ended before, and all of this page but its last."""
        for at, table in enumerate(tables, start=1):
            rows = [[cell or "" for cell in row] for row in table.extract()]
            if not rows:
                continue
            places = [f"第{number}页第{at}个表格第{row}行" for row in range(1, len(rows) + 1)]
            if at == 1 and self.last and self.last.goes_on_with(rows):
                self.last.rows += rows
                self.last.places += places
                continue
            yield from self.ended()
            self.last = RuledTable(rows, places)
        if not tables:
            yield from self.ended()

    def ended(self) -> Iterator[Grid]:
        if self.last:
            yield self.last.grid
        self.last = None
