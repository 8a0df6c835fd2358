"""What a document or a table says, as far as a screen shows it: headings, paragraphs, lists, tables. For the sandbox.

Of what is long the beginning is read, and a sentence says what was left out.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from typing import Any, TypeVar

from docx import Document as open_document
from docx.document import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ninghai.files.archive import opened_zip, refuse_long_text
from ninghai.files.drawing.word import (
    PARAGRAPH,
    TABLE,
    TAKEN_OUT,
    Numbering,
    children,
    number_in,
    span,
    text_of,
    value_of,
)
from ninghai.files.sandbox.plain_values import to_plain
from ninghai.files.workbooks.opening import cell_text, readable
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, each_row

MOST_BLOCKS, MOST_LINES = 400, 200  # of one document; of one list in it
MOST_CHARACTERS, PIECE = 150_000, 15  # of one page; what a paragraph or a cell takes there besides its own
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 5, 100, 26  # of one workbook
LONGEST_CELL = 300  # characters
DEEPEST_HEADING = 5
P = TypeVar("P")
BROKEN = "文件打不开，可能已损坏或者加了密码，请下载后用办公软件查看。"


@dataclass(frozen=True, slots=True)
class DrawnCell:
    text: str
    across: int = 1  # columns


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """A heading with its level, a paragraph, a list with its lines, or a table whose first row is its head; `is_sheet` has
    the letters of its columns there, and before each row its number."""

    kind: str
    text: str = ""
    level: int = 0
    lines: tuple[str, ...] = ()
    head: tuple[DrawnCell, ...] = ()
    rows: tuple[tuple[DrawnCell, ...], ...] = ()
    is_sheet: bool = False

    def cut(self, most: int) -> "DrawnBlock":
        """So much of it as costs no more than that."""
        rows, lines = _as_many(self.rows, most, cost=_cost_of_row), _as_many(self.lines, most, cost=_cost)
        return replace(self, text=self.text[:most], lines=lines, rows=rows)

    @property
    def cost(self) -> int:
        """In characters: what is told, and what each piece takes on a page besides."""
        pieces = sum(map(_cost, self.lines)) + sum(map(_cost_of_row, (self.head, *self.rows)))
        return _cost(self.text) + pieces


def _cost(text: str) -> int:
    return len(text) + PIECE


def _cost_of_row(row: tuple[DrawnCell, ...]) -> int:
    return sum(_cost(cell.text) for cell in row)


def _as_many(pieces: tuple[P, ...], most: int, *, cost: Callable[[P], int]) -> tuple[P, ...]:
    """The first of them, until they cost too much."""
    spent = accumulate(map(cost, pieces))
    return tuple(piece for piece, so_far in zip(pieces, spent, strict=True) if so_far <= most)


@dataclass(frozen=True, slots=True)
class DrawnText:
    blocks: tuple[DrawnBlock, ...]
    left_out: str  # in a sentence


# Documents (docx).

NOT_SHOWN = "这里只显示文字和表格，图片、页眉页脚、脚注和批注请下载查看。"
CUT = "文件较长，只显示了前面的一部分，其余请下载查看。"
LARGE_TABLES = f"大的表格只显示前{MOST_ROWS}行、前{MOST_COLUMNS}列，其余请下载查看。"
BULLET = "•"


def document_drawn(data: bytes) -> Any:
    with opened_zip(data, UnreadableFile(BROKEN)) as package:
        refuse_long_text(package)
    document = open_document(io.BytesIO(data))
    drawer = _Drawer(document)
    blocks, is_cut = _within_bounds(_in_lists(drawer.blocks_in(document.element.body)))
    left_out = f"{CUT if is_cut else ''}{LARGE_TABLES if drawer.has_large_tables else ''}{NOT_SHOWN}"
    return to_plain(DrawnText(tuple(_stepwise(blocks)), left_out))


class _Drawer:
    """Reads a document from top to bottom, and counts as Word does."""

    def __init__(self, document: Document) -> None:
        self.numbering = Numbering(document)
        self.has_large_tables = False

    def blocks_in(self, element: Any) -> Iterator[DrawnBlock]:
        for child in element:
            if child.tag == PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == TABLE:
                yield from self._table(child)
            elif child.tag not in TAKEN_OUT:  # a content control or the like, around paragraphs
                yield from self.blocks_in(child)

    def _paragraph(self, paragraph: Any) -> Iterator[DrawnBlock]:
        text = text_of(paragraph).strip()
        if not text:
            return
        number = self.numbering.number_of(paragraph)
        if level := self._heading_level(paragraph.find(qn("w:pPr"))):
            yield DrawnBlock("heading", f"{number}{text}", level=level)
        elif number:
            shown = BULLET if not any(map(str.isalnum, number)) else number
            yield DrawnBlock("list", lines=(f"{shown} {text}",))
        else:
            yield DrawnBlock("paragraph", text)

    def _heading_level(self, properties: Any) -> int:
        """From 1; 0 for what is no heading."""
        if properties is None:
            return 0
        outline = number_in(properties, "w:outlineLvl")
        style = self.numbering.styles.get(value_of(properties, "w:pStyle") or "")
        name = (value_of(style, "w:name") or "").lower() if style is not None else ""
        if outline is None and style is not None and (of_style := style.find(qn("w:pPr"))) is not None:
            outline = number_in(of_style, "w:outlineLvl")
        if name == "title":
            return 1
        if outline is None and name.startswith("heading ") and name[8:].isdecimal():
            outline = int(name[8:]) - 1
        return outline + 1 if outline is not None and 0 <= outline < DEEPEST_HEADING else 0

    def _table(self, table: Any) -> Iterator[DrawnBlock]:
        """A table of plain cells; one whose cells hold tables is layout, and their blocks follow each other."""
        rows = children(table, qn("w:tr"))
        if any(True for _ in table.iterdescendants(TABLE)):
            for cell in (cell for row in rows for cell in children(row, qn("w:tc"))):
                yield from self.blocks_in(cell)
            return
        head, *others = [
            tuple(self._cell(cell) for cell in self._first(children(row, qn("w:tc")), MOST_COLUMNS))
            for row in self._first(rows, MOST_ROWS)
        ] or [()]
        if head:
            yield DrawnBlock("table", head=head, rows=tuple(others))

    def _first(self, pieces: Iterator[Any], most: int) -> list[Any]:
        """So many of a table's rows or cells; that there are more is remembered."""
        found = list(islice(pieces, most + 1))
        self.has_large_tables = self.has_large_tables or len(found) > most
        return found[:most]

    def _cell(self, cell: Any) -> DrawnCell:
        goes_on = next(cell.iter(qn("w:vMerge")), None)
        if goes_on is not None and goes_on.get(qn("w:val"), "continue") == "continue":
            return DrawnCell("", across=min(span(cell), MOST_COLUMNS))
        lines = (f"{self.numbering.number_of(each)}{text_of(each)}".strip() for each in cell.iter(PARAGRAPH))
        return DrawnCell(_short("\n".join(filter(None, lines))), across=min(span(cell), MOST_COLUMNS))


