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
from ninghai.personal_data.reading.content import CellGrid
from ninghai.personal_data.reading.pdf_turned import only_upright

# Lines of a page that belong to one row of a table without rules: a cell of several lines stands beside cells of one,
# which are set at its middle or at its top.

Word = dict[str, Any]  # as pdfplumber gives it: text, x0, x1, top, bottom
MOST_LINES = 8  # of one row; more are two columns of text side by side
MOST_COLUMNS = 60
FAR = 1e9
APART = 0.8  # of the width of a character, between two cells


@dataclass(frozen=True, slots=True)
class PageLine:
    """Words of one height, from left to right."""

    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        return float(self.words[0]["x0"])

    @property
    def top(self) -> float:
        return float(min(word["top"] for word in self.words))

    @property
    def bottom(self) -> float:
        return float(max(word["bottom"] for word in self.words))

    def cells(self, em: float) -> list[Word]:
        """Words that stand close together, as one."""
        cells: list[Word] = []
        for word in self.words:
            if cells and word["x0"] - cells[-1]["x1"] < APART * em:
                blank = " " if word["x0"] - cells[-1]["x1"] >= 0.15 * em else ""
                text = f"{cells[-1]['text']}{blank}{word['text']}"
                cells[-1] = {**cells[-1], "text": text, "x1": word["x1"]}
            else:
                cells.append(dict(word))
        return cells


@dataclass(frozen=True, slots=True)
class PageRow:
    """What is set as one line; `depth` is the number of lines that its deepest cell has."""

    words: tuple[Word, ...]
    depth: int


def rows_of(lines: Sequence[PageLine], *, unit: float) -> list[PageRow]:
    """The lines from top to bottom, those of one row as one."""
    bands = list(_joined(list(_overlapping(lines)), em=unit * 2))
    return [row for band in bands for row in _rows(band, em=unit * 2)]


def _overlapping(lines: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """Lines that reach into each other's height: those of a text never do."""
    band: list[PageLine] = []
    for line in lines:
        if band and line.top >= max(each.bottom for each in band[-MOST_LINES:]) - 1:
            yield band
            band = []
        band.append(line)
    if band:
        yield band


def _joined(bands: list[list[PageLine]], *, em: float) -> Iterator[list[PageLine]]:
    """Lines that have only a part of the columns go with the row that they are nearer to."""
    cells = [len(_cells(band, em)) for band in bands]
    goes_to = [_owner(bands, cells, at, em) for at in range(len(bands))]
    for at, band in enumerate(bands):
        if goes_to[at] != at:
            continue
        above = [line for each in range(max(at - MOST_LINES, 0), at) if goes_to[each] == at for line in bands[each]]
        below = [
            line
            for each in range(at + 1, min(at + MOST_LINES, len(bands)))
            if goes_to[each] == at
            for line in bands[each]
        ]
        yield [*above, *band, *below]


def _owner(bands: list[list[PageLine]], cells: list[int], at: int, em: float) -> int:
    """The row that the lines are a part of: upwards, unless the next line is nearer than the last one."""
    up = _gap(bands[at - 1], bands[at]) if at else FAR
    down = _gap(bands[at], bands[at + 1]) if at + 1 < len(bands) else FAR
    ways = ((1, down), (-1, up)) if down < up - 1 else ((-1, up), (1, down))
    for step, gap in ways:
        other = at + step
        while gap < 2 * em and 0 <= other < len(bands) and abs(other - at) < MOST_LINES:
            if _is_part(bands[at], bands[other], cells[at], cells[other], em):
                return other
            if cells[other] > cells[at]:
                break
            other += step
    return at


def _is_part(part: list[PageLine], row: list[PageLine], few: int, many: int, em: float) -> bool:
    """Whether the row has more cells, begins further left, and has a cell above or below each of the part."""
    left = min(line.left for line in part)
    return many > max(few, 1) and min(line.left for line in row) < left - em and _fits(part, row, em)


def _fits(part: list[PageLine], row: list[PageLine], em: float) -> bool:
    """Whether each cell of the part stands above or below one of the row."""
    columns = _cells(row, em)
    return len(columns) <= MOST_COLUMNS and all(
        any(_is_over(cell, column, em) for column in columns) for cell in _cells(part, em)
    )


def _is_over(one: Word, other: Word, em: float) -> bool:
    return bool(one["x0"] < other["x1"] + em / 2 and other["x0"] < one["x1"] + em / 2)


def _gap(one: list[PageLine], other: list[PageLine]) -> float:
    upper, lower = sorted((one, other), key=lambda band: band[0].top)
    return max(min(line.top for line in lower) - max(line.bottom for line in upper), 0.0) + 0.1


def _cells(band: list[PageLine], em: float) -> list[Word]:
    """The cells of the band by column: those that stand one below the other are one."""
    columns: list[Word] = []
    for cell in sorted((cell for line in band for cell in line.cells(em)), key=lambda cell: cell["x0"]):
        if columns and cell["x0"] < columns[-1]["x1"]:
            columns[-1] = {**columns[-1], "x1": max(cell["x1"], columns[-1]["x1"])}
        else:
            columns.append(dict(cell))
    return columns


def _rows(band: list[PageLine], *, em: float) -> Iterator[PageRow]:
    """The band as one row; or line by line when it is too deep to be one."""
    columns = _cells(band, em)
    if len(band) == 1 or len(band) > 2 * MOST_LINES or not 2 <= len(columns) <= MOST_COLUMNS:
        yield from (PageRow(line.words, 1) for line in band)
        return
    found: list[list[Word]] = [[] for _ in columns]
    for line in band:
        for cell in line.cells(em):
            at = next(at for at, column in enumerate(columns) if column["x0"] <= cell["x0"] < column["x1"])
            found[at].append(cell)
    words = [
        {**column, "text": "".join(cell["text"] for cell in cells)}
        for column, cells in zip(columns, found, strict=True)
    ]
    yield PageRow(tuple(words), max(map(len, found)))


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
        PageLine(tuple(sorted(line, key=itemgetter("x0"))))
        for line in cluster_objects(words, itemgetter("top"), SAME_LINE)
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
    def grid(self) -> CellGrid:
        return CellGrid(self.rows, lambda row, column: f"{self.places[row]}第{column + 1}格")

    def goes_on_with(self, rows: Sequence[Sequence[str]]) -> bool:
        """Whether rows that begin a page are its own: as wide, and without heads."""
        return bool(rows) and len(rows[0]) == len(self.rows[0]) and not any(kind_of_head(cell) for cell in rows[0])


class RuledTables:
    """Collects the tables page by page; one is given out when it is seen to have ended."""

    def __init__(self) -> None:
        self.last: RuledTable | None = None

    def on_page(self, number: int, tables: Sequence[Any]) -> Iterator[CellGrid]:
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

    def ended(self) -> Iterator[CellGrid]:
        if self.last:
            yield self.last.grid
        self.last = None
