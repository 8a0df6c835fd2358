"""Rows × units: a cell where a unit is asked for a row, as a grid, or row by row for whoever has no room for one.

The map of work points (进度图) and the coverage (公开覆盖图) bring their rows, their cells and what their states mean. However
large the grid is, its markup is joined out of pieces that were escaped once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import TextChoices
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ninghai.models import Unit
from ninghai.staff_site.pages import Trail, office_page
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only

COLUMNS = 100  # units side by side, unless all are asked for
ALL = ("", "全部")  # the choice of a filter that narrows nothing
PLACE = 123456789  # stands for a cell's number while the markup around it is made

# What a client says of its matrix.


class MatrixCell(NamedTuple):
    """What one unit is asked for one row: the number of its own page, how it stands, and whether it is marked besides."""

    pk: int
    state: str
    is_marked: bool = False


PlacedCell = tuple[int, int, MatrixCell]  # with the row and the unit


@dataclass(frozen=True, slots=True)
class MatrixRow:
    pk: int
    key: str  # by which an address chooses it
    section: str  # rows of one section stand together
    head: str  # what leads to its list; `beside` stands next to it
    beside: str
    option: str  # as it is offered for choice
    label: str  # in the list of one unit
    title: str  # above its own list
    text: str


@dataclass(frozen=True, slots=True)
class MatrixLegend:
    """The states of the cells, and what is counted and written of them."""

    states: Sequence[TextChoices]  # as they are listed
    late: Collection[str]
    done: Collection[str]
    ended: Collection[str]  # what asks nothing of anybody any more
    heads: tuple[str, str, str]  # over the rows, what is late, what is done
    foot: Sequence[tuple[str, str]]  # label and count of each line of sums
    summary: str  # a sentence of the counts
    row_param: str
    state_param: str
    cell_page: str  # the name of a cell's own page
    mark: tuple[str, str] = ("", "")  # class and words of what is marked
    tones: Mapping[Any, str] = field(default_factory=dict)  # of the states, in a list


class MatrixTotals:
    """What stands at the end of a row or a column."""

    def __init__(self, cells: Collection[MatrixCell], legend: MatrixLegend) -> None:
        self.states = Counter([cell.state for cell in cells])
        self.marked = sum([cell.is_marked for cell in cells])
        self.late, self.done, ended = (
            sum(self.states[state] for state in states) for states in (legend.late, legend.done, legend.ended)
        )
        self.asked = len(cells) - ended

    @property
    def done_words(self) -> str:
        return f"{self.done}/{self.asked}"


@dataclass(frozen=True)
class UnitMatrix:
    """Rows and units in their order, each with a cell at least; the cells by row and unit."""

    legend: MatrixLegend
    rows: list[MatrixRow]
    units: list[Unit]
    cells: Mapping[int, Mapping[int, MatrixCell]]
    states: Mapping[str, int]  # how many cells each state has, where any state is shown
    as_of: str  # in words: 截至…

    @classmethod
    def of(
        cls, legend: MatrixLegend, rows: Iterable[MatrixRow], cells: Collection[PlacedCell], as_of: str, *, state: str
    ) -> "UnitMatrix":
        """The cells of that state, or all; of two at one place the later stands. Rows and columns without one are left out."""
        placed: dict[int, dict[int, MatrixCell]] = {}
        for row, unit, cell in cells:
            if not state or cell.state == state:
                placed.setdefault(row, {})[unit] = cell
        states = Counter([each for _, _, each in {(row, unit, cell.state) for row, unit, cell in cells}])
        named = {unit for row in placed.values() for unit in row}
        units = [unit for unit in Unit.objects.order_by("position", "code") if unit.pk in named]
        return cls(legend, [row for row in rows if row.pk in placed], units, placed, states, as_of)

    def totals_of(self, cells: Collection[MatrixCell]) -> MatrixTotals:
        return MatrixTotals(cells, self.legend)

    @cached_property
    def of_units(self) -> dict[int, MatrixTotals]:
        columns: dict[int, list[MatrixCell]] = {}
        for row in self.cells.values():
            for unit, cell in row.items():
                columns.setdefault(unit, []).append(cell)
        return {unit: self.totals_of(cells) for unit, cells in columns.items()}

    @cached_property
    def total(self) -> MatrixTotals:
        return self.totals_of([cell for row in self.cells.values() for cell in row.values()])

    def summary(self, totals: MatrixTotals) -> str:
        return f"{self.as_of}，{self.legend.summary.format(totals)}"


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# The grid, ready for its template.

Around = Mapping[tuple[str, bool], tuple[str, str]]  # by state and mark: the markup before and after a cell's number


class GridRow(NamedTuple):
    row: MatrixRow
    totals: MatrixTotals
    cells: SafeString


class FootRow(NamedTuple):
    """Sums below the columns; the whole sum stands below the column of the rows' own sums of that kind."""

    label: str
    late: int | str
    others: int | str
    counts: list[int | str]


@dataclass(frozen=True, slots=True)
class MatrixGrid:
    """Some columns of the matrix; the totals of its rows count all columns."""

    kinds: list[tuple[str, int]]  # of units, and how many stand side by side
    units: Sequence[Unit]
    sections: list[tuple[str, list[GridRow]]]
    foot: list[FootRow]
    summary: str

    @classmethod
    def of(cls, shown: UnitMatrix, units: Sequence[Unit]) -> "MatrixGrid":
        around = dict(_around_numbers(shown.legend))
        return cls(
            kinds=[(kind, len(list(alike))) for kind, alike in groupby(units, key=Unit.get_kind_display)],
            units=units,
            sections=[
                (section, [_grid_row(row, shown, units, around) for row in rows])
                for section, rows in groupby(shown.rows, key=lambda row: row.section)
            ],
            foot=[_foot_row(label, name, shown, units) for label, name in shown.legend.foot],
            summary=shown.summary(shown.total),
        )

    @property
    def width(self) -> int:
        """Columns in all: the row's head, its two totals, the units."""
        return 3 + len(self.units)


