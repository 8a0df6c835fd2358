"""How the year's work points stand, for everybody: by part, by unit, by point."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.web.posted import only
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import ever_in
from tasks.public_progress.counts import of_point, of_unit, public_progress, public_units, total

UNITS = 100  # on one page


@login_not_required
@require_safe
def progress_years(request: HttpRequest) -> HttpResponse:
    """The years in which a notice was issued, newest first."""
    notices = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED)
    return render(request, "tasks/progress_years.html", {"notices": notices})


@login_not_required
@require_safe
def progress_year(request: HttpRequest, year: int) -> HttpResponse:
    """Every point of the year's notice, by part and section, as of today."""
    notice, today = _notice(year), clock.today()
    parts = public_progress(notice=notice, on=today)
    points = sum(len(section.points) for part in parts for section in part.sections)
    return _page(request, "year", notice, on=today, parts=parts, counts=total(parts), point_count=points)


@login_not_required
@require_safe
def progress_units(request: HttpRequest, year: int) -> HttpResponse:
    """Every unit that the year's notice asks for something."""
    notice, today = _notice(year), clock.today()
    units = public_units(notice=notice, on=today)
    page = Paginator(units, UNITS).get_page(request.GET.get("page"))
    trail = [(f"{year}年", _year_page(year)), ("各单位", "")]
    counts = total(units)
    return _page(
        request, "units", notice, on=today, trail=trail, page=page, params=only(request.GET, ["page"]), counts=counts
    )


@login_not_required
@require_safe
def progress_unit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """What the year's notice asks of one unit, point by point."""
    notice, today = _notice(year), clock.today()
    asked = Unit.objects.filter(assignments__task__point__notice=notice).distinct()
    unit = get_object_or_404(asked, code=code)
    rows = of_unit(notice=notice, unit=unit, on=today)
    trail = [
        (f"{year}年", _year_page(year)),
        ("各单位", reverse("tasks:progress-units", args=[year])),
        (str(unit), ""),
    ]
    return _page(request, "unit", notice, on=today, trail=trail, unit=unit, rows=rows, counts=total(rows))


@login_not_required
@require_safe
def progress_point(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """One point of the year's notice, unit by unit."""
    notice, today = _notice(year), clock.today()
    point = ever_in(notice).select_related("task", "notice").filter(key=key).order_by("-removed_on").first()
    if point is None:
        raise Http404
    rows = of_point(point=point, on=today)
    trail = [(f"{year}年", _year_page(year)), (f"要点{point.name}", "")]
    return _page(request, "point", notice, on=today, trail=trail, point=point, rows=rows, counts=total(rows))


def _notice(year: int) -> WorkPointNotice:
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).defer("source_text", "other", "warnings")
    return get_object_or_404(issued, year=year)


def _year_page(year: int) -> str:
    return reverse("tasks:progress-year", args=[year])


def _page(
    request: HttpRequest,
    template: str,
    notice: WorkPointNotice,
    *,
    on: date,
    trail: list[tuple[str, str]] | None = None,
    **context: Any,
) -> HttpResponse:
    above = [("首页", reverse("disclosure:home")), ("工作进展", reverse("tasks:progress")), *(trail or [])]
    context |= {"notice": notice, "year": notice.year, "as_of": on, "trail": above}
    return render(request, f"tasks/progress_{template}.html", context)
