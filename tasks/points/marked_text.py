"""Two editions of a text as one, with what went and what came marked (修改标记)."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST_MARKED = 4000  # characters; longer texts are shown one after the other


class Marked(NamedTuple):
    """A stretch of text: `kept`, `gone` or `new`."""

    how: str
    text: str


def marked(before: str, after: str) -> Iterator[Marked]:
    """The stretches in reading order; what was replaced stands before what replaces it."""
    if len(before) + len(after) > LONGEST_MARKED:
        yield from (Marked("gone", before), Marked("new", after))
        return
    for how, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            yield Marked("kept", before[start:end])
            continue
        if end > start:
            yield Marked("gone", before[start:end])
        if new_end > new_start:
            yield Marked("new", after[new_start:new_end])