def _grid_row(row: MatrixRow, shown: UnitMatrix, units: Sequence[Unit], around: Around) -> GridRow:
    cells = shown.cells[row.pk]
    joined = "".join([_cell(cells.get(unit.pk), around) for unit in units])
    return GridRow(row, shown.totals_of(cells.values()), mark_safe(joined))  # noqa: S308 - numbers in our markup


def _cell(cell: MatrixCell | None, around: Around) -> str:
    if cell is None:
        return "<td></td>"
    before, after = around[cell.state, cell.is_marked]
    return f"{before}{cell.pk}{after}"


def _around_numbers(legend: MatrixLegend) -> Iterator[tuple[tuple[str, bool], tuple[str, str]]]:
    address = reverse(legend.cell_page, args=[PLACE])
    for state in legend.states:
        yield (str(state), False), _around_number(address, str(state), state.label)
        mark, words = legend.mark
        yield (str(state), True), _around_number(address, f"{state} {mark}", f"{state.label}，{words}")


def _around_number(address: str, classes: str, words: str) -> tuple[str, str]:
    whole = format_html('<td class="{}"><a href="{}">{}</a></td>', classes, address, words)
    before, _, after = whole.partition(str(PLACE))
    return before, after


def _foot_row(label: str, name: str, shown: UnitMatrix, units: Sequence[Unit]) -> FootRow:
    counts = [getattr(shown.of_units[unit.pk], name) for unit in units]
    whole = getattr(shown.total, name)
    late, others = (whole, "") if name == "late" else ("", whole)
    return FootRow(label, late, others, counts if name == "asked" else [count or "" for count in counts])


# One row or one column, as a list.


@dataclass(frozen=True, slots=True)
class ChosenLine:
    title: str
    text: str
    url: str
    state: TextChoices
    tone: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class ChosenCells:
    title: str
    text: str
    summary: str
    lines: list[ChosenLine]

    @classmethod
    def of(cls, shown: UnitMatrix, params: QueryDict) -> "ChosenCells | None":
        """What the address chooses, if the matrix shows it."""
        for unit in shown.units:
            if unit.code == params.get("unit"):
                listed = [(row.label, row.text, shown.cells[row.pk].get(unit.pk)) for row in shown.rows]
                return cls._listed(shown, listed, title=str(unit), text=unit.get_kind_display())
        for row in shown.rows:
            if row.key == params.get(shown.legend.row_param):
                listed = [(str(unit), "", shown.cells[row.pk].get(unit.pk)) for unit in shown.units]
                return cls._listed(shown, listed, title=row.title, text=row.text)
        return None

    @classmethod
    def _listed(
        cls, shown: UnitMatrix, listed: list[tuple[str, str, MatrixCell | None]], *, title: str, text: str
    ) -> "ChosenCells":
        filled = [(label, words, cell) for label, words, cell in listed if cell]
        lines = [_line(shown.legend, label, words, cell) for label, words, cell in filled]
        return cls(title, text, shown.summary(shown.totals_of([cell for _, _, cell in filled])), lines)


def _line(legend: MatrixLegend, label: str, words: str, cell: MatrixCell) -> ChosenLine:
    state = next(state for state in legend.states if state == cell.state)
    url = reverse(legend.cell_page, args=[cell.pk])
    return ChosenLine(label, words, url, state, legend.tones.get(state, ""), cell.is_marked)


# The page.


def matrix_page(
    request: AuthenticatedRequest,
    template: str,
    *,
    name: str,
    trail: Trail,
    form: forms.Form,
    shown: UnitMatrix | None,
    **context: Any,
) -> HttpResponse:
    """A page made of `admin/office/unit_matrix.html`; without a matrix, its filters could not be understood."""
    narrowed = only(request.GET, form.fields).urlencode()
    frame = {"title": name, "name": name, "form": form, "narrowed": narrowed, **context}
    if not shown:
        return office_page(request, template, trail=trail, **frame)
    frame |= {"legend": shown.legend, "totals": shown.total, "figures": list(_figures(shown, narrowed))}
    if chosen := ChosenCells.of(shown, request.GET):
        return office_page(request, template, trail=trail, chosen=chosen, **frame)
    page = _columns(shown, request.GET)
    return office_page(
        request,
        template,
        trail=trail,
        grid=MatrixGrid.of(shown, list(page)),
        all_units=shown.units,
        page=page,
        params=only(request.GET, [*form.fields, "page"]),
        kept=QueryDict(narrowed).items(),
        **frame,
    )


def _columns(shown: UnitMatrix, params: QueryDict) -> Page[Unit]:
    """The units that stand side by side."""
    side_by_side = max(len(shown.units), 1) if params.get("units") == "all" else COLUMNS
    return Paginator(shown.units, side_by_side).get_page(params.get("page"))


def _figures(shown: UnitMatrix, narrowed: str) -> Iterator[tuple[TextChoices, int, str]]:
    """Each state, how many cells have it whichever state is shown now, and the address of these alone."""
    for state in shown.legend.states:
        query = QueryDict(narrowed, mutable=True)
        query[shown.legend.state_param] = str(state)
        yield state, shown.states.get(state, 0), f"?{query.urlencode()}"
