"""From a snapshot to the bytes of a PDF: compose, fill the template, lay out, add the imprint, write."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from django.template.loader import render_to_string
from weasyprint import Attachment
from weasyprint.formatting_structure import boxes
from weasyprint.urls import FatalURLFetchingError

from ninghai.files.workbooks.writing import defused
from reports.letters.letter import Annex, Letter, TypesettingError
from reports.pdf.fonts import missing_fonts
from reports.pdf.page import letter_of, page_context, with_imprint
from reports.pdf.press import VARIANT, nothing_left_out, press
from reports.snapshots.schema import Snapshot

# Both edges of the running text straight (两端对齐): what a line lacks is spread between its characters.

RUNNING_TEXT = {"text", "addressee"}  # classes of the elements whose lines are set flush
MOST_SLACK = 4  # characters; a line that lacks more stays ragged, for its gaps would look like words missing


def set_flush(document: Any) -> None:
    """Every line of the running text but the last of its paragraph ends at the edge of the 版心."""
    paragraphs: dict[Any, list[tuple[Any, float]]] = {}
    for page in document.pages:
        for line, edge in _lines(page._page_box):
            paragraphs.setdefault(line.element, []).append((line, edge))
    for lines in paragraphs.values():
        for line, edge in lines[:-1]:
            _stretch(line, edge - line.position_x - line.width)


def _lines(box: Any, *, running: bool = False) -> Iterator[tuple[Any, float]]:
    """The lines of the running text below this box, each with the place of the edge."""
    running = running or (box.element is not None and box.element.get("class") in RUNNING_TEXT)
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.LineBox):
            if running:
                yield child, box.content_box_x() + box.width
        elif isinstance(child, boxes.BlockBox):
            yield from _lines(child, running=running)


def _stretch(line: Any, slack: float) -> None:
    texts = [box for box in line.descendants() if isinstance(box, boxes.TextBox)]
    gaps = sum(len(box.text) for box in texts) - 1
    if gaps < 1 or not 0 < slack <= MOST_SLACK * line.style["font_size"]:
        return
    spacing, moved = slack / gaps, 0.0
    for box in texts:
        box.style = box.style.copy()
        box.style["letter_spacing"] = spacing
        box.position_x += moved
        box.width += spacing * len(box.text)
        moved += spacing * len(box.text)
    line.width += slack


# The tables of a letter as CSV files inside the PDF, so that nobody has to type them again.

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")  # of ASCII digits alone: no formula


def table_files(*, annexes: Iterable[Annex], at: datetime) -> list[Attachment]:
    """One CSV for each annex, named by its title; `at` becomes the file's time, so that a reprint is the same."""
    return [
        Attachment(
            file_obj=io.BytesIO(csv_file(annex)),
            name=f"{annex.label}-{annex.title}.csv",
            description=annex.title,
            created=at,
            modified=at,
            relationship="Data",
        )
        for annex in annexes
    ]


def csv_file(annex: Annex) -> bytes:
    """UTF-8 with the byte order mark that Excel and WPS need; no cell can start a formula, and a number stays one."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(annex.data.columns)
    writer.writerows(map(_cell, row) for row in (*annex.data.rows, *([annex.total] if annex.total else [])))
    return lines.getvalue().encode("utf-8-sig")


def _cell(value: str | int) -> str:
    text = str(value)
    return text if NUMBER.fullmatch(text) else defused(text)


STEPS = 4
TEMPLATE = "reports/pdf/letter.html"
WARM_UP = (
    '<html lang="zh-CN"><title>试排</title><p>甽，1</p><h1>公</h1><h2>文</h2><h3>格</h3></html>'  # one of each face
)
BEIJING = timezone(timedelta(hours=8))


def render_pdf(*, snapshot: Mapping[str, Any], on_progress: Callable[[int, int], None] | None = None) -> bytes:
    """The snapshot as an official document: the same snapshot gives the same bytes.

    `on_progress` hears (steps done, steps in all) after each step. Raises TypesettingError for a snapshot of an
    unknown kind, for missing fonts, when a document reaches for anything outside itself, and when part of it was left
    out.
    """
    tell = on_progress or (lambda done, total: None)
    readable, letter = _letter(snapshot)
    context = page_context(readable, letter)
    html = render_to_string(TEMPLATE, context)
    tell(1, STEPS)
    try:
        with nothing_left_out():
            document = press().lay_out(html=html)
            set_flush(document)
            tell(2, STEPS)
            document = with_imprint(document=document, press=press(), context=context)
            tell(3, STEPS)
            return _written(document, html=html, letter=letter, snapshot=readable, tell=tell)
    except FatalURLFetchingError as refused:  # a BaseException, which no job would survive
        raise TypesettingError(str(refused)) from refused


def letter_html(*, snapshot: Mapping[str, Any]) -> str:
    """The HTML that render_pdf lays out, for whoever wants to set it elsewhere."""
    return render_to_string(TEMPLATE, page_context(*_letter(snapshot)))


def warm_up() -> None:
    """Set a page once, so that what a rendering imports and reads from disk is at hand.

    Who forks afterwards puts the press away first, for the forks must not inherit it.
    """
    if not any(font.required for font in missing_fonts()):
        press().lay_out(html=WARM_UP).write_pdf(pdf_variant=VARIANT)


def _letter(snapshot: Mapping[str, Any]) -> tuple[Snapshot, Letter]:
    """Raises TypesettingError where the fonts of official documents are missing, too."""
    require_fonts()
    return letter_of(snapshot)


def require_fonts() -> None:
    if missing := [font for font in missing_fonts() if font.required]:
        raise TypesettingError(
            f"缺少公文字体：{'、'.join(font.face for font in missing)}。请让系统管理员运行 make run 安装字体后重试。"
        )


def _written(
    document: Any, *, html: str, letter: Letter, snapshot: Snapshot, tell: Callable[[int, int], None]
) -> bytes:
    frozen_at = datetime.fromisoformat(snapshot["as_of"]).replace(tzinfo=BEIJING)
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        attachments=table_files(annexes=letter.annexes, at=frozen_at),
    )
    tell(STEPS, STEPS)
    return pdf
