"""From a snapshot to the bytes of a PDF: compose, fill the template, lay out, add the imprint, write."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, cast

from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from reports.snapshot_schema import SCHEMA, Snapshot
from reports.typesetting.attachments import table_files
from reports.typesetting.fonts import missing_fonts
from reports.typesetting.imprint import imprint_lines, with_imprint
from reports.typesetting.press import VARIANT, press
from reports.typesetting.printable import printed
from reports.typesetting.qr import qr_code
from reports.typesetting.title import break_title, width
from reports.writing.letter import Letter, TypesettingError, listed_annexes, numbered_sections
from reports.writing.letters import LETTERS
from reports.writing.wording import day, document

STEPS = 4
TEMPLATE = "reports/pdf/letter.html"
WARM_UP = (
    '<html lang="zh-CN"><title>试排</title><p>甽，1</p><h1>公</h1><h2>文</h2><h3>格</h3></html>'  # one of each face
)
BEIJING = timezone(timedelta(hours=8))


def render_pdf(*, snapshot: Mapping[str, Any], on_progress: Callable[[int, int], None] | None = None) -> bytes:
    """The snapshot as an official document: the same snapshot gives the same bytes.

    `on_progress` hears (steps done, steps in all) after each step. Raises TypesettingError for a snapshot of an
    unknown kind, for missing fonts, and when a document reaches for anything outside itself.
    """
    tell = on_progress or (lambda done, total: None)
    checked = _checked(snapshot)
    letter = LETTERS[checked["kind"]](checked)
    context = _context(checked, letter)
    html = render_to_string(TEMPLATE, context)
    tell(1, STEPS)
    try:
        document = press().lay_out(html=html)
        tell(2, STEPS)
        document = with_imprint(document=document, press=press(), context=context)
        tell(3, STEPS)
        return _written(document, html=html, letter=letter, snapshot=checked, tell=tell)
    except FatalURLFetchingError as refused:  # a BaseException, which no job would survive
        raise TypesettingError(str(refused)) from refused


def letter_html(*, snapshot: Mapping[str, Any]) -> str:
    """The HTML that render_pdf lays out, for whoever wants to set it elsewhere."""
    checked = _checked(snapshot)
    return render_to_string(TEMPLATE, _context(checked, LETTERS[checked["kind"]](checked)))


def warm_up() -> None:
    """Set a page once, so that what a rendering imports and reads from disk is at hand.

    Who forks afterwards puts the press away first, for the forks must not inherit it.
    """
    if not any(font.required for font in missing_fonts()):
        press().lay_out(html=WARM_UP).write_pdf(pdf_variant=VARIANT)


def _checked(snapshot: Mapping[str, Any]) -> Snapshot:
    if snapshot.get("schema") != SCHEMA or snapshot.get("kind") not in LETTERS:
        raise TypesettingError(
            f"不能排印这份快照：版本 {snapshot.get('schema')}，种类 {snapshot.get('kind')}。请重新生成报告。"
        )
    if missing := [font for font in missing_fonts() if font.required]:
        raise TypesettingError(
            f"缺少公文字体：{'、'.join(font.face for font in missing)}。请让系统管理员运行 make run 安装字体后重试。"
        )
    return cast(Snapshot, printed(dict(snapshot)))


def _context(snapshot: Snapshot, letter: Letter) -> dict[str, Any]:
    signed, corrects = snapshot["signed"], snapshot.get("corrects")
    return {
        "title": snapshot["title"],
        "title_lines": break_title(title=snapshot["title"], keep=[snapshot["issuer"]]),
        "issuer": snapshot["issuer"],
        "head": f"{snapshot['issuer']}文件",
        "head_size": _head_size(f"{snapshot['issuer']}文件"),
        "addressee": snapshot["addressee"],
        "opening": letter.opening,
        "corrects": document(title=corrects["title"], number=corrects["document_number"]) if corrects else "",
        "sections": numbered_sections(letter.sections),
        "annexes": letter.annexes,
        "annex_list": listed_annexes(letter.annexes),
        "as_of": snapshot["as_of"],
        "as_of_day": day(snapshot["as_of"]),
        "code": snapshot["code"],
        "verify_url": snapshot["verify_url"],
        "qr_code": qr_code(snapshot["verify_url"]),
        "demo": snapshot["demo"],
        "signed": signed,
        "signed_day": day(signed["signed_on"]) if signed else "",
        "imprint_lines": range(imprint_lines(signed.get("copied_to", ""))) if signed else (),
        "year": snapshot["as_of"][:4],
    }


def _head_size(head: str) -> str:
    """发文机关标志 as large as the 156 mm allow: the class of its size in official.css."""
    return "large" if width(head) <= 9 else "medium" if width(head) <= 12 else "small"


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
