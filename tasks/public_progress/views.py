"""How the year's work points stand by now, for everybody: by part, by unit, by point."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.files.workbooks.writing import CSV, as_csv
from ninghai.models import Unit
from ninghai.staff_site.pages import Tab
from ninghai.staff_site.years import YearLink, this_year, year_links
from ninghai.web.http import Trail, trail_from_home
from ninghai.web.posted import only
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import ever_in
from tasks.public_progress.counts import (
    Counts,
    PointStanding,
    UnitStanding,
    asked_units,
    in_kinds,
    in_parts,
    of_point,
    of_unit,
    public_points,
    public_units,
    total,
)

UNITS = 100  # on one page
LONGEST_WORDS = 50  # characters
STATES = [("", "全部"), ("completed", "办结"), ("begun", "办理中"), ("not_begun", "未开始"), ("overdue", "逾期")]
SORTS = {"name": "单位", "total": "任务", **dict(STATES[1:])}  # the columns of the units' table


class ProgressFilter(forms.Form):
    """What narrows the points; broken values narrow nothing and are told."""

    unit = forms.ChoiceField(label="责任单位", required=False)
    q = forms.CharField(label="要点中的词", max_length=LONGEST_WORDS, required=False)
    state = forms.ChoiceField(required=False, choices=STATES, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, units: Iterable[Unit]) -> None:
        super().__init__(data)
        of_units: forms.ChoiceField = self.fields["unit"]  # type: ignore[assignment]
        of_units.choices = [("", "全部单位"), *((unit.code, str(unit)) for unit in units)]
        self.fields["q"].widget.input_type = "search"

    def wanted(self, name: str) -> str:
        return str(self.cleaned_data.get(name, "")) if self.is_valid() else ""


@login_not_required
@require_safe
def progress_year(request: HttpRequest, year: int) -> HttpResponse:
    """The points of the year's notice by part, all or what unit, words and state leave; a row each."""
    return _year(request, _notice(year))


@login_not_required
@require_safe
def progress_this_year(request: HttpRequest) -> HttpResponse:
    """The page of the year that it is, or of the newest, from which the switch leads to the others."""
    years = WorkPointNotice.years_issued()
    if not years:
        return render(request, "tasks/progress_none.html", {"trail": trail_from_home(("工作进展", ""))})
    return _year(request, _notice(this_year(years, on=clock.today())))


def _year(request: HttpRequest, notice: WorkPointNotice) -> HttpResponse:
    year, on = notice.year, clock.today()
    form = ProgressFilter(request.GET, units=asked_units(notice=notice, on=on))
    points = public_points(notice=notice, on=on, unit=form.wanted("unit"))
    found = [each for each in points if each.says(form.wanted("q"))]
    shown = [each for each in found if each.has(form.wanted("state"))]
    if request.GET.get("format") == "csv":
        return _csv(f"{year}年工作要点进展", [POINT_COLUMNS, *map(_point_cells, shown)])
    context: dict[str, Any] = {
        "canonical": request.build_absolute_uri(_year_page(year)),
        "tabs": _tabs(year, chosen="points"),
        "year_links": _years(year, "tasks:progress-year"),
        "parts": in_parts(shown),
        "counts": total(found),
        "point_count": len(shown),
        "form": form,
        "state": form.wanted("state"),
        "is_narrowed": any(form.wanted(name) for name in form.fields),
        "params": only(request.GET, form.fields),
    }
    return _page(request, "year", notice, on=on, trail=[(f"{year}年", "")], **context)


@login_not_required
@require_safe
def progress_units(request: HttpRequest, year: int) -> HttpResponse:
    """Every unit that the year's notice asks for something, by kind; within a kind, what is most overdue first."""
    notice = _notice(year)
    on = clock.today()
    sort = request.GET.get("sort", "")
    units = in_kinds(public_units(notice=notice, on=on), sort=sort if sort in SORTS else "overdue")
    if request.GET.get("format") == "csv":
        return _csv(f"{year}年工作要点进展（各单位）", [UNIT_COLUMNS, *map(_unit_cells, units)])
    context: dict[str, Any] = {
        "trail": [(f"{year}年", _year_page(year)), ("各单位", "")],
        "tabs": _tabs(year, chosen="units"),
        "year_links": _years(year, "tasks:progress-units"),
        "page": Paginator(units, UNITS).get_page(request.GET.get("page")),
        "params": only(request.GET, ["page", "sort"]),
        "sorts": SORTS.items(),
        "sort": sort if sort in SORTS else "overdue",
        "counts": total(units),
    }
    return _page(request, "units", notice, on=on, **context)


