"""Stretches of the input (原文片段), the stuff that everything else is made of, and how they are matched (比对文本)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

# Stretches of the input (原文片段), the stuff that everything else is made of.

PARAGRAPH_IN_CELL = "\u2028"  # a row of a table is one line, whatever its cells hold


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the input (原文片段): where it stands and what it says, never altered.

    `breaks` are the offsets in `text` at which a further line of the input begins, each with that line's number.
    """

    line: int
    start: int
    text: str
    breaks: tuple[tuple[int, int], ...] = ()

    def cut(self, start: int, end: int | None = None) -> "Passage":
        """The part of this passage between two offsets counted from its own beginning."""
        if not self.breaks:
            return Passage(self.line, self.start + start, self.text[start:end])
        stop = len(self.text) if end is None else end
        first = bisect_right(self.breaks, start, key=itemgetter(0))
        last = bisect_left(self.breaks, stop, key=itemgetter(0))
        inside = tuple((offset - start, line) for offset, line in self.breaks[first:last])
        offset, line = self.breaks[first - 1] if first else (-self.start, self.line)
        return Passage(line, start - offset, self.text[start:stop], inside)

    def by_line(self) -> Iterator["Passage"]:
        """The passage as the lines of the input have it."""
        starts = [0, *(offset for offset, _ in self.breaks)]
        return (self.cut(start, end) for start, end in zip(starts, [*starts[1:], len(self.text)], strict=True))

    @property
    def last_line(self) -> int:
        return self.breaks[-1][1] if self.breaks else self.line

    @property
    def position(self) -> tuple[int, int]:
        return self.line, self.start

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class RunningHead(Passage):
    """What a page repeats at its head or foot (页眉页脚、页码), known as such from the file's layout."""


# Text as it is matched (比对文本): half-width digits, and no blank between a digit and what it counts.

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
