"""Which rows are one point's (一条要点的各行): found by their number, or standing below a new point's first row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks.points.difference import Point
from tasks.points.resolution import fold
from tasks.task_breakdown.layout import Column, shown
from tasks.task_breakdown.problems import Problem
from tasks.task_breakdown.reading import SheetRow


@dataclass(slots=True, eq=False)
class Entry:
    """A point as the sheet has it: one that is there already, or a new one behind another."""

    current: Point | None = None
    behind: "Entry | None" = None
    rows: list[SheetRow] = field(default_factory=list)

    def said(self, column: Column) -> list[SheetRow]:
        """The rows that say something in this column."""
        return [row for row in self.rows if row[column]]

    @property
    def first_row(self) -> int:
        return self.rows[0].number


class EntryReader:
    """Gives each row to its point, from top to bottom."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.there = {shown(point.key): Entry(current=point) for point in points}
        self.folded = {fold(key): entry for key, entry in self.there.items()}
        self.new: list[Entry] = []
        self.above: Entry | None = None
        self.problems: list[Problem] = []

    def read(self, rows: Iterable[SheetRow]) -> list[Entry]:
        """The points that have rows: in the order of the notice, a new one behind the one above it in the sheet."""
        for row in rows:
            if entry := self._entry_of(row):
                entry.rows.append(row)
                self.above = entry
        entries = [entry for entry in self.there.values() if entry.rows]
        for entry in self.new:
            place = entries.index(entry.behind) + 1 if entry.behind else 0
            entries.insert(place, entry)
        return entries

    def _entry_of(self, row: SheetRow) -> Entry | None:
        if key := row[Column.KEY]:
            entry = self.there.get(key) or self.folded.get(fold(key))
            if entry is None:
                self._refuse(row, f"通知里没有编号为“{key}”的要点。新增的要点，编号留空。")
            return entry
        if self.above and row[Column.TEXT] in {"", *(each[Column.TEXT] for each in self.above.rows)}:
            return self.above
        if not row[Column.TEXT]:
            self._refuse(row, "请填写编号；新增的要点请填写工作要点。")
            return None
        self.new.append(Entry(behind=self.above))
        return self.new[-1]

    def _refuse(self, row: SheetRow, message: str) -> None:
        self.problems.append(Problem(row.number, Column.KEY, message))
