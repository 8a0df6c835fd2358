"""A PDF with text: its pages, notes, properties and the files within it. A scan is a picture."""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from operator import itemgetter
from statistics import median
from typing import Any
from unicodedata import east_asian_width

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.clustering import cluster_objects
from pdfplumber.utils.exceptions import PdfminerException

from ninghai.files.bounded_pdf import CostlyPdf, bounded_pdf, refuse_crowded
from ninghai.personal_data.heads import kind_of_head
from ninghai.personal_data.reading import plain
from ninghai.personal_data.reading.content import CellGrid, Content, FilePassage, Picture, UnreadableFile, author
from ninghai.personal_data.reading.package import link

# A page of a PDF as lines of text in which every word keeps its column, so that a table without rules is still one;
# and tables with rules, which may go on over pages.

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
    return laid_out(words, unit=_unit(page))


def laid_out(words: list[Word], *, unit: float) -> str:
    """The words in lines, each in its column; `unit` is the width of a half-width character."""
    if not words:
        return ""
    left = min(word["x0"] for word in words)
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


MOST_PAGES = 2000
MOST_FILES = 100
EMBEDDED = "内嵌附件"
PROPERTIES = {"Author": "作者", "Title": "标题", "Subject": "主题", "Keywords": "关键词", "Creator": "创建软件"}


def read(data: bytes) -> Iterator[Content]:
    try:
        with bounded_pdf(data) as document:
            yield from _content(document)
    except CostlyPdf as refused:
        raise UnreadableFile(str(refused)) from refused
    except (PdfminerException, PSException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFile("PDF打不开，可能已损坏或加了密码，请重新生成后再检查。") from error


def tables_of(page: Page) -> list[Any]:
    """Its tables with rules; a strip of boxes for single characters is none, but a part of the line in which its label stands."""
    return [table for table in page.find_tables() if len(table.rows) > 1 or not _is_of_boxes(table)]


def _is_of_boxes(strip: Any) -> bool:
    return all(len((cell or "").strip()) <= 1 for row in strip.extract() for cell in row)


def _content(document: PDF) -> Iterator[Content]:
    if len(document.pages) > MOST_PAGES:
        raise UnreadableFile(f"PDF超过{MOST_PAGES}页，请分成几个文件后再检查。")
    ruled = RuledTables()
    for number, shown in enumerate(document.pages, start=1):
        page = upright(shown)
        refuse_crowded(page)
        tables = tables_of(page)
        text = text_of(page, outside=[table.bbox for table in tables])
        yield FilePassage(f"第{number}页", text, flows=number > 1)
        if page.images or (page.curves and not text.strip() and not tables):
            yield Picture(f"第{number}页")
        yield from ruled.on_page(number, tables)
        yield from _notes(number, shown)
        yield from _aside(number, page)
        page.close()
        shown.close()
    yield from ruled.ended()
    for name, label in PROPERTIES.items():
        if value := document.metadata.get(name):
            place = f"文件属性“{label}”"
            yield author(place, str(value)) if name == "Author" else FilePassage(place, str(value))
    yield from _files(document)


def _aside(number: int, page: Page) -> Iterator[FilePassage]:
    """What runs another way than the text of the page."""
    for other in aside(page):
        yield FilePassage(f"第{number}页", text_of(other))
        other.close()


def _notes(number: int, page: Page) -> Iterator[FilePassage]:
    """What somebody noted on the page, and where its links lead."""
    for note in page.annots:
        if passage := link(str(note.get("uri") or ""), place=f"超链接（第{number}页）"):
            yield passage
        if note.get("contents"):
            is_link = bool(note.get("uri"))  # what a link says aloud, not what somebody noted
            yield FilePassage(f"第{number}页的批注", str(note["contents"]), hidden="" if is_link else "批注")


def _files(document: PDF) -> Iterator[Content]:
    """That there are files within, and what their tables of separated values say; nobody sees them on the pages."""
    catalog = document.doc.catalog
    names = resolve1(catalog.get("Names")) or {}
    if "EmbeddedFiles" not in names and "AF" not in catalog:
        return
    yield FilePassage("PDF内嵌的附件", "", hidden=EMBEDDED)
    described = [*_leaves(resolve1(names.get("EmbeddedFiles")) or {}), *(resolve1(catalog.get("AF")) or [])]
    for number, reference in enumerate(described[:MOST_FILES], start=1):
        about = resolve1(reference) or {}
        stream = resolve1((resolve1(about.get("EF")) or {}).get("F"))
        if isinstance(stream, PDFStream):
            rows = plain.rows_of(plain.decoded(stream.get_data()))
            place = f"PDF内嵌的第{number}个附件"
            yield CellGrid(rows, lambda row, column, place=place: f"{place}第{row + 1}行第{column + 1}列")  # type: ignore[misc]


def _leaves(node: dict[str, Any], *, depth: int = 0) -> Iterator[Any]:
    """The values of a name tree."""
    yield from (resolve1(node.get("Names")) or [])[1::2]
    for kid in (resolve1(node.get("Kids")) or []) if depth < 10 else []:
        yield from _leaves(resolve1(kid) or {}, depth=depth + 1)


# Text that lies on its side or stands on its head, on a page or with it: each way of writing is read turned upright.

QUARTERS = (0, 90, 180, 270)  # degrees clockwise


def upright(page: Page) -> Page:
    """The page turned as most of its characters want to be read."""
    return _turned(page, _usual(page))


def aside(page: Page) -> Iterator[Page]:
    """The page once more for every other way in which something is written on it."""
    ways = {_direction(char) for char in page.chars}
    for way in QUARTERS:
        if way in ways - {_usual(page)}:
            yield _turned(page, way)


def only_upright(page: Page) -> Page:
    """The page without the characters that run another way than from left to right."""
    if all(_direction(char) == 0 for char in page.chars):
        return page
    return page.filter(lambda each: each["object_type"] != "char" or _direction(each) == 0)


def _usual(page: Page) -> int:
    ways = Counter(_direction(char) for char in page.chars)
    return max(QUARTERS, key=lambda way: ways[way])


def _direction(char: dict[str, Any]) -> int:
    """By how much the character is turned, to the nearest quarter."""
    along, up = char["matrix"][:2]
    if abs(along) >= abs(up):
        return 0 if along >= 0 else 180
    return 270 if up > 0 else 90


def _turned(page: Page, by: int) -> Page:
    """The same page, which is shown turned back by so much."""
    if by == 0:
        return page
    turned = copy(page.page_obj)
    turned.rotate = (page.rotation - by) % 360
    turned.attrs = {**page.page_obj.attrs, "Rotate": turned.rotate}
    return Page(page.pdf, turned, page.page_number, page.initial_doctop)
