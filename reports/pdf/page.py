"""What the templates of a report are given: one tree of templates for paper and screen."""

from collections.abc import Mapping
from math import ceil
from typing import Any, cast

import segno
from django.template.loader import render_to_string
from weasyprint.formatting_structure import boxes

from reports.letters.by_kind import LETTERS
from reports.letters.case_letter import CASE_LETTER
from reports.letters.letter import Letter, TypesettingError, listed_annexes, numbered_sections
from reports.letters.notation import correction, day, until_words
from reports.pdf.charts import drawn
from reports.pdf.press import Press
from reports.pdf.printable import bounded, printable_annex, printed, refuse_too_much
from reports.pdf.title import break_title, width
from reports.snapshots.schema import Snapshot
from reports.snapshots.snapshot import upgraded

# The QR code (二维码) that leads a reader of the paper to the page which confirms it.


def qr_code(address: str) -> str:
    """The address as a QR code, an SVG picture in a data: address; quarter of it may be lost to a stain."""
    data_uri: str = segno.make(address, error="q", micro=False).svg_data_uri(border=0, scale=4)
    return data_uri


# The imprint (版记): at the foot of the last even page, after every annex (GB/T 9704-2012, 7.4).

END_OF_TEXT = "end-of-text"  # the anchor just before the room
ROOM = "imprint-room"
LINE_OF_COPIES = 25  # characters of 抄送 in a line


def imprint_lines(copied_to: str) -> int:
    """How many lines of 4号 the imprint takes: the printing office's own, and those of 抄送."""
    return 1 + ceil(width(copied_to) / LINE_OF_COPIES)


def with_imprint(*, document: Any, press: Press, context: Mapping[str, Any]) -> Any:
    """The laid-out letter with its imprint on an even page; the letter as it is when it has none."""
    count = len(document.pages)
    if not context["has_imprint"] or count % 2 == 0:
        return document
    blank = END_OF_TEXT not in document.pages[-1].anchors
    kept = document.pages[:-1] if blank else document.pages
    _take_off(document.pages[-1]._page_box)
    html = render_to_string("reports/pdf/imprint.html", {**context, "blank": blank})
    tail = press.lay_out(html=html, css=f"@page imprint {{ counter-set: page {count + 1} }}")
    return document.copy([*kept, *tail.pages])


def _take_off(box: Any) -> None:
    """The room for the imprint, and what stands in it, out of the page."""
    for child in box.children:
        if isinstance(child, boxes.BlockBox):
            _take_off(child)
    box.children = [child for child in box.children if not _is_room(child)]


def _is_room(box: Any) -> bool:
    return box.element is not None and box.element.get("class") == ROOM


def letter_of(snapshot: Mapping[str, Any]) -> tuple[Snapshot, Letter]:
    """The snapshot fit for print and its letter; raises TypesettingError for one that nobody here can read."""
    current = upgraded(snapshot)
    if current is None or current.get("kind") not in LETTERS:
        raise TypesettingError(
            f"不能排印这份快照：版本 {snapshot.get('schema')}，种类 {snapshot.get('kind')}。请重新生成报告。"
        )
    refuse_too_much(short := bounded(current))
    readable = cast(Snapshot, printed(short))
    return readable, LETTERS[readable["kind"]](readable)


def page_context(snapshot: Snapshot, letter: Letter) -> dict[str, Any]:
    """Title, text, annexes, and what proves them."""
    signed, corrects = snapshot["signed"], snapshot.get("corrects")
    is_letter = str(snapshot["kind"]) == CASE_LETTER
    head = snapshot["issuer"] if is_letter else f"{snapshot['issuer']}文件"
    return {
        "is_letter": is_letter,
        "title": snapshot["title"],
        "title_lines": break_title(title=snapshot["title"], keep=[snapshot["issuer"], until_words(snapshot)]),
        "issuer": snapshot["issuer"],
        "head": head,
        "head_size": _head_size(head),
        "addressee": snapshot["addressee"],
        "opening": letter.opening,
        "corrects": correction(corrects) if corrects else "",
        "sections": numbered_sections(letter.sections),
        **_annexes(letter),
        "as_of": snapshot["as_of"],
        "as_of_day": "" if is_letter else until_words(snapshot),  # a letter to one person tells no figures
        "has_imprint": bool(signed) and not is_letter,
        "code": snapshot["code"],
        "verify_url": snapshot["verify_url"],
        "qr_code": qr_code(snapshot["verify_url"]),
        "demo": snapshot["demo"],
        "signed": signed,
        "signed_day": day(signed["signed_on"]) if signed else "",
        "imprint_lines": range(imprint_lines(signed.get("copied_to", ""))) if signed else (),
        "year": snapshot["as_of"][:4],
    }


def _annexes(letter: Letter) -> dict[str, Any]:
    """Those that are printed, each with its drawings, and how they are listed below the text."""
    annexes = [annex for annex in letter.annexes if annex.is_printed]
    return {
        "annexes": [(printable_annex(annex), [drawn(chart) for chart in annex.charts]) for annex in annexes],
        "annex_list": listed_annexes(annexes),
    }


def screen_context(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The report's HTML twin (网页版): the same words and numbers as its paper."""
    return page_context(*letter_of(snapshot))


def _head_size(head: str) -> str:
    """发文机关标志 as large as the 156 mm allow: the class of its size in official.css."""
    return "large" if width(head) <= 9 else "medium" if width(head) <= 12 else "small"
