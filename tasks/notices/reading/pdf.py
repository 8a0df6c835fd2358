"""From a PDF with text to paragraphs and tables (PDF → 版块): a page knows only where its characters and rules stand."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.clustering import cluster_objects
from pdfplumber.utils.exceptions import PdfminerException

from ninghai.files.bounded_pdf import CostlyPdf, bounded_pdf, refuse_crowded
from tasks.notices.reading import blocks
from tasks.notices.reading.numbering import level_at_start

# Lines of a PDF page and the paragraphs they make (PDF 的行与段).

GAP = 0.6  # of a character's size: wider than this is a blank
EDGE_LINES = 2


@dataclass(frozen=True, slots=True)
class PdfLine:
    """What stands on one height of a page."""

    text: str
    page: int
    x0: float
    x1: float
    top: float
    size: float
    is_at_edge: bool = False  # among the first or last lines of its page


def lines_in(chars: Sequence[dict[str, Any]], *, page: int) -> list[PdfLine]:
    """The characters as lines from top to bottom; those of a blank page are none."""
    lines = []
    for row in cluster_objects(list(chars), "doctop", 3):
        row = sorted(row, key=lambda char: char["x0"])
        text = _text(row)
        seen = [char for char in row if not char["text"].isspace()]
        if seen:
            size = median(char["size"] for char in seen)
            lines.append(PdfLine(text, page, seen[0]["x0"], seen[-1]["x1"], min(char["top"] for char in seen), size))
    last = len(lines) - EDGE_LINES
    return [
        PdfLine(line.text, page, line.x0, line.x1, line.top, line.size, not EDGE_LINES <= number < last)
        for number, line in enumerate(sorted(lines, key=lambda line: line.top))
    ]


def paragraphs_of(
    lines: Sequence[PdfLine], *, begins: Callable[[str], bool], right: float | None = None
) -> Iterator[str]:
    """Lines that reach the right margin joined with the next; `begins` tells a line that opens a paragraph anyway."""
    if not lines:
        return
    left = min(line.x0 for line in lines)
    margin = max(line.x1 for line in lines) if right is None else right
    text, before = lines[0].text, lines[0]
    for line in lines[1:]:
        room = margin - before.x1
        indent = line.x0 - left
        if room < 2 * before.size and indent < line.size and not begins(line.text.strip()):
            text = _glued(text, line.text)
        else:
            yield text
            text = line.text
        before = line
    yield text


def _glued(text: str, more: str) -> str:
    """Two halves of a line; only Latin words need a blank between them."""
    text, more = text.rstrip(), more.lstrip()
    blank = " " if text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha() else ""
    return f"{text}{blank}{more}"


def _text(row: Sequence[dict[str, Any]]) -> str:
    """The characters of a line; a gap as wide as a character is a blank."""
    pieces: list[str] = []
    end: float | None = None
    for char in row:
        if end is not None and char["x0"] - end > GAP * char["size"]:
            pieces.append(" ")
        pieces.append(char["text"])
        end = char["x1"]
    return "".join(pieces)


# Ruled tables of a PDF (PDF 表格): the grid that the rules make, over the ends of pages.

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
    cells: tuple[blocks.TableCell, ...]
    boxes: tuple[Box, ...]  # of the cells on the first page

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def rows(self) -> int:
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    def laid_out(self) -> blocks.SourceTable:
        return blocks.SourceTable(self.cells)

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
        cells.append(blocks.TableCell(top, left, _paragraphs(page, box), max(1, bottom - top), max(1, right - left)))
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
    return level_at_start(blocks.Passage(0, 0, text)) is not None


def _first_row(cells: Sequence[blocks.TableCell]) -> list[blocks.TableCell]:
    return sorted((cell for cell in cells if cell.row == 0), key=lambda cell: cell.column)


def _is_rest(cut: Sequence[blocks.TableCell], above: Sequence[blocks.TableCell], end: int) -> bool:
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


def _with_rest(cell: blocks.TableCell, cut: Sequence[blocks.TableCell]) -> blocks.TableCell:
    rest = next((each.paragraphs for each in cut if each.column == cell.column), ())
    if not rest:
        return cell
    *earlier, last = cell.paragraphs
    return replace(cell, paragraphs=(*earlier, f"{last}{rest[0]}", *rest[1:]))


# From a PDF with text to paragraphs and tables (PDF → 版块): a page knows only where its characters stand.

MOST_PAGES = 300
SCAN = "这个PDF是扫描件或图片，没有可以识别的文字。请改用Word、网页或文本文件，或者先做文字识别再导入。"
LOCKED = "这个PDF设有密码，请取消密码后另存一份再导入。"
BROKEN = "PDF打不开，可能已损坏，请重新导出一份再导入。"


@dataclass(frozen=True, slots=True)
class _PdfPage:
    number: int
    lines: list[PdfLine]
    tables: list[PdfTable]
    has_picture: bool

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.tables


def blocks_of_pdf(data: bytes) -> Iterator[blocks.Block]:
    """Paragraphs and tables from the first page to the last; raises NotANotice for a scan or a locked file."""
    pages = _read(data)
    if all(page.is_empty for page in pages):
        raise blocks.NotANotice(SCAN)
    for page in pages:
        if page.is_empty and page.has_picture:
            yield blocks.Remark(f"第{page.number}页是图片，没有读取，请核对是否有遗漏。")
    running = _running(pages)
    flow: list[PdfLine | PdfTable] = []
    heads: list[PdfLine] = []
    for page in pages:
        heads += (line for line in page.lines if _key(line) in running)
        written = [line for line in page.lines if _key(line) not in running]
        flow += sorted([*written, *page.tables], key=lambda each: each.top)
    yield from _joined(flow)
    yield from (blocks.Running(line.text) for line in heads)


def _read(data: bytes) -> list[_PdfPage]:
    try:
        with bounded_pdf(data) as document:
            if len(document.pages) > MOST_PAGES:
                raise blocks.NotANotice(f"PDF超过{MOST_PAGES}页，请只上传通知正文。")
            return [_page(page) for page in document.pages]
    except CostlyPdf as refused:
        raise blocks.NotANotice(str(refused)) from refused
    except PdfminerException as error:
        locked = bool(error.args) and isinstance(error.args[0], PDFPasswordIncorrect)
        raise blocks.NotANotice(LOCKED if locked else BROKEN) from error
    except (PDFException, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        if isinstance(error, blocks.NotANotice):
            raise
        raise blocks.NotANotice(BROKEN) from error


def _page(page: Any) -> _PdfPage:
    refuse_crowded(page)
    tables = tables_of(page)
    boxes = [box for table in tables for box in table.boxes]  # no text between cells is lost
    outside = [char for char in page.chars if not any(is_within(char, box) for box in boxes)]
    read = _PdfPage(page.page_number, lines_in(outside, page=page.page_number), tables, bool(page.images))
    page.close()
    return read


def _key(line: PdfLine) -> tuple[bool, str]:
    """The same running head on every page, whatever its page number."""
    return line.is_at_edge, re.sub(r"\d+", "0", line.text.strip())


def _running(pages: Sequence[_PdfPage]) -> set[tuple[bool, str]]:
    """What stands at the edge of most pages, and page numbers wherever they stand at an edge."""
    edges = [line for page in pages for line in page.lines if line.is_at_edge]
    counted = Counter(_key(line) for line in edges)
    repeated = {key for key, times in counted.items() if times > 1 and times * 2 >= len(pages)}
    return repeated | {
        _key(line) for line in edges if blocks.PAGE_NUMBER.match(line.text) or line.text.strip().isdecimal()
    }


def _joined(flow: Sequence[PdfLine | PdfTable]) -> Iterator[blocks.Block]:
    """Lines to paragraphs and tables over a page's end to one, in the order of the pages."""
    lines: list[PdfLine] = []
    table: PdfTable | None = None
    for each in [*flow, None]:
        if isinstance(each, PdfLine):
            if table:
                yield table.laid_out()
                table = None
            lines.append(each)
            continue
        yield from paragraphs_of(lines, begins=_begins_paragraph)
        lines = []
        if table and each and table.goes_on_in(each):
            table = table.joined(each)
            continue
        if table:
            yield table.laid_out()
        table = each
