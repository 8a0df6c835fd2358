"""What a file consists of (版块), whatever its format: passages (原文片段), paragraphs, tables; and why one cannot be read."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

PARAGRAPH_IN_CELL = "\u2028"  # a row of a table is one line, whatever its cells hold


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the input (原文片段): where it stands and what it says, never altered.

    `breaks` are the offsets in `text` at which a further line of the input begins, each with that line's number.
    """

    line: int
    start: int
    text: str
    breaks: tuple[tuple[int, int], ...] = ()

    def cut(self, start: int, end: int | None = None) -> "Passage":
        """The part of this passage between two offsets counted from its own beginning."""
        if not self.breaks:
            return Passage(self.line, self.start + start, self.text[start:end])
        stop = len(self.text) if end is None else end
        first = bisect_right(self.breaks, start, key=itemgetter(0))
        last = bisect_left(self.breaks, stop, key=itemgetter(0))
        inside = tuple((offset - start, line) for offset, line in self.breaks[first:last])
        offset, line = self.breaks[first - 1] if first else (-self.start, self.line)
        return Passage(line, start - offset, self.text[start:stop], inside)

    def by_line(self) -> Iterator["Passage"]:
        """The passage as the lines of the input have it."""
        starts = [0, *(offset for offset, _ in self.breaks)]
        return (self.cut(start, end) for start, end in zip(starts, [*starts[1:], len(self.text)], strict=True))

    @property
    def last_line(self) -> int:
        return self.breaks[-1][1] if self.breaks else self.line

    @property
    def position(self) -> tuple[int, int]:
        return self.line, self.start

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class RunningHead(Passage):
    """What a page repeats at its head or foot (页眉页脚、页码), known as such from the file's layout."""


PAGE_NUMBER = re.compile(r"\s*(?:[-—–－·]+\s*\d{1,4}\s*[-—–－·]+|第\s*\d{1,4}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3})\s*$")


def is_page_number(line: Passage) -> bool:
    """— 3 —  - 3 -  第3页 共12页  3/12"""
    return isinstance(line, RunningHead) or bool(PAGE_NUMBER.match(line.text))


# Text as it is matched (比对文本): half-width digits, and no blank between a digit and what it counts.

HALF_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
SIGNS_IN_DATES = {0xFF0D: "-", 0xFF0F: "/", 0xFF1A: ":"}  # of full width
HAN_DIGITS = {
    ord(digit): str(value)
    for value, digits in enumerate(("\u3007\u25cb零O\uff2f", *"一二三四五六七八九"))
    for digit in digits
}
HAN_YEAR = re.compile(rf"[一二][{''.join(map(chr, HAN_DIGITS))}]{{3}}(?=\s*年)")
BLANK_IN_DATE = re.compile(
    r"(?<=\d)\s+(?=[年月日号个工小天周\d])|(?<=[年月])\s+(?=[\d底末上中下初份])|(?<=[日底末])\s+(?=前)"
)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """The squeezed text, and where each of its characters stands in what was written."""

    text: str
    written: str
    origin: tuple[int, ...] | None = None  # None when nothing was taken out

    def original(self, start: int, end: int) -> str:
        """What was written where the squeezed text says [start:end]."""
        if self.origin is None:
            return self.written[start:end]
        return self.written[self.origin[start] : self.origin[end - 1] + 1]


def folded(written: str) -> str:
    """The text with half-width digits, in years too that were written 二〇一八年; of the same length."""
    if written.isascii():
        return written
    return HAN_YEAR.sub(lambda year: year[0].translate(HAN_DIGITS), written.translate(HALF_WIDTH))


def squeeze(written: str) -> Squeezed:
    """Fold the digits of a text and take out the blanks inside its dates and amounts."""
    text = folded(written).translate(SIGNS_IN_DATES)
    blanks = [found.span() for found in BLANK_IN_DATE.finditer(text)]
    if not blanks:
        return Squeezed(text, written)
    out = {position for start, end in blanks for position in range(start, end)}
    origin = tuple(position for position in range(len(text)) if position not in out)
    return Squeezed("".join(text[position] for position in origin), written, origin)


class NotANotice(ValueError):
    """The file cannot be read as a notice; its message is one Chinese sentence that says why and what to do."""


class YearUnknown(NotANotice):
    """The file is a notice, but nothing in it says for which year: whoever imports it is asked (请填写年度)."""


# A table as a file holds it (表格): cells on a grid, merged ones over several rows and columns.

