"""Text that lies on its side or stands on its head, on a page or with it: each way of writing is read turned upright."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import Any

from pdfplumber.page import Page

QUARTERS = (0, 90, 180, 270)  # degrees clockwise


def upright(page: Page) -> Page:
    """The page turned as most of its characters want to be read."""
    return _turned(page, _usual(page))


def aside(page: Page) -> Iterator[Page]:
    """The page once more for every other way in which something is written on it."""
    ways = {_direction(char) for char in page.chars}
    for way in QUARTERS:
        if way in ways - {_usual(page)}:
            yield _turned(page, way)


def only_upright(page: Page) -> Page:
    """The page without the characters that run another way than from left to right."""
    if all(_direction(char) == 0 for char in page.chars):
        return page
    return page.filter(lambda each: each["object_type"] != "char" or _direction(each) == 0)


def _usual(page: Page) -> int:
    ways = Counter(_direction(char) for char in page.chars)
    return max(QUARTERS, key=lambda way: ways[way])


def _direction(char: dict[str, Any]) -> int:
    """By how much the character is turned, to the nearest quarter."""
    along, up = char["matrix"][:2]
    if abs(along) >= abs(up):
        return 0 if along >= 0 else 180
    return 270 if up > 0 else 90


def _turned(page: Page, by: int) -> Page:
    """The same page, which is shown turned back by so much."""
    if by == 0:
        return page
    turned = copy(page.page_obj)
    turned.rotate = (page.rotation - by) % 360
    turned.attrs = {**page.page_obj.attrs, "Rotate": turned.rotate}
    return Page(page.pdf, turned, page.page_number, page.initial_doctop)
