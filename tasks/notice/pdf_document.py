"""From a PDF with text to paragraphs and tables (PDF → 版块): a page knows only where its characters stand.

1. Tables are found by their rules; what stands outside them are lines.
2. What the pages repeat at head and foot, and page numbers, are running heads.
3. A line that reaches the right margin goes on in the next one, unless that is indented or numbered.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from ninghai.bounded_pdf import CostlyPdf, bounded_pdf, refuse_crowded
from tasks.notice.blocks import Block, Remark, Running
from tasks.notice.numbering import level_at_start
from tasks.notice.passage import Passage
from tasks.notice.pdf_lines import PdfLine, lines_in, paragraphs_of
from tasks.notice.pdf_table import PdfTable, is_within, tables_of
from tasks.notice.refusal import NotANotice
from tasks.notice.wrapped import PAGE_NUMBER

MOST_PAGES = 300
SCAN = "这个PDF是扫描件或图片，没有可以识别的文字。请改用Word、网页或文本文件，或者先做文字识别再导入。"
LOCKED = "这个PDF设有密码，请取消密码后另存一份再导入。"
BROKEN = "PDF打不开，可能已损坏，请重新导出一份再导入。"


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    lines: list[PdfLine]
    tables: list[PdfTable]
    has_picture: bool

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.tables


def blocks_of_pdf(data: bytes) -> Iterator[Block]:
    """Paragraphs and tables from the first page to the last; raises NotANotice for a scan or a locked file."""
    pages = _read(data)
    if all(page.is_empty for page in pages):
        raise NotANotice(SCAN)
    for page in pages:
        if page.is_empty and page.has_picture:
            yield Remark(f"第{page.number}页是图片，没有读取，请核对是否有遗漏。")
    running = _running(pages)
    flow: list[PdfLine | PdfTable] = []
    heads: list[PdfLine] = []
    for page in pages:
        heads += (line for line in page.lines if _key(line) in running)
        written = [line for line in page.lines if _key(line) not in running]
        flow += sorted([*written, *page.tables], key=lambda each: each.top)
    yield from _joined(flow)
    yield from (Running(line.text) for line in heads)


def _read(data: bytes) -> list[_Page]:
    try:
        with bounded_pdf(data) as document:
            if len(document.pages) > MOST_PAGES:
                raise NotANotice(f"PDF超过{MOST_PAGES}页，请只上传通知正文。")
            return [_page(page) for page in document.pages]
    except CostlyPdf as refused:
        raise NotANotice(str(refused)) from refused
    except PdfminerException as error:
        locked = bool(error.args) and isinstance(error.args[0], PDFPasswordIncorrect)
        raise NotANotice(LOCKED if locked else BROKEN) from error
    except (PDFException, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        if isinstance(error, NotANotice):
            raise
        raise NotANotice(BROKEN) from error


def _page(page: Any) -> _Page:
    refuse_crowded(page)
    tables = tables_of(page)
    boxes = [box for table in tables for box in table.boxes]  # no text between cells is lost
    outside = [char for char in page.chars if not any(is_within(char, box) for box in boxes)]
    read = _Page(page.page_number, lines_in(outside, page=page.page_number), tables, bool(page.images))
    page.close()
    return read


def _key(line: PdfLine) -> tuple[bool, str]:
    """The same running head on every page, whatever its page number."""
    return line.is_at_edge, re.sub(r"\d+", "0", line.text.strip())


def _running(pages: Sequence[_Page]) -> set[tuple[bool, str]]:
    """What stands at the edge of most pages, and page numbers wherever they stand at an edge."""
    edges = [line for page in pages for line in page.lines if line.is_at_edge]
    counted = Counter(_key(line) for line in edges)
    repeated = {key for key, times in counted.items() if times > 1 and times * 2 >= len(pages)}
    return repeated | {_key(line) for line in edges if PAGE_NUMBER.match(line.text) or line.text.strip().isdecimal()}


def _joined(flow: Sequence[PdfLine | PdfTable]) -> Iterator[Block]:
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


def _begins_paragraph(text: str) -> bool:
    return level_at_start(Passage(0, 0, text)) is not None