BETWEEN_CELLS = "\t"
LARGEST_GRID = 500_000


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of the file: its place on the grid, what it spans, and its paragraphs."""

    row: int
    column: int
    paragraphs: tuple[str, ...]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        return PARAGRAPH_IN_CELL.join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The cells of a table in any order; where none is, the grid is empty."""

    cells: tuple[TableCell, ...]
    height: int = 0  # at least so many rows, blank ones at the end too
    written: tuple[str, ...] = ()  # the lines of plain text that it was made of

    def by_row(self) -> Iterator[list[TableCell]]:
        """Each row's own cells from left to right; a row that only continues merged cells has none."""
        rows: dict[int, list[TableCell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row, []).append(cell)
        last = max((cell.row + cell.rows for cell in self.cells), default=0)
        last = max(last, self.height)
        return (sorted(rows.get(row, []), key=lambda cell: cell.column) for row in range(last))

    def lines(self) -> Iterator[str]:
        """Its text where it is no breakdown: a row's cells on one line, or one paragraph below the other."""
        if self.written:
            yield from self.written
            return
        for cells in self.by_row():
            if any(len(cell.paragraphs) > 1 for cell in cells):
                yield from (paragraph for cell in cells for paragraph in cell.paragraphs)
            else:
                yield BETWEEN_CELLS.join(cell.text for cell in cells)


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell as one row of the grid sees it; `begins` in this row, or merged with it from above."""

    column: int
    columns: int
    rows: int
    passage: Passage
    begins: bool

    @property
    def text(self) -> str:
        return self.passage.text


@dataclass(frozen=True, slots=True)
class TableRow(Passage):
    """A line of the input that is a row of a breakdown table; its cells are parted by tabs."""

    cells: tuple[RowCell, ...] = ()
    header: Mapping[int, str] = field(default_factory=dict)  # by column; empty on the header itself

    @property
    def own(self) -> tuple[RowCell, ...]:
        return tuple(cell for cell in self.cells if cell.begins)

    def blanks(self) -> Iterator[Passage]:
        """What stands between the cells."""
        end = 0
        for cell in self.own:
            at = cell.passage.start
            yield self.cut(end, at)
            end = at + len(cell.passage.text)
        yield self.cut(end)


def rows_of(table: SourceTable, *, first_line: int) -> Iterator[TableRow]:
    """The rows as lines, each with every cell that reaches into it."""
    reaching: list[tuple[int, RowCell]] = []  # with the first row below the cell
    for number, own in enumerate(table.by_row()):
        line, start = first_line + number, 0
        reaching = [(end, cell) for end, cell in reaching if end > number]
        merged = [_from_above(cell) for _, cell in reaching]
        begun: list[RowCell] = []
        for cell in own:
            passage = Passage(line, start, cell.text)
            begun.append(RowCell(cell.column, cell.columns, cell.rows, passage, begins=True))
            reaching.append((number + cell.rows, begun[-1]))
            start += len(cell.text) + len(BETWEEN_CELLS)
        text = BETWEEN_CELLS.join(cell.text for cell in own)
        yield TableRow(line, 0, text, cells=tuple(sorted([*merged, *begun], key=lambda cell: cell.column)))


def _from_above(cell: RowCell) -> RowCell:
    return RowCell(cell.column, cell.columns, cell.rows, cell.passage, begins=False)


def grid(rows: Sequence[Sequence[tuple[tuple[str, ...], int, int]]]) -> SourceTable:
    """Cells told row by row as (paragraphs, rows, columns), as HTML does: each takes the next free place.

    No cell reaches below the last row; raises NotANotice for a grid that no office ever drew.
    """
    cells: list[TableCell] = []
    taken: set[tuple[int, int]] = set()
    for row, row_cells in enumerate(rows):
        column = 0
        for paragraphs, down, across in row_cells:
            while (row, column) in taken:
                column += 1
            down = min(down, len(rows) - row)
            cells.append(TableCell(row, column, paragraphs, down, across))
            taken.update((row + below, column + right) for below in range(down) for right in range(across))
            column += across
            if len(taken) > LARGEST_GRID:
                raise NotANotice("文件里的表格过大，请只保留任务分解表后再导入。")
    return SourceTable(tuple(cells))


# Blocks (版块): paragraphs, tables, running heads, and remarks about them.


@dataclass(frozen=True, slots=True)
class Running:
    """What the pages repeat at head or foot (页眉、页脚、页码)."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the office should know about the file at this place, in one Chinese sentence."""

    message: str


Block = str | SourceTable | Running | Remark
