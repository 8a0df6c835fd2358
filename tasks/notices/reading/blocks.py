"""What a file consists of (版块), whatever its format: paragraphs, tables (cells on a grid, merged ones over several), running heads, remarks."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ninghai.files.archive import open_zip, refuse_long_text
from ninghai.files.kinds import UnacceptableFile
from ninghai.files.office_document import check_document
from tasks.notices.reading.passage import PARAGRAPH_IN_CELL, Passage
from tasks.notices.reading.refusal import NotANotice

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


# What a file consists of (版块), whatever its format: paragraphs, tables, running heads, and remarks about them.


@dataclass(frozen=True, slots=True)
class Running:
    """What the pages repeat at head or foot (页眉、页脚、页码)."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the office should know about the file at this place, in one Chinese sentence."""

    message: str


Block = str | SourceTable | Running | Remark


# What .docx and .xlsx share (Office 文档): a zip of XML parts, looked at before anything in it is read.


def checked(data: bytes) -> io.BytesIO:
    """The file, once it was found sound and harmless; raises NotANotice with a sentence."""
    stream = io.BytesIO(data)
    try:
        container = open_zip(stream, size=len(data))
        check_document(container)
        refuse_long_text(container)
    except UnacceptableFile as refused:
        raise NotANotice(" ".join(refused.messages)) from refused
    stream.seek(0)
    return stream
