"""A masked copy of a PDF: each page drawn anew as a picture, with black boxes over everything personal and no text beneath.

A hit is looked for among the characters that the page draws, whatever blanks and line ends stand between them; the program
that draws the page also says where they stand. One whose place is not found exactly makes the copy impossible: rather
none than one that gives it away.
"""

import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pdfplumber.page import Page
from pdfplumber.table import Table
from PIL import Image, ImageDraw

from ninghai.files.bounded_pdf import CostlyPdf, bounded_pdf, refuse_crowded
from ninghai.personal_data.hit import DataKind
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.pdf import tables_of, upright
from ninghai.personal_data.scan import FileFindings, findings

DOTS = 150  # an inch
POINTS = 72
SCALE = DOTS / POINTS
MOST_PAGES = 60
MOST_DOTS = 20_000_000  # of one page
EDGE = 3  # dots around a box
SHORTEST = 4  # characters of a piece that may be looked for by itself
QUALITY = 80
NOT_BOXED = {
    DataKind.PICTURE,
    DataKind.HIDDEN_DATA,
}  # pictures are for a person to look at, and what is hidden is not drawn
NOT_DRAWN = ("文件属性", "超链接")
PLACE = "第{}页有个人信息的位置不能确定，没有生成副本。请在原稿中去标识化，重新生成PDF后上传。"

CELL = re.compile(r"页第(\d+)个表格第(\d+)行第(\d+)格")
Box = tuple[float, float, float, float]  # left, top, right, bottom, in dots


def rewrite(data: bytes) -> bytes:
    hits = _hits_by_page(data)
    try:
        with pypdfium2.PdfDocument(data) as document, bounded_pdf(data) as read, pikepdf.new() as copy:
            if len(document) > MOST_PAGES:
                raise UnreadableFile(f"PDF超过{MOST_PAGES}页，不能自动生成副本。请拆分后再处理。")
            columns: set[tuple[int, int]] = set()
            for number, (page, same) in enumerate(zip(document, read.pages, strict=True), start=1):
                tables = _Tables(same)
                picture = _masked_page(page, tables, hits[number], columns, number=number)
                columns = _go_on(tables, hits[number], columns)
                _add_page(copy, picture, size=page.get_size())
                page.close()
                same.close()
            return _saved(copy)
    except CostlyPdf as refused:
        raise UnreadableFile(str(refused)) from refused
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile("PDF打不开，可能已损坏或加了密码，请重新生成后再处理。") from error


def _hits_by_page(data: bytes) -> dict[int, list[FileFindings]]:
    """What stands on which page, as its place says."""
    hits: dict[int, list[FileFindings]] = defaultdict(list)
    for found in findings(name="a.pdf", data=data):
        number = found.place.removeprefix("第").partition("页")[0]
        if found.kind in NOT_BOXED or found.place.startswith(NOT_DRAWN):
            continue
        if not number.isdecimal():
            raise UnreadableFile("PDF内嵌的附件里有个人信息，不能自动处理。请去掉附件后重新上传。")
        hits[int(number)].append(found)
    return hits


def _masked_page(
    page: pypdfium2.PdfPage,
    tables: "_Tables",
    hits: Iterable[FileFindings],
    columns: set[tuple[int, int]],
    *,
    number: int,
) -> Image.Image:
    """The page as a picture, without what is pinned to it, all hits under boxes, and columns that go on from the page before."""
    width, height = page.get_size()
    if width * height * SCALE * SCALE > MOST_DOTS:
        raise UnreadableFile("PDF的页面过大，不能自动生成副本。请缩小页面后重新生成。")
    bitmap = page.render(scale=SCALE, may_draw_forms=True, draw_annots=False)
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    brush, drawn = ImageDraw.Draw(picture), _Drawn.in_both_orders(list(_characters(page, bitmap)))
    for hit in hits:
        boxes = _boxes_of(hit, drawn, tables)
        if not boxes:
            raise UnreadableFile(PLACE.format(number))
        _blacken(brush, boxes)
    _blacken(brush, _columns_that_go_on(tables, columns))
    return picture


def _blacken(brush: ImageDraw.ImageDraw, boxes: Iterable[Box]) -> None:
    for left, top, right, bottom in boxes:
        brush.rectangle((left - EDGE, top - EDGE, right + EDGE, bottom + EDGE), fill="black")


# Where it stands.


