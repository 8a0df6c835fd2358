"""What a file says: passages and grids of cells, each with its place in words that a clerk can follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


class UnreadableFile(Exception):
    """The file cannot be looked into; the text is fit for the screen."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text; `hidden` says why nobody sees it, and is empty when everybody does."""

    place: str
    text: str
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows, and how the place of a cell is said (row and column count from 0)."""

    rows: Sequence[Sequence[str]]
    place_of: Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Picture:
    """What no program can read: a person has to look at it."""

    place: str


Content = Passage | Grid | Picture
