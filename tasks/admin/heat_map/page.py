"""The page of the heat map: how it is narrowed, which columns stand side by side, and the list of one unit or point."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Unit
from ninghai.moves import require
from ninghai.office.pages import office_page, office_path
from ninghai.office.site import OFFICE_ROLES
from ninghai.parameters import only
from ninghai.roles import acts_as
from tasks.admin.heat_map.form import HeatMapForm
from tasks.admin.heat_map.grid import Grid
from tasks.heat_map import Cell, HeatMap, Totals, read_heat_map
from tasks.models import WorkPoint, WorkPointNotice
from tasks.periods import last_ended_period
from tasks.points.editions import as_written
from tasks.states import Light, NoticeStatus

COLUMNS = 100  # units side by side, unless all are asked for
TEXT_CHARACTERS = 60
CHOOSING = ("unit", "point", "units", "page")  # what an address says beside the filters


@require_safe
def years(request: AuthenticatedRequest) -> HttpResponse:
    """The years that have a heat map, newest first."""
    require(acts_as(request.user, *OFFICE_ROLES))
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).defer("source_text", "other", "warnings")
    return _page(request, "years", title="进度图", notices=issued.order_by("-year"))


@require_safe
def heat_map(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """The year's heat map as it is narrowed; `?unit=` and `?point=` choose one column or one row of it."""
    require(acts_as(request.user, *OFFICE_ROLES))
    points = points_of(year)
    form = HeatMapForm(request.GET.dict(), points=points, today=clock.today())
    frame: dict[str, Any] = {
        "title": f"{year}年进度图",
        "year": year,
        "years": list(issued_years()),
        "form": form,
        "narrowed": _kept(request.GET),
    }
    if not form.is_valid():
        return _page(request, "grid", **frame)
    day = form.cleaned_data["as_of"]
    notice = points[0].notice
    if day < clock.today():  # what is written today is in the records themselves
        points = as_written(points, on=day)
    period = last_ended_period(notice=notice, on=day) if form.looks_at_reports else None
    shown = read_heat_map(notice=notice, points=points, user=request.user, on=day, period=period, wanted=form.wanted)
    frame |= {"as_of": day, "period": period, "totals": shown.total, "figures": list(_figures(shown, request.GET))}
    if chosen := Chosen.of(shown, request.GET):
        return _page(request, "one", chosen=chosen, **frame)
    page = _columns(shown, request.GET)
    frame |= {
        "page": page,
        "params": only(request.GET, [*form.fields, "page"]),
        "kept": QueryDict(frame["narrowed"]).items(),
    }
    return _page(request, "grid", grid=Grid.of(shown, list(page)), units=shown.units, **frame)


def issued_years() -> Iterator[int]:
    """The years among which a map can be switched, newest first."""
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED)
    yield from issued.order_by("-year").values_list("year", flat=True)


def points_of(year: int) -> list[WorkPoint]:
    """The points of the year's issued notice in their order, with the notice, or 404."""
    issued = WorkPoint.ever.filter(notice__year=year, notice__status=NoticeStatus.ISSUED).select_related("notice")
    points = list(issued.defer(*WorkPointNotice.whole_text("notice")).order_by("position"))
    if not points:
        raise Http404
    return points


@dataclass(frozen=True, slots=True)
class Line:
    """A cell as the list of one row or one column shows it."""

    title: str
    text: str
    url: str
    light: str
    is_owed: bool

    @classmethod
    def of(cls, cell: Cell, *, title: str, text: str = "") -> "Line":
        url = reverse("admin:tasks_assignment_change", args=[cell.pk])
        return cls(title=title, text=text, url=url, light=cell.light, is_owed=cell.is_owed)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One row or one column, for whoever has no room for the grid."""

    title: str
    text: str
    totals: Totals
    lines: list[Line]

    @classmethod
    def of(cls, shown: HeatMap, params: QueryDict) -> "Chosen | None":
        """What the address chooses, if the map shows it."""
        unit = next((unit for unit in shown.units if unit.code == params.get("unit")), None)
        if unit:
            return cls._column(shown, unit)
        point = next((point for point in shown.points if point.key == params.get("point")), None)
        if point is None:
            return None
        cells = shown.row(point)
        lines = [Line.of(cells[unit.pk], title=str(unit)) for unit in shown.units if unit.pk in cells]
        return cls(title=f"要点{point.name}", text=point.text, totals=Totals(cells.values()), lines=lines)

    @classmethod
    def _column(cls, shown: HeatMap, unit: Unit) -> "Chosen":
        cells = shown.column(unit)
        lines = [
            Line.of(cells[point.pk], title=point.name, text=Truncator(point.text).chars(TEXT_CHARACTERS))
            for point in shown.points
            if point.pk in cells
        ]
        return cls(title=str(unit), text=unit.get_kind_display(), totals=Totals(cells.values()), lines=lines)


def _kept(params: QueryDict) -> str:
    """The filters alone, as an address ends with them."""
    kept = params.copy()
    for name in CHOOSING:
        kept.pop(name, None)
    return kept.urlencode()


def _columns(shown: HeatMap, params: QueryDict) -> Page[Unit]:
    """The units that stand side by side."""
    side_by_side = max(len(shown.units), 1) if params.get("units") == "all" else COLUMNS
    return Paginator(shown.units, side_by_side).get_page(params.get("page"))


def _figures(shown: HeatMap, params: QueryDict) -> Iterator[tuple[Light, int, str]]:
    """Each light, how many cells have it, and the address of these alone."""
    for light in Light:
        only = QueryDict(_kept(params), mutable=True)
        only["light"] = light
        yield light, shown.total.lights[light], f"?{only.urlencode()}"


def _page(request: AuthenticatedRequest, template: str, *, title: str, **context: Any) -> HttpResponse:
    trail = [("任务分工", reverse("admin:tasks_assignment_changelist"))]
    if template != "years":
        trail.append(("进度图", reverse("admin:tasks_heat_map_years")))
    return office_page(request, f"admin/tasks/heat_map/{template}.html", title=title, trail=trail, **context)


URLS = [
    office_path("map/", years, "tasks_heat_map_years"),
    office_path("map/<int:year>/", heat_map, "tasks_heat_map"),
]
