"""Ruled tables of a PDF (PDF 表格): the grid that the rules make, over the ends of pages."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tasks.notice.numbering import level_at_start
from tasks.notice.passage import Passage
from tasks.notice.pdf_lines import lines_in, paragraphs_of
from tasks.notice.tables import Cell, Table

Box = tuple[float, float, float, float]
SNAP = 3.0  # points within which two rules are one
FEWEST_COLUMNS = 2
PADDING = 6.0
SENTENCE_END = "。；;！？）)】]"


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A table on one page, or on several that were joined."""

    box: Box
    edges: tuple[float, ...]
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...]  # of the cells on the first page

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def rows(self) -> int:
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    def laid_out(self) -> Table:
        return Table(self.cells)

    def goes_on_in(self, following: "PdfTable") -> bool:
        """Has the table at the head of the next page the same columns?"""
        return len(self.edges) == len(following.edges) and all(
            abs(one - other) <= SNAP for one, other in zip(self.edges, following.edges, strict=True)
        )

    def joined(self, following: "PdfTable") -> "PdfTable":
        """Both as one: a header printed again is left in place, a row cut by the page's end is made whole."""
        above, below = list(self.cells), list(following.cells)
        shift = self.rows
        header = _first_row(above)
        skip = 1 if [cell.paragraphs for cell in _first_row(below)] == [cell.paragraphs for cell in header] else 0
        cut = [cell for cell in below if cell.row == skip]
        if _is_rest(cut, above, shift):
            above = [_with_rest(cell, cut) if cell.row + cell.rows == shift else cell for cell in above]
            below = [cell for cell in below if cell.row != skip or cell.rows > 1]
            below = [
                replace(cell, row=cell.row + 1, rows=cell.rows - 1) if cell.row == skip else cell for cell in below
            ]
            below = [replace(cell, row=cell.row - 1) if cell.row > skip else cell for cell in below]
        below = [replace(cell, row=cell.row + shift) for cell in below]
        return replace(self, cells=(*above, *below))


def tables_of(page: Any) -> list[PdfTable]:
    """The ruled tables of a page; a frame around text is none."""
    settings = {"explicit_horizontal_lines": _missing_rules(page)}
    read = (_table(page, found) for found in page.find_tables(settings))
    return [table for table in read if len(table.edges) > FEWEST_COLUMNS]


def _missing_rules(page: Any) -> list[float]:
    """Where a page's end cuts a row or a merged cell, no rule closes it at the foot or head of the upright ones."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > SNAP]
    if not upright:
        return []
    return [max(edge["bottom"] for edge in upright), min(edge["top"] for edge in upright)]


def _table(page: Any, found: Any) -> PdfTable:
    boxes: list[Box] = [tuple(box) for box in found.cells]
    columns = _edges([box[0] for box in boxes] + [box[2] for box in boxes])
    rows = _edges([box[1] for box in boxes] + [box[3] for box in boxes])
    cells = []
    for box in boxes:
        left, right = _index(columns, box[0]), _index(columns, box[2])
        top, bottom = _index(rows, box[1]), _index(rows, box[3])
        cells.append(Cell(top, left, _paragraphs(page, box), max(1, bottom - top), max(1, right - left)))
    return PdfTable(tuple(found.bbox), tuple(columns), tuple(cells), tuple(boxes))


def _edges(values: Sequence[float]) -> list[float]:
    """Where the rules stand, those close to each other taken as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _index(edges: Sequence[float], value: float) -> int:
    return max(0, bisect_left(edges, value + SNAP) - 1)


def _paragraphs(page: Any, box: Box) -> tuple[str, ...]:
    chars = [char for char in page.chars if is_within(char, box)]
    lines = lines_in(chars, page=page.page_number)
    if not lines:
        return ()
    padding = min(PADDING, max(0.0, min(line.x0 for line in lines) - box[0]))
    joined = paragraphs_of(lines, begins=_begins_paragraph, right=box[2] - padding)
    return tuple(text.strip() for text in joined if text.strip())


def is_within(char: dict[str, Any], box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _begins_paragraph(text: str) -> bool:
    return level_at_start(Passage(0, 0, text)) is not None


def _first_row(cells: Sequence[Cell]) -> list[Cell]:
    return sorted((cell for cell in cells if cell.row == 0), key=lambda cell: cell.column)


def _is_rest(cut: Sequence[Cell], above: Sequence[Cell], end: int) -> bool:
    """Is this first row of a page the rest of the last row: in no column the beginning of something?"""
    last = {cell.column: cell for cell in above if cell.row + cell.rows == end}
    words = [cell for cell in cut if cell.paragraphs]
    if not words or len(words) == len(cut):
        return False
    return all(
        cell.column in last
        and last[cell.column].paragraphs
        and last[cell.column].paragraphs[-1][-1] not in SENTENCE_END
        and not _begins_paragraph(cell.paragraphs[0])
        for cell in words
    )


def _with_rest(cell: Cell, cut: Sequence[Cell]) -> Cell:
    rest = next((each.paragraphs for each in cut if each.column == cell.column), ())
    if not rest:
        return cell
    *earlier, last = cell.paragraphs
    return replace(cell, paragraphs=(*earlier, f"{last}{rest[0]}", *rest[1:]))
