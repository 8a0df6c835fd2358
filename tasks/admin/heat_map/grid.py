"""The grid of the heat map, ready for its template.

A large one has a hundred thousand cells, which no template can loop over in time; they are joined here, out of markup
that is escaped once and of numbers. A cell says its light in a word; the style sheet shows a sign in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from ninghai.models import Unit
from tasks.heat_map import Cell, HeatMap, Totals
from tasks.models import WorkPoint
from tasks.states import Light

TITLE_CHARACTERS = 20
PLACE = 123456789  # stands for an assignment's number while the markup around it is made

Around = Mapping[
    tuple[str, bool], tuple[str, str]
]  # by light and whether a report is owed: before and after the number


@dataclass(frozen=True, slots=True)
class Row:
    point: WorkPoint
    title: str
    totals: Totals
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Grid:
    """Some columns of the heat map; the totals of its rows count all columns."""

    kinds: list[tuple[str, int]]  # of units, and how many stand side by side
    columns: list[tuple[Unit, Totals]]
    parts: list[Part]
    totals: Totals

    @classmethod
    def of(cls, shown: HeatMap, units: Sequence[Unit]) -> "Grid":
        around = _around_numbers()
        return cls(
            kinds=[(kind, len(list(alike))) for kind, alike in groupby(units, key=Unit.get_kind_display)],
            columns=[(unit, shown.of_units[unit.pk]) for unit in units],
            parts=[
                Part(title, [_row(point, shown, units, around) for point in points]) for title, points in shown.parts
            ],
            totals=shown.total,
        )

    @property
    def width(self) -> int:
        """Columns in all: the point, its two totals, the units."""
        return 3 + len(self.columns)


def _row(point: WorkPoint, shown: HeatMap, units: Sequence[Unit], around: Around) -> Row:
    cells = shown.row(point)
    title = Truncator(point.text).chars(TITLE_CHARACTERS, truncate="……")
    return Row(point=point, title=title, totals=Totals(cells.values()), cells=_cells(cells, units, around))


def _cells(cells: Mapping[int, Cell], units: Sequence[Unit], around: Around) -> SafeString:
    return mark_safe("".join([_cell(cells.get(unit.pk), around) for unit in units]))  # noqa: S308 - numbers in our markup


def _cell(cell: Cell | None, around: Around) -> str:
    if cell is None:
        return "<td></td>"
    before, after = around[cell.light, cell.is_owed]
    return f"{before}{cell.pk}{after}"


def _around_numbers() -> Around:
    return {(str(light), is_owed): _around_number(light, is_owed) for light in Light for is_owed in (False, True)}


def _around_number(light: Light, is_owed: bool) -> tuple[str, str]:
    address = reverse("admin:tasks_assignment_change", args=[PLACE])
    words = f"{light.label}，本期未报送" if is_owed else light.label
    whole = format_html('<td class="{}{}"><a href="{}">{}</a></td>', light, " owed" if is_owed else "", address, words)
    before, _, after = whole.partition(str(PLACE))
    return before, after
