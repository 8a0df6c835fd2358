"""The page of the matrix: how it is narrowed, which columns stand side by side, and the list of one unit or duty."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.admin.coverage.form import MatrixForm
from disclosure.admin.coverage.grid import Grid
from disclosure.coverage.matrix import STATES, Cell, Matrix, Totals, read_matrix
from disclosure.coverage.site_checks import site_checks
from disclosure.coverage.unit_list import TONES, headings
from disclosure.models.coverage import CellState
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Unit
from ninghai.moves import require
from ninghai.office.pages import office_page
from ninghai.office.site import OFFICE_ROLES
from ninghai.parameters import only
from ninghai.roles import acts_as

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
    if chosen := Chosen.of(shown, request.GET):
        return _page(request, "one", chosen=chosen, **frame)
    page = _columns(shown, request.GET)
    frame |= {
        "site": site_checks(at=clock.now()),
        "page": page,
        "params": only(request.GET, [*form.fields, "page"]),
        "kept": QueryDict(frame["narrowed"]).items(),
    }
    return _page(request, "grid", grid=Grid.of(shown, list(page)), units=shown.units, **frame)


@dataclass(frozen=True, slots=True)
class Line:
    """A cell as the list of one row or one column shows it."""

    title: str
    text: str
    url: str
    state: CellState
    tone: str

    @classmethod
    def of(cls, cell: Cell, *, title: str, text: str = "") -> "Line":
        state = CellState(cell.state)
        url = reverse("admin:disclosure_coveragecell_change", args=[cell.pk])
        return cls(title, text, url, state, TONES[state])


@dataclass(frozen=True, slots=True)
class Chosen:
    """One row or one column, for whoever has no room for the grid."""

    title: str
    text: str
    totals: Totals
    lines: list[Line]

    @classmethod
    def of(cls, shown: Matrix, params: QueryDict) -> "Chosen | None":
        """What the address chooses, if the matrix shows it."""
        unit = next((unit for unit in shown.units if unit.code == params.get("unit")), None)
        if unit:
            return cls._column(shown, unit)
        entry = next((entry for entry in shown.entries if entry.code == params.get("entry")), None)
        if entry is None:
            return None
        cells = shown.row(entry)
        lines = [Line.of(cells[unit.pk], title=str(unit)) for unit in shown.units if unit.pk in cells]
        return cls(str(entry), headings().get(entry.parent_id or 0, ""), Totals(cells.values()), lines)

    @classmethod
    def _column(cls, shown: Matrix, unit: Unit) -> "Chosen":
        cells, names = shown.column(unit), headings()
        lines = [
            Line.of(cells[entry.pk], title=str(entry), text=names.get(entry.parent_id or 0, ""))
            for entry in shown.entries
            if entry.pk in cells
        ]
        return cls(str(unit), unit.get_kind_display(), Totals(cells.values()), lines)


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
