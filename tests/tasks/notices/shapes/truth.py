"""What a generated notice says (已知答案): its paragraphs and tables, and what a reader must find in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Merged(Enum):
    """A place of the grid that belongs to the cell above it, or to the one at its left."""

    ABOVE = "above"
    LEFT = "left"


Row = Sequence[str | Merged]


@dataclass
class Table:
    """`begins_page`: on a page of its own in print, on a sheet of its own in a workbook."""

    rows: list[Row]
    begins_page: bool = False


@dataclass
class Point:
    """One work point as it was put in: units by role, days of deadlines, of recurrences, limits, standing words."""

    key: str
    units: set[tuple[str, str]] = field(default_factory=set)
    deadlines: set[str] = field(default_factory=set)
    recurrences: set[tuple[str, ...]] = field(default_factory=set)
    limits: set[tuple[int, str]] = field(default_factory=set)
    standing: int = 0

    @property
    def facts(self) -> set[tuple[object, ...]]:
        """Everything but the key, each fact by its kind."""
        return {
            *(("unit", *unit) for unit in self.units),
            *(("deadline", day) for day in self.deadlines),
            *(("recurrence", *days) for days in self.recurrences),
            *(("limit", *limit) for limit in self.limits),
            *(("standing", number) for number in range(self.standing)),
        }


@dataclass
class Notice:
    """A generated notice: paragraphs and tables in their order, the truth, and the words that a warning must quote."""

    blocks: Sequence[str | Table]
    points: list[Point]
    warned: list[str] = field(default_factory=list)
    year: int | None = None  # told from outside, where the notice does not say it
