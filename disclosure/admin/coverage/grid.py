"""The grid of the matrix, ready for its template: tens of thousands of cells, joined here out of markup escaped once.

A cell says its state in a word; the style sheet shows a sign in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from disclosure.coverage.matrix import STATES, Cell, Matrix, Totals
from disclosure.models import CatalogueEntry
from disclosure.models.coverage import CellState
from ninghai.models import Unit

PLACE = 123456789  # stands for a cell's number while the markup around it is made

Around = Mapping[str, tuple[str, str]]  # by state: before and after the number


@dataclass(frozen=True, slots=True)
class Row:
    entry: CatalogueEntry
    totals: Totals
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Grid:
    """Some columns of the matrix; the totals of its rows count all columns."""

    kinds: list[tuple[str, int]]  # of units, and how many stand side by side
    columns: list[tuple[Unit, Totals]]
    sections: list[tuple[str, list[Row]]]
    totals: Totals

    @classmethod
    def of(cls, shown: Matrix, units: Sequence[Unit]) -> "Grid":
        around = {str(state): _around_number(state) for state in STATES}
        return cls(
            kinds=[(kind, len(list(alike))) for kind, alike in groupby(units, key=Unit.get_kind_display)],
            columns=[(unit, shown.of_units[unit.pk]) for unit in units],
            sections=[
                (title, [_row(entry, shown, units, around) for entry in entries]) for title, entries in shown.sections
            ],
            totals=shown.total,
        )

    @property
    def width(self) -> int:
        """Columns in all: the duty, its two totals, the units."""
        return 3 + len(self.columns)


def _row(entry: CatalogueEntry, shown: Matrix, units: Sequence[Unit], around: Around) -> Row:
    cells = shown.row(entry)
    joined = "".join([_cell(cells.get(unit.pk), around) for unit in units])
    return Row(entry, Totals(cells.values()), mark_safe(joined))  # noqa: S308 - numbers in our markup


def _cell(cell: Cell | None, around: Around) -> str:
    if cell is None:
        return "<td></td>"
    before, after = around[cell.state]
    return f"{before}{cell.pk}{after}"


def _around_number(state: CellState) -> tuple[str, str]:
    address = reverse("admin:disclosure_coveragecell_change", args=[PLACE])
    whole = format_html('<td class="{}"><a href="{}">{}</a></td>', state.value, address, state.label)
    before, _, after = whole.partition(str(PLACE))
    return before, after
