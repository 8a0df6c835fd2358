"""Lines of a PDF page and the paragraphs they make (PDF 的行与段)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from pdfplumber.utils.clustering import cluster_objects

GAP = 0.6  # of a character's size: wider than this is a blank
EDGE_LINES = 2


@dataclass(frozen=True, slots=True)
class PdfLine:
    """What stands on one height of a page."""

    text: str
    page: int
    x0: float
    x1: float
    top: float
    size: float
    is_at_edge: bool = False  # among the first or last lines of its page


def lines_in(chars: Sequence[dict[str, Any]], *, page: int) -> list[PdfLine]:
    """The characters as lines from top to bottom; those of a blank page are none."""
    lines = []
    for row in cluster_objects(list(chars), "doctop", 3):
        row = sorted(row, key=lambda char: char["x0"])
        text = _text(row)
        seen = [char for char in row if not char["text"].isspace()]
        if seen:
            size = median(char["size"] for char in seen)
            lines.append(PdfLine(text, page, seen[0]["x0"], seen[-1]["x1"], min(char["top"] for char in seen), size))
    last = len(lines) - EDGE_LINES
    return [
        PdfLine(line.text, page, line.x0, line.x1, line.top, line.size, not EDGE_LINES <= number < last)
        for number, line in enumerate(sorted(lines, key=lambda line: line.top))
    ]


def paragraphs_of(
    lines: Sequence[PdfLine], *, begins: Callable[[str], bool], right: float | None = None
) -> Iterator[str]:
    """Lines that reach the right margin joined with the next; `begins` tells a line that opens a paragraph anyway."""
    if not lines:
        return
    left = min(line.x0 for line in lines)
    margin = max(line.x1 for line in lines) if right is None else right
    text, before = lines[0].text, lines[0]
    for line in lines[1:]:
        room = margin - before.x1
        indent = line.x0 - left
        if room < 2 * before.size and indent < line.size and not begins(line.text.strip()):
            text = _glued(text, line.text)
        else:
            yield text
            text = line.text
        before = line
    yield text


def _glued(text: str, more: str) -> str:
    """Two halves of a line; only Latin words need a blank between them."""
    text, more = text.rstrip(), more.lstrip()
    blank = " " if text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha() else ""
    return f"{text}{blank}{more}"


def _text(row: Sequence[dict[str, Any]]) -> str:
    """The characters of a line; a gap as wide as a character is a blank."""
    pieces: list[str] = []
    end: float | None = None
    for char in row:
        if end is not None and char["x0"] - end > GAP * char["size"]:
            pieces.append(" ")
        pieces.append(char["text"])
        end = char["x1"]
    return "".join(pieces)
