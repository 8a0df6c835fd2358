"""A PDF with text: its pages, notes, properties and the files within it. A scan is a picture."""

from collections.abc import Iterator
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from ninghai.files.bounded_pdf import CostlyPdf, bounded_pdf, refuse_crowded
from ninghai.personal_data.reading import plain
from ninghai.personal_data.reading.content import CellGrid, Content, FilePassage, Picture, UnreadableFile, author
from ninghai.personal_data.reading.package import link
from ninghai.personal_data.reading.pdf_page import RuledTables, text_of
from ninghai.personal_data.reading.pdf_turned import aside, upright

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


def _content(document: PDF) -> Iterator[Content]:
    if len(document.pages) > MOST_PAGES:
        raise UnreadableFile(f"PDF超过{MOST_PAGES}页，请分成几个文件后再检查。")
    ruled = RuledTables()
    for number, shown in enumerate(document.pages, start=1):
        page = upright(shown)
        refuse_crowded(page)
        tables = page.find_tables()
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
