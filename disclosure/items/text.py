"""Text as people paste it, made fit to keep: composed, without control and direction-changing characters."""

import re
import unicodedata

UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)


def one_line(text: str) -> str:
    """A title or a number: one line, single blanks."""
    return " ".join(UNWANTED.sub("", unicodedata.normalize("NFC", text)).split())


def many_lines(text: str) -> str:
    """A text of paragraphs, one a line."""
    return UNWANTED.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
