"""A PDF whose pages are drawn only so far (有界的 PDF): work is counted while pdfminer draws, in what it draws.

Forms may draw each other: six deep, ten times each, are a million drawings in a file of 1.7 kB.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pdfplumber
import pdfplumber.page
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdftypes import stream_value
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

MOST_FORMS = 6_000  # drawn in one document
DEEPEST = 12  # forms within forms
MOST_DRAWN = 64 * 1024 * 1024  # bytes of drawing instructions carried out
MOST_GLYPHS = 200_000  # on one page; a full page has 3,000
MOST_LINES = 20_000  # lines, boxes and curves on one page, of which tables are made
TOO_MUCH = "PDF的页面内容太复杂，无法检查。请用“打印为PDF”另存一份后再上传。"


class CostlyPdf(Exception):
    """What is drawn is too much; the text is fit for the screen."""


class _Work:
    """What was drawn of a document so far."""

    def __init__(self) -> None:
        self.forms = self.drawn = self.glyphs = self.depth = 0


class CountingInterpreter(PDFPageInterpreter):
    """Draws as pdfminer does, and counts."""

    def __init__(self, rsrcmgr: PDFResourceManager, device: Any) -> None:
        super().__init__(rsrcmgr, device)
        if not hasattr(rsrcmgr, "work"):
            rsrcmgr.work = _Work()  # type: ignore[attr-defined]
        self.work: _Work = rsrcmgr.work  # type: ignore[attr-defined]

    def process_page(self, page: Any) -> None:
        self.work.glyphs = self.work.depth = 0
        super().process_page(page)

    def render_contents(self, resources: Any, streams: Any, *args: Any, **kwargs: Any) -> None:
        self.work.forms += 1
        self.work.depth += 1
        if self.work.forms > MOST_FORMS or self.work.depth > DEEPEST:
            raise CostlyPdf(TOO_MUCH)
        super().render_contents(resources, streams, *args, **kwargs)
        self.work.depth -= 1

    def execute(self, streams: Sequence[object]) -> None:
        self.work.drawn += sum(len(stream_value(each).get_data()) for each in streams)
        if self.work.drawn > MOST_DRAWN:
            raise CostlyPdf(TOO_MUCH)
        super().execute(streams)

    def do_TJ(self, seq: Any) -> None:
        self.work.glyphs += sum(len(each) for each in seq if isinstance(each, bytes)) if isinstance(seq, list) else 0
        if self.work.glyphs > MOST_GLYPHS:
            raise CostlyPdf(TOO_MUCH)
        super().do_TJ(seq)


# pdfplumber offers no way to draw with another interpreter than the one it has imported.
pdfplumber.page.PDFPageInterpreter = CountingInterpreter  # type: ignore[attr-defined]


@contextmanager
def bounded_pdf(data: bytes) -> Iterator[PDF]:
    """The document, to be read page by page; raises CostlyPdf where that would cost too much, else what pdfplumber raises."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            yield document
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, CostlyPdf | MemoryError):
            raise cause from error
        raise


def refuse_crowded(page: Page) -> None:
    """Before tables are looked for on a page, for which every line is compared with others."""
    if len(page.lines) + len(page.rects) + len(page.curves) > MOST_LINES:
        raise CostlyPdf(TOO_MUCH)
