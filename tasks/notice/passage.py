"""Stretches of the input (原文片段), the stuff that everything else is made of."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

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
