"""Both edges of the running text straight (两端对齐): what a line lacks is spread between its characters.

A full line has 28 characters, but half-width digits and marks that must not begin a line leave most lines short of
it. WeasyPrint stretches nothing but spaces, which Chinese has none of; so the lines it has laid out are set here,
as every word processor sets them. It reaches into WeasyPrint's boxes; test_grid.py measures the outcome.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes

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
