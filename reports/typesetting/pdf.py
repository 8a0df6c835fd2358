"""From a snapshot to the bytes of a PDF: compose, fill the template, lay out, add the imprint, write."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from reports.snapshot_schema import Snapshot
from reports.typesetting.attachments import table_files
from reports.typesetting.flush import set_flush
from reports.typesetting.fonts import missing_fonts
from reports.typesetting.imprint import with_imprint
from reports.typesetting.left_out import nothing_left_out
from reports.typesetting.page import letter_of, page_context
from reports.typesetting.press import VARIANT, press
from reports.writing.letter import Letter, TypesettingError

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
