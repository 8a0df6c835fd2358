"""Text as it is matched (比对文本): half-width digits, and no blank between a digit and what it counts.

Typists and PDF files write ２０１８年, 二〇一八年, 2018 年 11 月 and, at the end of a line, 11⏎月; each match is shown as it
was written.
"""

import re
from dataclasses import dataclass

HALF_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
SIGNS_IN_DATES = {0xFF0D: "-", 0xFF0F: "/", 0xFF1A: ":"}  # of full width
HAN_DIGITS = {
    ord(digit): str(value)
    for value, digits in enumerate(("\u3007\u25cb零O\uff2f", *"一二三四五六七八九"))
    for digit in digits
}
HAN_YEAR = re.compile(rf"[一二][{''.join(map(chr, HAN_DIGITS))}]{{3}}(?=\s*年)")
BLANK_IN_DATE = re.compile(
    r"(?<=\d)\s+(?=[年月日号个工小天周\d])|(?<=[年月])\s+(?=[\d底末上中下初份])|(?<=[日底末])\s+(?=前)"
)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """The squeezed text, and where each of its characters stands in what was written."""

    text: str
    written: str
    origin: tuple[int, ...] | None = None  # None when nothing was taken out

    def original(self, start: int, end: int) -> str:
        """What was written where the squeezed text says [start:end]."""
        if self.origin is None:
            return self.written[start:end]
        return self.written[self.origin[start] : self.origin[end - 1] + 1]


def folded(written: str) -> str:
    """The text with half-width digits, in years too that were written 二〇一八年; of the same length."""
    if written.isascii():
        return written
    return HAN_YEAR.sub(lambda year: year[0].translate(HAN_DIGITS), written.translate(HALF_WIDTH))


def squeeze(written: str) -> Squeezed:
    """Fold the digits of a text and take out the blanks inside its dates and amounts."""
    text = folded(written).translate(SIGNS_IN_DATES)
    blanks = [found.span() for found in BLANK_IN_DATE.finditer(text)]
    if not blanks:
        return Squeezed(text, written)
    out = {position for start, end in blanks for position in range(start, end)}
    origin = tuple(position for position in range(len(text)) if position not in out)
    return Squeezed("".join(text[position] for position in origin), written, origin)
