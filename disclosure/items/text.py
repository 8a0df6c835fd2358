"""An item's text: pasted text made fit to keep, and how an official text is set (numbered levels, addressee, signature)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# How an official text is set: its numbered levels (一、/（一）/1.), its addressee, its signature at the end.

HEADING = re.compile(r"[一二三四五六七八九十]+、")
SUBHEADING = re.compile(r"[（(][一二三四五六七八九十]+[）)]")
ADDRESSEE = re.compile(r"[^。]{2,100}[：:]$")
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日$")
LONGEST_HEADING = 40  # characters; a longer numbered line is a paragraph that begins with its number
ENDS = "。；;？！"


class ParagraphLevel(StrEnum):
    HEADING = "heading"
    SUBHEADING = "subheading"
    ADDRESSEE = "addressee"
    SIGNATURE = "signature"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    level: ParagraphLevel


def paragraphs(body: str) -> list[Paragraph]:
    """The body as set paragraphs, one a line."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return list(_levels(lines))


def _levels(lines: list[str]) -> Iterator[Paragraph]:
    """A level below is one only below a heading: a text that begins with （一） has its headings there."""
    has_headings = False
    for place, line in enumerate(lines):
        if place == 0 and ADDRESSEE.match(line):
            yield Paragraph(line, ParagraphLevel.ADDRESSEE)
        elif DAY.match(line) or _signs(lines[place : place + 2]):
            yield Paragraph(line, ParagraphLevel.SIGNATURE)
        else:
            level = _heading(line)
            has_headings = has_headings or level == ParagraphLevel.HEADING
            is_first = level == ParagraphLevel.SUBHEADING and not has_headings
            yield Paragraph(line, ParagraphLevel.HEADING if is_first else level)


def _signs(here: list[str]) -> bool:
    """A short line without an end mark right above the date is the name of whoever signs."""
    return len(here) > 1 and bool(DAY.match(here[1])) and len(here[0]) < LONGEST_HEADING and here[0][-1] not in ENDS


def _heading(line: str) -> ParagraphLevel:
    if len(line) > LONGEST_HEADING or line[-1] in ENDS:
        return ParagraphLevel.TEXT
    if HEADING.match(line):
        return ParagraphLevel.HEADING
    return ParagraphLevel.SUBHEADING if SUBHEADING.match(line) else ParagraphLevel.TEXT


# Text as people paste it, made fit to keep: composed, without control and direction-changing characters.

UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)


def one_line(text: str) -> str:
    """A title or a number: one line, single blanks."""
    return " ".join(UNWANTED.sub("", unicodedata.normalize("NFC", text)).split())


def many_lines(text: str) -> str:
    """A text of paragraphs, one a line."""
    return UNWANTED.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
