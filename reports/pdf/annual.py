"""The yearly report on openness work (政府信息公开工作年度报告) in print: its text and its tables, as the unit has reported them.

No database and no clock: the same paper gives the same bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from disclosure.items.body.blocks import Block, BodyTable, BodyWords
from reports.letters.letter import Annex, LetterTable, TypesettingError
from reports.letters.notation import day
from reports.pdf.page import qr_code
from reports.pdf.press import VARIANT, nothing_left_out, press
from reports.pdf.printable import LONGEST_TEXT, clean, full_width
from reports.pdf.rendering import BEIJING, require_fonts, table_files
from reports.pdf.title import break_title

STYLE = Path(__file__).with_name("annual.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualPaper:
    title: str
    issuer: str
    reported_on: date
    note: str  # why figures differ, where they do
    blocks: Sequence[Block]
    demo: bool
    code: str = ""
    verify_url: str = ""


def render_annual(paper: AnnualPaper) -> bytes:
    """As PDF/UA with the tables as CSV inside. Raises TypesettingError when fonts are missing."""
    require_fonts()
    blocks = [block.changed(_fit_for_print) for block in paper.blocks]
    context = {
        "paper": paper,
        "title_lines": break_title(title=full_width(clean(paper.title)), keep=[paper.issuer]),
        "blocks": blocks,
        "note": full_width(clean(paper.note)),
        "qr_code": qr_code(paper.verify_url) if paper.verify_url else "",
        "reported_day": day(paper.reported_on.isoformat()),
    }
    html = render_to_string("reports/pdf/annual.html", context)
    try:
        with nothing_left_out():
            return _annual_pdf(html, paper)
    except FatalURLFetchingError as refused:  # a BaseException, which no job would survive
        raise TypesettingError(str(refused)) from refused


def _fit_for_print(words: BodyWords) -> BodyWords:
    return BodyWords(full_width(clean(words.text[:LONGEST_TEXT])))


def _annual_pdf(html: str, paper: AnnualPaper) -> bytes:
    document = press().lay_out(html=html, css=STYLE.read_text(encoding="utf-8"))
    at = datetime.combine(paper.reported_on, datetime.min.time(), tzinfo=BEIJING)
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        attachments=table_files(
            annexes=[_annex(block) for block in paper.blocks if isinstance(block, BodyTable)], at=at
        ),
    )
    return pdf


def _annex(table: BodyTable) -> Annex:
    rows = [[cell.text for cell in row] for row in table.rows]
    data = LetterTable([cell.text for cell in table.head], rows)
    label, _, title = table.label.partition("　")
    return Annex(title, "", data, data, label=label)
