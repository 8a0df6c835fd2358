"""From a saved web page to the paragraphs and tables a reader of it sees (网页 → 版块)."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tasks.notices.reading.blocks import Block, grid
from tasks.notices.reading.breakdown_table import is_breakdown

UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "select"})
BREAKS = re.compile(
    "address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|footer|form|h[1-6r]|header|html|li|main|nav|ol|p|pre"
    "|section|ul|caption"
)
BLANKS = " \t\r\f"
CELLS = frozenset({"td", "th"})
MOST_SPANNED = 200


def blocks_of_page(html: str) -> list[Block]:
    """The visible text of the page, a line for each block; tables within a layout's cells stand for themselves."""
    page = _WebPage()
    page.feed(html)
    page.close()
    return page.finish()


@dataclass
class _Container:
    """The page, or a cell of a table, while it is read."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    rows: int = 1
    columns: int = 1

    def end_line(self) -> None:
        self.blocks.append("".join(self.pieces))
        self.pieces.clear()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.strip() for block in self.blocks if isinstance(block, str) and block.strip())


@dataclass
class _OpenTable:
    rows: list[list[_Container]] = field(default_factory=list)
    cell: _Container | None = None


class _WebPage(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.unseen_in: str | None = None
        self.containers = [_Container()]
        self.tables: list[_OpenTable] = []

    def finish(self) -> list[Block]:
        while self.tables:
            self._close_table()
        self.containers[0].end_line()
        return self.containers[0].blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.unseen_in:
            return
        if tag in UNSEEN:
            self.unseen_in = tag
        elif tag == "table":
            self.containers[-1].end_line()
            self.tables.append(_OpenTable())
        elif tag == "tr" and self.tables:
            self._close_cell()
            self.tables[-1].rows.append([])
        elif tag in CELLS and self.tables:
            self._close_cell()
            self._open_cell(dict(attrs))
        elif BREAKS.fullmatch(tag):
            self.containers[-1].end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if BREAKS.fullmatch(tag) and not self.unseen_in:
            self.containers[-1].end_line()

    def handle_endtag(self, tag: str) -> None:
        if self.unseen_in:
            self.unseen_in = None if tag == self.unseen_in else self.unseen_in
        elif tag in CELLS or (tag == "tr" and self.tables):
            self._close_cell()
        elif tag == "table" and self.tables:
            self._close_table()
        elif BREAKS.fullmatch(tag):
            self.containers[-1].end_line()

    def handle_data(self, data: str) -> None:
        if not self.unseen_in:
            self.containers[-1].pieces.append(_unwrapped(data))

    def _open_cell(self, attributes: dict[str, str | None]) -> None:
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        table.cell = _Container(rows=_span(attributes.get("rowspan")), columns=_span(attributes.get("colspan")))
        table.rows[-1].append(table.cell)
        self.containers.append(table.cell)

    def _close_cell(self) -> None:
        if self.tables and self.tables[-1].cell:
            self.containers.pop().end_line()
            self.tables[-1].cell = None

    def _close_table(self) -> None:
        self._close_cell()
        rows = self.tables.pop().rows
        self.containers[-1].blocks += _blocks_of(rows)


def _blocks_of(rows: list[list[_Container]]) -> list[Block]:
    """A breakdown or a small table as such; any other is layout, and its cells' blocks follow each other."""
    cells = [cell for row in rows for cell in row]
    if all(isinstance(block, str) for cell in cells for block in cell.blocks):
        table = grid([[(cell.paragraphs, cell.rows, cell.columns) for cell in row] for row in rows])
        if is_breakdown(table) or all(len(cell.paragraphs) <= 1 for cell in cells):
            return [table]
    return [block for cell in cells for block in cell.blocks]


def _span(written: str | None) -> int:
    """rowspan and colspan as browsers read them: at least 1, and not without end."""
    found = re.match(r"\s*(\d{1,4})", written or "")
    return min(max(int(found[1]), 1), MOST_SPANNED) if found else 1


def _unwrapped(source: str) -> str:
    """A line end means nothing in a page's source, and between Chinese characters not even a space."""
    first, *others = source.split("\n")
    joined = [first.rstrip(BLANKS) if others else first]
    before = joined[0]
    for line in (other.strip(BLANKS) for other in others):
        if before and line and before[-1].isascii() and line[0].isascii():
            joined.append(" ")
        joined.append(line)
        before = line or before
    return "".join(joined)
