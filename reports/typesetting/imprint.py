"""The imprint (版记): at the foot of the last even page, after every annex (GB/T 9704-2012, 7.4).

The letter's HTML ends with room for the imprint and the imprint itself, which official.css puts at the foot of that
page. When that page is odd, it is taken off it and gets the next one, with a blank page before it where the room
alone had begun a new page.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from django.template.loader import render_to_string
from weasyprint.formatting_structure import boxes

from reports.typesetting.press import Press
from reports.typesetting.title import width

END_OF_TEXT = "end-of-text"  # the anchor just before the room
ROOM = "imprint-room"
LINE_OF_COPIES = 25  # characters of 抄送 in a line


def imprint_lines(copied_to: str) -> int:
    """How many lines of 4号 the imprint takes: the printing office's own, and those of 抄送."""
    return 1 + ceil(width(copied_to) / LINE_OF_COPIES)


def with_imprint(*, document: Any, press: Press, context: Mapping[str, Any]) -> Any:
    """The laid-out letter with its imprint on an even page; the letter as it is when nobody has signed it."""
    count = len(document.pages)
    if not context["signed"] or count % 2 == 0:
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
