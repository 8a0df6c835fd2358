"""The original text of a notice (原文), line by line: where each point begins, and what the reader found odd."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from tasks.models import WorkPoint, WorkPointNotice

OPENING = 12  # characters of a point that are enough to find it in the text


@dataclass(slots=True)
class SourceLine:
    """A line of the original, the points that begin in it, and the reader's doubts about it."""

    number: int
    text: str
    points: list[WorkPoint] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Original:
    """The text as lines, counted from 1, and once more without blanks, since points run over the ends of lines."""

    def __init__(self, notice: WorkPointNotice) -> None:
        self.lines = notice.source_text.split("\n")
        self.warnings: defaultdict[int, list[str]] = defaultdict(list)
        for warning in notice.warnings:
            self.warnings[warning["line"]].append(warning["message"])
        squeezed = [_squeeze(line) for line in self.lines]
        self._text = "".join(squeezed)
        self._starts = [0, *accumulate(map(len, squeezed))][:-1]

    def places(self, openings: Iterable[str]) -> list[int | None]:
        """The line in which each text begins, given in the order of the document; None where it was rewritten since.

        Each is looked for behind the one before it first: the same words may stand in the letter, or twice.
        """
        places, behind = [], 0
        for opening in openings:
            found = self._find(_squeeze(opening)[:OPENING], behind)
            behind = found + 1 if found is not None else behind
            places.append(None if found is None else bisect_right(self._starts, found))
        return places

    def between(self, first: int, last: int) -> list[SourceLine]:
        """The lines of a stretch, each with its warnings."""
        stretch = enumerate(self.lines[first - 1 : last], start=first)
        return [SourceLine(number, text, warnings=self.warnings.get(number, [])) for number, text in stretch]

    def _find(self, opening: str, behind: int) -> int | None:
        if not opening:
            return None
        found = self._text.find(opening, behind)
        found = self._text.find(opening) if found < 0 else found
        return found if found >= 0 else None


def _squeeze(text: str) -> str:
    return "".join(text.split())