# The same as a file: what is shown, a row for each point or unit.

NUMBERS = ("任务", "办结", "办理中", "未开始", "其中逾期")
POINT_COLUMNS = ("编号", "短标题", "部分", "节", "内容", "完成时限", *NUMBERS)
UNIT_COLUMNS = ("单位", "单位类型", *NUMBERS)


def _point_cells(standing: PointStanding) -> list[str]:
    point = standing.point
    words = [point.name, point.title, point.part, point.section, point.text, point.due_date.isoformat()]
    return [*words, *_numbers(standing.counts)]


def _unit_cells(standing: UnitStanding) -> list[str]:
    return [standing.unit.name, standing.kind, *_numbers(standing.counts)]


def _numbers(counts: Counts) -> list[str]:
    return [str(number) for number in (counts.total, *(piece.number for piece in counts.pieces))]


def _csv(name: str, rows: Iterable[Iterable[str]]) -> HttpResponse:
    disposition = content_disposition_header(True, f"{name}.csv") or "attachment"
    return HttpResponse("".join(as_csv(rows)), content_type=CSV, headers={"Content-Disposition": disposition})


@login_not_required
@require_safe
def progress_unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """What the year's notice asks of one unit, point by point."""
    notice = _notice(year)
    on = clock.today()
    asked = Unit.objects.filter(assignments__task__point__notice=notice).distinct()
    unit = get_object_or_404(asked, code=code)
    rows = of_unit(notice=notice, unit=unit, on=on)
    trail = [
        (f"{year}年", _year_page(year)),
        ("各单位", reverse("tasks:progress-units", args=[year])),
        (str(unit), ""),
    ]
    asking = _issued().filter(points__task__assignments__unit=unit)
    asked_in = asking.order_by("-year").values_list("year", flat=True).distinct()
    years = _years(year, "tasks:progress-unit", code, among=list(asked_in))
    shown = {"unit": unit, "rows": rows, "counts": total(rows), "year_links": years}
    return _page(request, "unit", notice, on=on, trail=trail, **shown)


@login_not_required
@require_safe
def progress_point(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """One point of the year's notice, unit by unit."""
    notice = _notice(year)
    on = clock.today()
    point = ever_in(notice).select_related("task", "notice").filter(key=key).order_by("-removed_on").first()
    if point is None:
        raise Http404
    rows = of_point(point=point, on=on)
    trail = [(f"{year}年", _year_page(year)), (point.name, "")]
    return _page(request, "point", notice, on=on, trail=trail, point=point, rows=rows, counts=total(rows))


def _notice(year: int) -> WorkPointNotice:
    return get_object_or_404(_issued(), year=year)


def _issued() -> QuerySet[WorkPointNotice]:
    return WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).defer("source_text", "other", "warnings")


def _years(year: int, page: str, *args: str, among: list[int] | None = None) -> list[YearLink]:
    """The same page of other years: of all that were issued, or of those `among` which it has one."""
    years = WorkPointNotice.years_issued() if among is None else among
    return year_links(years, chosen=year, url=lambda each: reverse(page, args=[each, *args]))


def _tabs(year: int, *, chosen: str) -> list[Tab]:
    """The two ways to look at a year, each a page of its own."""
    pages = [("points", "按要点", _year_page(year)), ("units", "按单位", reverse("tasks:progress-units", args=[year]))]
    return [Tab(key, label, url, key == chosen) for key, label, url in pages]


def _year_page(year: int) -> str:
    return reverse("tasks:progress-year", args=[year])


def _page(
    request: HttpRequest,
    template: str,
    notice: WorkPointNotice,
    *,
    on: date,
    trail: Trail,
    **context: Any,
) -> HttpResponse:
    above = trail_from_home(("工作进展", reverse("tasks:progress")), *trail)
    context |= {"notice": notice, "year": notice.year, "as_of": on, "trail": above}
    return render(request, f"tasks/progress_{template}.html", context)
