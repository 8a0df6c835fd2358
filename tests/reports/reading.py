"""Reading a PDF back: its words, their places and the files inside it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2

SNAPSHOTS = Path(__file__).parent.parent / "data/snapshots"
MM = 72 / 25.4


def stored_snapshot(name: str) -> dict[str, Any]:
    return json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))


def opened(pdf: bytes) -> pdfplumber.PDF:
    return pdfplumber.open(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The text of all pages in reading order, without the line ends."""
    with opened(pdf) as document:
        return "".join((page.extract_text() or "").replace("\n", "") for page in document.pages)


def digits_of(pdf: bytes) -> str:
    """All that is printed, without blanks: quickly read, for whoever looks for numbers alone."""
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range() for page in document).split())


def lines_of(page: pdfplumber.page.Page) -> list[list[dict[str, Any]]]:
    """The characters of the 版心, line by line from the top."""
    lines: dict[int, list[dict[str, Any]]] = {}
    for char in page.chars:
        if 37 * MM <= (char["top"] + char["bottom"]) / 2 <= (297 - 35) * MM and char["text"].strip():
            lines.setdefault(round(char["matrix"][5]), []).append(char)
    return [lines[place] for place in sorted(lines, reverse=True)]


def files_inside(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    document = pypdfium2.PdfDocument(pdf)
    for at in range(document.count_attachments()):
        attachment = document.get_attachment(at)
        yield attachment.get_name(), bytes(attachment.get_data())


def tagged_text(page: pdfplumber.page.Page) -> str:
    """What a screen reader is told of the page, in the order of the tags; pictures by their alternative text."""
    words: dict[int, str] = {}
    for char in page.chars:
        if char["mcid"] is not None:
            words[char["mcid"]] = words.get(char["mcid"], "") + char["text"]
    return "".join(_told(page.structure_tree, words))


def _told(elements: list[dict[str, Any]], words: dict[int, str]) -> Iterator[str]:
    for element in elements:
        if element["type"] == "Figure":
            yield element.get("alt_text", "")
        else:
            yield from (words.get(mcid, "") for mcid in element.get("mcids", ()))
            yield from _told(element.get("children", []), words)
