"""The page of the matrix: how it is narrowed, which columns stand side by side, and the list of one unit or duty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from disclosure.coverage.matrix import (
    STATES,
    CoverageFilter,
    CoverageMatrixCell,
    CoverageTotals,
    Matrix,
    headings_of_the_first_level,
    read_matrix,
)
from disclosure.coverage.site_checks import site_checks
from disclosure.coverage.views import TONES, headings
from disclosure.models import BasicCatalogue, CatalogueEntry
from disclosure.models.coverage import CellState
from ninghai.accounts.roles import acts_as
from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import office_page
from ninghai.staff_site.site import OFFICE_ROLES
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only

# The grid of the matrix, ready for its template: tens of thousands of cells, joined here out of markup escaped once.

PLACE = 123456789  # stands for a cell's number while the markup around it is made

Around = Mapping[str, tuple[str, str]]  # by state: before and after the number


@dataclass(frozen=True, slots=True)
class CoverageRow:
    entry: CatalogueEntry
    totals: CoverageTotals
    cells: SafeString


@dataclass(frozen=True, slots=True)
class CoverageGrid:
    """Some columns of the matrix; the totals of its rows count all columns."""

    kinds: list[tuple[str, int]]  # of units, and how many stand side by side
    columns: list[tuple[Unit, CoverageTotals]]
    sections: list[tuple[str, list[CoverageRow]]]
    totals: CoverageTotals

    @classmethod
    def of(cls, shown: Matrix, units: Sequence[Unit]) -> "CoverageGrid":
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


def _row(entry: CatalogueEntry, shown: Matrix, units: Sequence[Unit], around: Around) -> CoverageRow:
    cells = shown.row(entry)
    joined = "".join([_cell(cells.get(unit.pk), around) for unit in units])
    return CoverageRow(entry, CoverageTotals(cells.values()), mark_safe(joined))  # noqa: S308 - numbers in our markup


def _cell(cell: CoverageMatrixCell | None, around: Around) -> str:
    if cell is None:
        return "<td></td>"
    before, after = around[cell.state]
    return f"{before}{cell.pk}{after}"


def _around_number(state: CellState) -> tuple[str, str]:
    address = reverse("admin:disclosure_coveragecell_change", args=[PLACE])
    whole = format_html('<td class="{}"><a href="{}">{}</a></td>', state.value, address, state.label)
    before, _, after = whole.partition(str(PLACE))
    return before, after


# How the matrix is narrowed; every choice is closed, and what is none of them shows nothing and says so.

ALL = ("", "全部")


class MatrixForm(forms.Form):
    """公开覆盖图的筛选."""

    catalogue = forms.ChoiceField(label="目录", required=False)
    heading = forms.ChoiceField(label="一级事项", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[ALL, *((str(state), state.label) for state in STATES)]
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._offer("catalogue", list(BasicCatalogue.objects.values_list("code", "name")))
        self._offer("heading", headings_of_the_first_level())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [ALL, *choices]

    @property
    def wanted(self) -> CoverageFilter:
        return CoverageFilter(**self.cleaned_data)


COLUMNS = 100  # units side by side, unless all are asked for
CHOOSING = ("unit", "entry", "units", "page")  # what an address says beside the filters


@require_safe
def matrix(request: AuthenticatedRequest) -> HttpResponse:
    """公开覆盖图 as it is narrowed; `?unit=` and `?entry=` choose one column or one row of it."""
    require(acts_as(request.user, *OFFICE_ROLES))
    form = MatrixForm(request.GET.dict())
    frame: dict[str, Any] = {"form": form, "narrowed": _kept(request.GET)}
    if not form.is_valid():
        return _page(request, "grid", **frame)
    shown = read_matrix(form.wanted)
    frame |= {"computed_on": shown.computed_on, "totals": shown.total, "figures": list(_figures(shown, request.GET))}
    if chosen := ChosenCells.of(shown, request.GET):
        return _page(request, "one", chosen=chosen, **frame)
    page = _columns(shown, request.GET)
    frame |= {
        "site": site_checks(at=clock.now()),
        "page": page,
        "params": only(request.GET, [*form.fields, "page"]),
        "kept": QueryDict(frame["narrowed"]).items(),
    }
    return _page(request, "grid", grid=CoverageGrid.of(shown, list(page)), units=shown.units, **frame)


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A cell as the list of one row or one column shows it."""

    title: str
    text: str
    url: str
    state: CellState
    tone: str

    @classmethod
    def of(cls, cell: CoverageMatrixCell, *, title: str, text: str = "") -> "CoverageLine":
        state = CellState(cell.state)
        url = reverse("admin:disclosure_coveragecell_change", args=[cell.pk])
        return cls(title, text, url, state, TONES[state])


@dataclass(frozen=True, slots=True)
class ChosenCells:
    """One row or one column, for whoever has no room for the grid."""

    title: str
    text: str
    totals: CoverageTotals
    lines: list[CoverageLine]

    @classmethod
    def of(cls, shown: Matrix, params: QueryDict) -> "ChosenCells | None":
        """What the address chooses, if the matrix shows it."""
        unit = next((unit for unit in shown.units if unit.code == params.get("unit")), None)
        if unit:
            return cls._column(shown, unit)
        entry = next((entry for entry in shown.entries if entry.code == params.get("entry")), None)
        if entry is None:
            return None
        cells = shown.row(entry)
        lines = [CoverageLine.of(cells[unit.pk], title=str(unit)) for unit in shown.units if unit.pk in cells]
        return cls(str(entry), headings().get(entry.parent_id or 0, ""), CoverageTotals(cells.values()), lines)

    @classmethod
    def _column(cls, shown: Matrix, unit: Unit) -> "ChosenCells":
        cells, names = shown.column(unit), headings()
        lines = [
            CoverageLine.of(cells[entry.pk], title=str(entry), text=names.get(entry.parent_id or 0, ""))
            for entry in shown.entries
            if entry.pk in cells
        ]
        return cls(str(unit), unit.get_kind_display(), CoverageTotals(cells.values()), lines)


def _kept(params: QueryDict) -> str:
    """The filters alone, as an address ends with them."""
    kept = params.copy()
    for name in CHOOSING:
        kept.pop(name, None)
    return kept.urlencode()


def _columns(shown: Matrix, params: QueryDict) -> Page[Unit]:
    """The units that stand side by side."""
    side_by_side = max(len(shown.units), 1) if params.get("units") == "all" else COLUMNS
    return Paginator(shown.units, side_by_side).get_page(params.get("page"))


def _figures(shown: Matrix, params: QueryDict) -> Iterator[tuple[CellState, int, str]]:
    """Each state, how many cells have it, and the address of these alone."""
    for state in STATES:
        only = QueryDict(_kept(params), mutable=True)
        only["state"] = state
        yield state, shown.total.states[state], f"?{only.urlencode()}"


def _page(request: AuthenticatedRequest, template: str, **context: Any) -> HttpResponse:
    trail = [("公开覆盖", reverse("admin:disclosure_coveragecell_changelist"))]
    path = f"admin/disclosure/coverage/{template}.html"
    return office_page(request, path, title="公开覆盖图", trail=trail, **context)
