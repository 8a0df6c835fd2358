"""The page of the heat map: how it is narrowed, which columns stand side by side, and the list of one unit or point."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from ninghai.accounts.roles import acts_as
from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.models.state_machine import require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.site import OFFICE_ROLES
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import only
from tasks.assignments.heat_map import HeatMap, HeatMapCell, HeatMapFilter, HeatMapTotals, read_heat_map
from tasks.models import WorkPoint, WorkPointNotice
from tasks.models.states import Light, NoticeStatus
from tasks.notices.editions import as_written
from tasks.periods import last_ended_period

# How the heat map is narrowed; every choice is closed, and what is none of them shows nothing and says so.

ALL = ("", "全部")


class HeatMapForm(forms.Form):
    """进度图的筛选: as of which day, which part, kind of units and light, and whether to look at reports."""

    as_of = forms.DateField(label="截至", required=False, widget=date_input())
    part = forms.ChoiceField(label="所属部分", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    light = forms.ChoiceField(label="进度灯", required=False, choices=[ALL, *Light.choices])
    report = forms.ChoiceField(
        label="本期报送", required=False, choices=[("", "不标出"), ("mark", "标出未报送"), ("only", "只看未报送")]
    )

    def __init__(self, data: Mapping[str, Any], *, points: Iterable[WorkPoint], today: date) -> None:
        super().__init__({"as_of": today.isoformat(), **data})
        self.today = today
        part: forms.ChoiceField = self.fields["part"]  # type: ignore[assignment]
        parts = dict.fromkeys((point.part_number, point.part) for point in points if point.part_number)
        part.choices = [ALL, *parts]
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_as_of(self) -> date:
        """Today, unless an earlier day is asked for."""
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise forms.ValidationError(f"截至日期不能晚于今天（{self.today:%Y-%m-%d}）。")
        return day

    @property
    def wanted(self) -> HeatMapFilter:
        chosen = self.cleaned_data
        return HeatMapFilter(
            part=chosen["part"], kind=chosen["kind"], light=chosen["light"], only_owed=chosen["report"] == "only"
        )

    @property
    def looks_at_reports(self) -> bool:
        return bool(self.cleaned_data["report"])


# The grid of the heat map, ready for its template.

TITLE_CHARACTERS = 20
PLACE = 123456789  # stands for an assignment's number while the markup around it is made

Around = Mapping[
    tuple[str, bool], tuple[str, str]
]  # by light and whether a report is owed: before and after the number


@dataclass(frozen=True, slots=True)
class HeatMapRow:
    point: WorkPoint
    title: str
    totals: HeatMapTotals
    cells: SafeString


@dataclass(frozen=True, slots=True)
class NoticePart:
    title: str
    rows: list[HeatMapRow]


@dataclass(frozen=True, slots=True)
class HeatMapGrid:
    """Some columns of the heat map; the totals of its rows count all columns."""

    kinds: list[tuple[str, int]]  # of units, and how many stand side by side
    columns: list[tuple[Unit, HeatMapTotals]]
    parts: list[NoticePart]
    totals: HeatMapTotals

    @classmethod
    def of(cls, shown: HeatMap, units: Sequence[Unit]) -> "HeatMapGrid":
        around = _around_numbers()
        return cls(
            kinds=[(kind, len(list(alike))) for kind, alike in groupby(units, key=Unit.get_kind_display)],
            columns=[(unit, shown.of_units[unit.pk]) for unit in units],
            parts=[
                NoticePart(title, [_row(point, shown, units, around) for point in points])
                for title, points in shown.parts
            ],
            totals=shown.total,
        )

    @property
    def width(self) -> int:
        """Columns in all: the point, its two totals, the units."""
        return 3 + len(self.columns)


def _row(point: WorkPoint, shown: HeatMap, units: Sequence[Unit], around: Around) -> HeatMapRow:
    cells = shown.row(point)
    title = Truncator(point.text).chars(TITLE_CHARACTERS, truncate="……")
    return HeatMapRow(
        point=point, title=title, totals=HeatMapTotals(cells.values()), cells=_cells(cells, units, around)
    )


def _cells(cells: Mapping[int, HeatMapCell], units: Sequence[Unit], around: Around) -> SafeString:
    return mark_safe("".join([_cell(cells.get(unit.pk), around) for unit in units]))  # noqa: S308 - numbers in our markup


def _cell(cell: HeatMapCell | None, around: Around) -> str:
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
    if chosen := ChosenAssignments.of(shown, request.GET):
        return _page(request, "one", chosen=chosen, **frame)
    page = _columns(shown, request.GET)
    frame |= {
        "page": page,
        "params": only(request.GET, [*form.fields, "page"]),
        "kept": QueryDict(frame["narrowed"]).items(),
    }
    return _page(request, "grid", grid=HeatMapGrid.of(shown, list(page)), units=shown.units, **frame)


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
class HeatMapLine:
    """A cell as the list of one row or one column shows it."""

    title: str
    text: str
    url: str
    light: str
    is_owed: bool

    @classmethod
    def of(cls, cell: HeatMapCell, *, title: str, text: str = "") -> "HeatMapLine":
        url = reverse("admin:tasks_assignment_change", args=[cell.pk])
        return cls(title=title, text=text, url=url, light=cell.light, is_owed=cell.is_owed)


@dataclass(frozen=True, slots=True)
class ChosenAssignments:
    """One row or one column, for whoever has no room for the grid."""

    title: str
    text: str
    totals: HeatMapTotals
    lines: list[HeatMapLine]

    @classmethod
    def of(cls, shown: HeatMap, params: QueryDict) -> "ChosenAssignments | None":
        """What the address chooses, if the map shows it."""
        unit = next((unit for unit in shown.units if unit.code == params.get("unit")), None)
        if unit:
            return cls._column(shown, unit)
        point = next((point for point in shown.points if point.key == params.get("point")), None)
        if point is None:
            return None
        cells = shown.row(point)
        lines = [HeatMapLine.of(cells[unit.pk], title=str(unit)) for unit in shown.units if unit.pk in cells]
        return cls(title=f"要点{point.name}", text=point.text, totals=HeatMapTotals(cells.values()), lines=lines)

    @classmethod
    def _column(cls, shown: HeatMap, unit: Unit) -> "ChosenAssignments":
        cells = shown.column(unit)
        lines = [
            HeatMapLine.of(cells[point.pk], title=point.name, text=Truncator(point.text).chars(TEXT_CHARACTERS))
            for point in shown.points
            if point.pk in cells
        ]
        return cls(title=str(unit), text=unit.get_kind_display(), totals=HeatMapTotals(cells.values()), lines=lines)


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