def _in_lists(blocks: Iterable[DrawnBlock]) -> Iterator[DrawnBlock]:
    """Lines that follow each other are one list."""
    lines: list[str] = []
    for block in blocks:
        if lines and (block.kind != "list" or len(lines) == MOST_LINES):
            yield DrawnBlock("list", lines=tuple(lines))
            lines = []
        if block.kind == "list":
            lines += block.lines
        else:
            yield block
    if lines:
        yield DrawnBlock("list", lines=tuple(lines))


def _within_bounds(blocks: Iterable[DrawnBlock]) -> tuple[list[DrawnBlock], bool]:
    """As many as a page shows, and whether there is more."""
    kept: list[DrawnBlock] = []
    left = MOST_CHARACTERS
    for block in blocks:
        if len(kept) == MOST_BLOCKS or left <= 0:
            return kept, True
        kept.append(block if block.cost <= left else block.cut(left))
        left -= block.cost
    return kept, left < 0


def _stepwise(blocks: Iterable[DrawnBlock]) -> Iterator[DrawnBlock]:
    """No heading is more than one level below the one before it; the file's name is the first of all."""
    last = 1
    for block in blocks:
        if block.kind == "heading":
            last = min(block.level + 1, last + 1)
            block = replace(block, level=last)
        yield block


# Workbooks (xlsx) and tables of separated values (csv).

BOUNDS_OF_TABLES = f"每张表最多显示前{MOST_ROWS}行、前{MOST_COLUMNS}列，图表和格式不显示，完整内容请下载查看。"


def workbook_drawn(data: bytes) -> Any:
    with readable(UnreadableFile(BROKEN)):
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        names = book.sheetnames
        blocks, is_cut = _within_bounds(block for sheet in book.worksheets[:MOST_SHEETS] for block in _sheet(sheet))
    more = f"共有{len(names)}张工作表，只显示前{MOST_SHEETS}张。" if len(names) > MOST_SHEETS else ""
    return to_plain(DrawnText(tuple(blocks), f"{more}{CUT if is_cut else ''}{BOUNDS_OF_TABLES}"))


def _sheet(sheet: Any) -> Iterator[DrawnBlock]:
    hidden = "（隐藏的工作表）" if sheet.sheet_state != "visible" else ""
    yield DrawnBlock("heading", f"{sheet.title}{hidden}", level=2)
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    table = _table_of([[cell_text(value) for value in row] for row in islice(rows, MOST_ROWS)])
    yield table or DrawnBlock("paragraph", "这张工作表是空的。")


def table_drawn(data: bytes) -> Any:
    rows = [row[:MOST_COLUMNS] for row in islice(each_row(decoded(data)), MOST_ROWS)]
    blocks, is_cut = _within_bounds([_table_of(rows) or DrawnBlock("paragraph", "这个文件里没有内容。")])
    return to_plain(DrawnText(tuple(blocks), f"{CUT if is_cut else ''}{BOUNDS_OF_TABLES}"))


def _table_of(rows: list[list[str]]) -> DrawnBlock | None:
    """Without the empty rows and columns at its end; none where nothing stands in it."""
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    width = max((place for row in rows for place, text in enumerate(row, start=1) if text), default=0)
    if not width:
        return None
    head = tuple(DrawnCell(get_column_letter(column)) for column in range(1, width + 1))
    lines = (tuple(DrawnCell(_short(text)) for text in (row + [""] * width)[:width]) for row in rows)
    return DrawnBlock("table", head=head, rows=tuple(lines), is_sheet=True)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}……"
