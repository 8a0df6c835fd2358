"""Text as it is matched (比对文本): half-width digits, and no blank between a digit and what it counts.

Typists and PDF files write ２０１８年, 2018 年 11 月 and, at the end of a line, 11⏎月; each match is shown as it was written.
"""

import re
from dataclasses import dataclass

HALF_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
BLANK_IN_DATE = re.compile(r"(?<=\d)\s+(?=[年月日号个工小天周\d])|(?<=[年月])\s+(?=[\d底末])|(?<=[日底末])\s+(?=前)")


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


def squeeze(written: str) -> Squeezed:
    """Fold the digits of a text and take out the blanks inside its dates and amounts."""
    folded = written if written.isascii() else written.translate(HALF_WIDTH)
    blanks = [found.span() for found in BLANK_IN_DATE.finditer(folded)]
    if not blanks:
        return Squeezed(folded, written)
    out = {position for start, end in blanks for position in range(start, end)}
    origin = tuple(position for position in range(len(folded)) if position not in out)
    return Squeezed("".join(folded[position] for position in origin), written, origin)
