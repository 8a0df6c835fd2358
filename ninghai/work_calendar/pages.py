"""The office's pages of the calendar: a year at a glance, a year's notice, one day; each change is looked at first."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role, Workday
from ninghai.moves import TransitionError, require
from ninghai.office.pages import office_page, office_path
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as
from ninghai.work_calendar.changes import CalendarEdit, Preview, change_calendar, preview_edit
from ninghai.work_calendar.forms import FIRST_YEAR, LAST_YEAR, DayForm, YearNoticeForm
from ninghai.work_calendar.notice import SpecialDay
from ninghai.work_calendar.year import year_at_a_glance

SALT = "ninghai.work_calendar"
SHOWN = 20  # clocks listed in a preview; the count names all


@require_safe
def year(request: AuthenticatedRequest, number: int | None = None) -> HttpResponse:
    """The year's twelve months; this year unless another is asked for."""
    require(acts_as(request.user, *OFFICE_ROLES))
    number = number or clock.today().year
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Http404
    return _page(
        request,
        "year",
        title=f"{number}年工作日历",
        year=year_at_a_glance(year=number),
        earlier=number - 1 if number > FIRST_YEAR else None,
        later=number + 1 if number < LAST_YEAR else None,
        may_change=acts_as(request.user, Role.OFFICE),
    )


def notice(request: AuthenticatedRequest) -> HttpResponse:
    """Enter a year's notice."""
    form = YearNoticeForm(request.POST or None, initial={"year": clock.today().year + 1})
    return _ask(request, form, title="录入放假通知")


def add_day(request: AuthenticatedRequest) -> HttpResponse:
    """Enter one day."""
    return _ask(request, DayForm(request.POST or None), title="修改一天")


def change_day(request: AuthenticatedRequest, *, day: Workday) -> HttpResponse:
    """Correct one day that is entered."""
    was = {"day": day.date, "kind": day.kind, "name": day.name, "source": day.source}
    return _ask(request, DayForm(request.POST or None, initial=was), title=f"修改{day.date:%Y-%m-%d}")


@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Change what was shown, unless the calendar changed meanwhile."""
    require(acts_as(request.user, Role.OFFICE))
    try:
        edit, version = _unpack(signing.loads(request.POST.get("edit", ""), salt=SALT, max_age=3600))
        moved = change_calendar(edit=edit, version=version, by=request.user, at=clock.now())
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新填写。")
        return redirect("admin:ninghai_workday_notice")
    except TransitionError as refused:
        messages.error(request, str(refused))
        return redirect("admin:ninghai_workday_notice")
    messages.success(request, f"工作日历已修改，{len(moved)} 个办理时限的到期日随之改变。")
    return redirect("admin:ninghai_workday_year", number=max(edit.days).year)


def _ask(request: AuthenticatedRequest, form: YearNoticeForm | DayForm, *, title: str) -> HttpResponse:
    """The form, and once it is filled in, what it would change."""
    require(acts_as(request.user, Role.OFFICE))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        edit = form.edit()
        preview = preview_edit(edit, on=clock.today())
        context |= {"preview": preview, "shown": preview.clocks[:SHOWN], "edit": _pack(edit, preview)}
    return _page(request, "change", title=title, **context)


def _pack(edit: CalendarEdit, preview: Preview) -> str:
    """What was shown, signed, so that it is what will be done; empty when there is nothing to do."""
    if not preview.days:
        return ""
    days = [
        [str(day), special.kind if special else "", special.name if special else ""]
        for day, special in edit.days.items()
    ]
    return signing.dumps({"days": days, "source": edit.source, "version": preview.version}, salt=SALT, compress=True)


def _unpack(packed: dict[str, Any]) -> tuple[CalendarEdit, str]:
    days = {
        date.fromisoformat(day): SpecialDay(Workday.Kind(kind), name) if kind else None
        for day, kind, name in packed["days"]
    }
    return CalendarEdit(days=days, source=packed["source"]), packed["version"]


def _page(request: AuthenticatedRequest, template: str, *, title: str, **context: Any) -> TemplateResponse:
    trail = [("工作日历", reverse("admin:ninghai_workday_changelist"))]
    return office_page(request, f"admin/ninghai/workday/{template}.html", title=title, trail=trail, **context)


URLS: list[URLPattern] = [
    office_path("year/", year, "ninghai_workday_this_year"),
    office_path("year/<int:number>/", year, "ninghai_workday_year"),
    office_path("notice/", notice, "ninghai_workday_notice"),
    office_path("confirm/", confirm, "ninghai_workday_confirm"),
]
