"""各单位依申请公开 and 复议机关和法院 in the web admin: each unit's counts side by side, one unit's year by year, and from there its register."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from disclosure.models import RemedyAuthority, RequestUnit
from disclosure.requests.kind import REQUEST
from disclosure.requests.office.reminders import LIST
from disclosure.requests.office.standing import by_year, share, share_words, with_counts
from disclosure.requests.office.urging import URLS, WORDS, RequestUrgingForm, request_urging_page
from disclosure.requests.rating import ratings
from ninghai.calendar import clock
from ninghai.models import Case, CaseSeries
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import along, office_page
from ninghai.staff_site.years import OfYears
from ninghai.web.http import AuthenticatedRequest
from tasks.rules import can_remind_units


def counted(name: str, label: str, *, state: str | None = None) -> Callable[[Any, Any], SafeString | int]:
    """A column of counts; with a `state` of the register each number leads to these applications there."""

    @admin.display(description=label, ordering=name)
    def column(self: Any, unit: Any) -> SafeString | int:
        count: int = getattr(unit, name)
        if state is None or not count:
            return count
        url = unit.get_absolute_url() + (f"&state={state}" if state else "")
        return format_html('<a href="{}">{}</a>', url, count)

    return column


@admin.register(RequestUnit)
class RequestUnitAdmin(OfYears[RequestUnit], ReadOnlyAdmin[RequestUnit]):
    """The units that have a register, with the counts of its applications; no words and no people."""

    group = DeskGroup.ITEMS
    rank = 4
    year_path = "register_year"
    opens_at_this_year = False  # what is overdue may be of last year
    list_per_page = 100
    list_display = (
        "short_name",
        "received",
        "answered",
        "on_time",
        "open",
        "overdue",
        "soon",
        "unconfirmed",
        "handling",
        "waiting",
        "with_head",
        "to_deliver",
    )
    list_filter = ("kind",)
    search_fields = ("short_name", "name")
    actions = ("remind_selected",)

    def years(self) -> list[int]:
        given = CaseSeries.objects.filter(series=REQUEST).order_by("-year")
        return list(given.values_list("year", flat=True).distinct())

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestUnit]:
        """The year's switch narrows what is counted, and leaves every unit in its place: no unit is of another year."""
        asked = request.GET.get("year", "")
        year = int(asked) if asked in {str(each) for each in self.years()} else None
        units = RequestUnit._default_manager.all()
        units_counted: Any = with_counts(units, on=clock.today(), at=clock.now(), year=year)
        found: QuerySet[RequestUnit] = units_counted.annotate(
            register_year=Value(year or 0, IntegerField()), share=share()
        )
        return found

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Late units first: what is overdue, then what falls due soon."""
        return "-overdue", "-soon", "position", "code"

    def get_urls(self) -> list[URLPattern]:
        return [*URLS, *super().get_urls()]

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return unit_page(request, get_object_or_404(RequestUnit, pk=pk))

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return can_remind_units(request.user)

    @admin.action(description="催办所选的单位", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[RequestUnit]) -> HttpResponse:
        """First a page that shows to whom and in which words; sent from there."""
        chosen = list(queryset.order_by().values_list("pk", flat=True))
        return request_urging_page(request, RequestUrgingForm({"units": chosen, "words": WORDS}))

    @admin.display(description="按时答复率", ordering="share")
    def on_time(self, unit: Any) -> str:
        return share_words(unit.in_time, unit.answered + unit.overdue)

    received = counted("received", "收到", state="received")
    answered = counted("answered", "已答复")
    open = counted("open", "办理中", state="")
    overdue = counted("overdue", "其中逾期", state="late")
    soon = counted("soon", "5个工作日内到期")
    unconfirmed = counted("unconfirmed", "待确认")
    handling = counted("handling", "待答复")
    waiting = counted("waiting", "补正、征询中")
    with_head = counted("with_head", "待签发")
    to_deliver = counted("to_deliver", "待送达")


def unit_page(request: AuthenticatedRequest, unit: RequestUnit) -> HttpResponse:
    """One unit's register year by year."""
    years = by_year(unit, on=clock.today(), at=clock.now())
    return office_page(
        request,
        "admin/disclosure/requests/unit.html",
        title=str(unit),
        trail=[("各单位依申请公开", reverse(LIST))],
        unit=unit,
        satisfaction=ratings(Case.objects.filter(kind=REQUEST, unit=unit)),
        rows=[{**year, "share": share_words(year["in_time"], year["answered"] + year["overdue"])} for year in years],
        urge=along(request, f"{reverse('admin:disclosure_requestunit_remind')}?units={unit.pk}"),
        may_urge=can_remind_units(request.user) and any(year["overdue"] + year["soon"] for year in years),
    )


@admin.register(RemedyAuthority)
class RemedyAuthorityAdmin(OfficeModelAdmin[RemedyAuthority]):
    """Who hears complaints against each unit's answers, from which day on; a new day is a new row, so that old letters stay true."""

    group = DeskGroup.ITEMS
    list_display = ["unit", "valid_from", "review", "court"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
