"""The booklet of a basic catalogue (目录手册): cover, explanation, changes, and the table of duties across the page.

No database and no clock: the same booklet gives the same bytes.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, cast

from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from reports.letters.letter import Annex, LetterTable, TypesettingError
from reports.letters.notation import NUMERALS, day, excerpt
from reports.pdf.press import VARIANT, nothing_left_out, press
from reports.pdf.printable import MOST_BOOKLET_ROWS, bounded, printed, refuse_too_much
from reports.pdf.rendering import BEIJING, require_fonts, table_files

STYLE = Path(__file__).with_name("booklet.css")
LONGEST_HEAD = 40  # characters of the title over every page
COLUMNS = (
    "序号",
    "公开事项",
    "公开内容（要素）",
    "公开依据",
    "公开时限",
    "公开主体",
    "公开渠道和载体",
    "公开对象",
    "公开方式",
    "公开层级",
)


class BookletRow(TypedDict):
    """A duty or a heading, every cell as it is printed."""

    depth: int
    is_heading: bool
    name: str
    content: str
    basis: str
    limit: str
    rhythm: str
    publisher: str
    channels: list[str]  # each with its box, ■ or □, as the national form prints them
    audience: str
    method: str
    levels: str


class Booklet(TypedDict):
    title: str
    edition: int
    issuer: str
    published_on: str
    explanation: list[str]
    note: str
    changes: list[str]
    rows: list[BookletRow]
    data: list[list[str]]  # head and rows of the table that travels inside the PDF
    demo: bool
    draft: bool


def render_booklet(booklet: Booklet) -> bytes:
    """As PDF/UA with the table as CSV inside. Raises TypesettingError when fonts are missing, and for too much text."""
    require_fonts()
    refuse_too_much(short := bounded({**booklet, "note": bounded(booklet["note"], key="explanation")}))
    ready = cast(Booklet, printed(short))
    html = render_to_string("reports/pdf/catalogue.html", _context(ready))
    try:
        with nothing_left_out():
            return _written(html, booklet)
    except FatalURLFetchingError as refused:  # a BaseException, which no job would survive
        raise TypesettingError(str(refused)) from refused


def _written(html: str, booklet: Booklet) -> bytes:
    document = press().lay_out(html=html, css=STYLE.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(booklet["published_on"]).replace(tzinfo=BEIJING)
    head, *rows = booklet["data"]
    table = LetterTable(head, rows)
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        attachments=table_files(annexes=[Annex(booklet["title"], "", table, table, label="目录")], at=at),
    )
    return pdf


def _context(booklet: Booklet) -> dict[str, Any]:
    count = len(booklet["rows"])
    rest = f"本目录共{count}行，此处列出前{MOST_BOOKLET_ROWS}行，全部数据见本文件所附CSV数据文件。"
    return {
        **booklet,
        "running": f"{excerpt(booklet['title'], limit=LONGEST_HEAD)}（第{booklet['edition']}版）",
        "columns": COLUMNS,
        "published_day": day(booklet["published_on"]),
        "lines": _numbered(booklet["rows"][:MOST_BOOKLET_ROWS]),
        "left_out": rest if count > MOST_BOOKLET_ROWS else "",
    }


def _numbered(rows: list[BookletRow]) -> list[tuple[str, BookletRow]]:
    """一、 before a heading at the top, （一） before one below it, 1 2 3 … before the duties, running through."""
    lines: list[tuple[str, BookletRow]] = []
    top = below = number = 0
    for row in rows:
        if not row["is_heading"]:
            number += 1
            lines.append((str(number), row))
        elif row["depth"] == 0:
            top, below = top + 1, 0
            lines.append((f"{_numeral(top)}、", row))
        else:
            below += 1
            lines.append((f"（{_numeral(below)}）", row))
    return lines


def _numeral(number: int) -> str:
    return NUMERALS[number - 1] if number <= len(NUMERALS) else str(number)
