"""What a generated notice says (已知答案): its paragraphs or its table, and what a reader must find in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Row = Sequence["str | None"]  # None: the cell is merged with the one above


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
    """A generated notice: paragraphs around at most one table, the truth, and the words that a warning must quote."""

    before: list[str]
    points: list[Point]
    table: list[Row] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    year: int | None = None  # told from outside, where the notice does not say it