class _Tables:
    """The tables with lines of a page; they are looked for once, whatever is asked of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def found(self) -> list[Table]:
        refuse_crowded(self.page)
        return tables_of(self.page)

    @cached_property
    def words(self) -> list[list[list[str]]]:
        """Of each table the cells row by row."""
        return [[[cell or "" for cell in row] for row in table.extract()] for table in self.found]

    @cached_property
    def is_plain(self) -> bool:
        """Whether the page and its text are not turned and it is not cut, so that two programs count from the same corner."""
        page = self.page
        if upright(page) is not page:
            return False
        return not page.rotation and tuple(page.cropbox) == tuple(page.mediabox) and tuple(page.mediabox)[:2] == (0, 0)


def _boxes_of(hit: FileFindings, drawn: "_Drawn", tables: _Tables) -> list[Box]:
    """In a cell of a table the characters of the hit, or the whole cell where they stand in no order that is known."""
    if hit.kind == DataKind.SENSITIVE_COLUMN:
        return list(_column(tables, hit.text))
    cell = _cell(tables, hit.place)
    inside = _inside(hit, drawn.within(cell), cell) if cell else []
    return [*inside, *drawn.boxes_of(hit.text)]


def _inside(hit: FileFindings, drawn: "_Drawn", cell: Box) -> list[Box]:
    """Nothing where the cell is only the first box of a number: where the others stand, the line tells."""
    is_whole = len(drawn.orders[0].text) >= len(_bare(hit.text))
    return drawn.boxes_of(hit.text) or ([cell] if is_whole else [])


def _cell(tables: _Tables, place: str) -> Box | None:
    matched = CELL.search(place)
    if matched is None or not tables.is_plain:
        return None
    table, row, column = (int(number) - 1 for number in matched.groups())
    try:
        box = tables.found[table].rows[row].cells[column]
    except IndexError:
        return None
    return _in_dots(box) if box else None


def _in_dots(box: Sequence[float]) -> Box:
    left, top, right, bottom = (side * SCALE for side in box)
    return left, top, right, bottom


@dataclass(frozen=True, slots=True)
class _Char:
    bare: str
    box: Box


class _Order:
    """Characters one after the other, and the text that they are."""

    def __init__(self, chars: list[_Char]) -> None:
        self.chars = chars
        self.text = "".join(char.bare for char in chars)
        self.owners = [at for at, char in enumerate(chars) for _ in char.bare]

    def places(self, bare: str) -> Iterator[Box]:
        """Of the characters of every place where it stands."""
        place = self.text.find(bare)
        while place >= 0:
            yield from (self.chars[at].box for at in sorted(set(self.owners[place : place + len(bare)])))
            place = self.text.find(bare, place + 1)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The characters of a page in two orders: as they were drawn, and line by line as they are read."""

    orders: tuple[_Order, ...]

    @classmethod
    def in_both_orders(cls, as_drawn: list[_Char]) -> "_Drawn":
        as_read = sorted(as_drawn, key=lambda char: (round(char.box[3] / 4), char.box[0]))
        return cls((_Order(as_drawn), _Order(as_read)))

    def within(self, box: Box) -> "_Drawn":
        """Those whose middle lies there."""
        left, top, right, bottom = box
        return _Drawn.in_both_orders(
            [
                char
                for char in self.orders[0].chars
                if left <= (char.box[0] + char.box[2]) / 2 <= right and top <= (char.box[1] + char.box[3]) / 2 <= bottom
            ]
        )

    def boxes_of(self, text: str) -> list[Box]:
        """Of every place where it stands; in pieces where the page draws it in pieces. None when a piece is missing."""
        bare = _bare(text)
        boxes = self._places(bare) if bare else []
        if boxes:
            return boxes
        while bare:
            length = next((size for size in range(len(bare), SHORTEST - 1, -1) if self._places(bare[:size])), 0)
            if not length:
                return []
            boxes += self._places(bare[:length])
            bare = bare[length:]
        return boxes

    def _places(self, bare: str) -> list[Box]:
        return [box for order in self.orders for box in order.places(bare)]


def _characters(page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap) -> Iterator[_Char]:
    words, place = page.get_textpage(), bitmap.get_posconv(page)
    for at in range(words.count_chars()):
        code = pypdfium2.raw.FPDFText_GetUnicode(words, at)
        bare = _bare(chr(code)) if code else ""
        if not bare:
            continue
        left, bottom, right, top = words.get_charbox(at, loose=True)
        corners = [place.to_bitmap(left, bottom), place.to_bitmap(right, top)]  # the page may be turned
        (xs, ys) = zip(*corners, strict=True)
        yield _Char(bare, (min(xs), min(ys), max(xs), max(ys)))


def _column(tables: _Tables, head: str) -> Iterator[Box]:
    """Of a table with lines, the column below that head; the head itself says nothing of anybody."""
    if not tables.is_plain:
        return
    for table, words in zip(tables.found, tables.words, strict=True):
        for at, row in enumerate(words):
            for column, cell in enumerate(row):
                if _bare(cell) == _bare(head):
                    cells = [each.cells[column] for each in table.rows[at + 1 :]]
                    yield from (_in_dots(box) for box in cells if box is not None)


def _go_on(tables: _Tables, hits: Iterable[FileFindings], before: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The columns to be emptied (column, width of the table) that may go on in the first table of the next page."""
    heads = {_bare(hit.text) for hit in hits if hit.kind == DataKind.SENSITIVE_COLUMN}
    if not heads and not before:
        return set()
    if not tables.words:
        return set()
    last = tables.words[-1]
    width = max(len(row) for row in last)
    found = {(at, width) for row in last for at, cell in enumerate(row) if _bare(cell) in heads}
    return found | ({each for each in before if each[1] == width} if len(tables.words) == 1 else set())


def _columns_that_go_on(tables: _Tables, columns: set[tuple[int, int]]) -> Iterator[Box]:
    """The whole of them in the first table of the page: it may have no head of its own."""
    for table in tables.found[:1] if columns else []:
        if not tables.is_plain:
            raise UnreadableFile(PLACE.format(tables.page.page_number))
        for row in table.rows:
            cells = [row.cells[at] for at, width in columns if at < len(row.cells) == width]
            yield from (_in_dots(cell) for cell in cells if cell is not None)


def _bare(text: str) -> str:
    """Without blanks, and in plain letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if not char.isspace() and char.isprintable())


# Writing.


def _add_page(copy: pikepdf.Pdf, picture: Image.Image, *, size: tuple[float, float]) -> None:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    drawing = pikepdf.Stream(copy, out.getvalue())
    drawing.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    new = copy.add_blank_page(page_size=size).obj
    new.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=drawing))
    new.Contents = pikepdf.Stream(copy, f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm /P Do Q".encode())


def _saved(copy: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    copy.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()
