"""各单位依申请公开, 复议机关和法院 and 信息处理费标准 in the web admin: each unit's counts side by side, one unit's year by year, and below them the register
of all units."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from disclosure.models import FeeRate, RemedyAuthority, RequestUnit
from disclosure.requests.desk.pages import CasePage, office_pages
from disclosure.requests.kind import REQUEST
from disclosure.requests.office.standing import REQUESTS, CaseMatter, by_year, share, share_words, with_counts
from disclosure.requests.office.urging import request_urging_page, urging_urls
from disclosure.requests.rating import ratings
from disclosure.requests.rules.fees import FEES_FROM, read_bands, words_of_bands
from ninghai.calendar import clock
from ninghai.models import Case, CaseSeries, Unit
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import along, office_page
from ninghai.staff_site.years import OfYears
from ninghai.web.http import AuthenticatedRequest
from tasks.rules import can_remind_units

U = TypeVar("U", bound=Unit)


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


class UnitsOfMatter(OfYears[U], ReadOnlyAdmin[U]):
    """The units that have a register of such cases, with the counts of them; no words and no people. The cases stand below (`cases`)."""

    matter: ClassVar[CaseMatter]
    cases: ClassVar[CasePage]
    group = DeskGroup.ITEMS
    rank = 4
    year_path = "register_year"
    opens_at_this_year = False  # what is overdue may be of last year
    list_per_page = 100
    list_filter = ("kind",)
    search_fields = ("short_name", "name")
    actions = ("remind_selected",)

    def years(self) -> list[int]:
        given = CaseSeries.objects.filter(series=self.matter.kind).order_by("-year")
        return list(given.values_list("year", flat=True).distinct())

    def get_queryset(self, request: HttpRequest) -> QuerySet[U]:
        """The year's switch narrows what is counted, and leaves every unit in its place: no unit is of another year."""
        asked = request.GET.get("year", "")
        year = int(asked) if asked in {str(each) for each in self.years()} else None
        units = self.model._default_manager.all()
        counted_units: Any = with_counts(units, on=clock.today(), at=clock.now(), year=year, of=self.matter)
        found: QuerySet[U] = counted_units.annotate(register_year=Value(year or 0, IntegerField()), share=share())
        return found

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Late units first: what is overdue, then what falls due soon."""
        return "-overdue", "-soon", "position", "code"

    def get_urls(self) -> list[URLPattern]:
        return [*self.cases.urls("cases/"), *urging_urls(self.matter), *super().get_urls()]

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """One unit's register year by year."""
        unit = get_object_or_404(self.model, pk=pk)
        years = by_year(unit, on=clock.today(), at=clock.now(), of=self.matter)
        urge = f"{reverse(f'{self.matter.units}_remind')}?units={unit.pk}"
        return office_page(
            request,
            "admin/disclosure/requests/unit.html",
            title=str(unit),
            trail=[(f"各单位{self.matter.label}", reverse(self.matter.unit_list))],
            unit=unit,
            matter=self.matter,
            rows=[
                {**year, "share": share_words(year["in_time"], year["answered"] + year["overdue"])} for year in years
            ],
            urge=along(request, urge),
            may_urge=can_remind_units(request.user) and any(year["overdue"] + year["soon"] for year in years),
            **self.about(unit),
        )

    def about(self, unit: U) -> dict[str, Any]:
        """What else one unit's page tells."""
        return {}

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return can_remind_units(request.user)

    @admin.action(description="催办所选的单位", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[U]) -> HttpResponse:
        """First a page that shows to whom and in which words; sent from there."""
        chosen = list(queryset.order_by().values_list("pk", flat=True))
        return request_urging_page(request, {"units": chosen, "words": self.matter.urging}, of=self.matter)

    @admin.display(description="按时答复率", ordering="share")
    def on_time(self, unit: Any) -> str:
        return share_words(unit.in_time, unit.answered + unit.overdue)

    received = counted("received", "收到", state="received")
    answered = counted("answered", "已答复")
    open = counted("open", "办理中", state="")
    overdue = counted("overdue", "其中逾期", state="late")
    soon = counted("soon", "5个工作日内到期")
    handling = counted("handling", "待答复")
    with_head = counted("with_head", "待签发")


@admin.register(RequestUnit)
class RequestUnitAdmin(UnitsOfMatter[RequestUnit]):
    matter, cases = REQUESTS, office_pages
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
    unconfirmed = counted("unconfirmed", "待确认")
    waiting = counted("waiting", "补正、征询中")
    to_deliver = counted("to_deliver", "待送达")

    def about(self, unit: RequestUnit) -> dict[str, Any]:
        return {"satisfaction": ratings(Case.objects.filter(kind=REQUEST, unit=unit))}


@admin.register(RemedyAuthority)
class RemedyAuthorityAdmin(OfficeModelAdmin[RemedyAuthority]):
    """Who hears complaints against each unit's answers, from which day on; a new day is a new row, so that old letters stay true."""

    group = DeskGroup.ITEMS
    list_display = ["unit", "valid_from", "review", "court"]
    list_filter = ["unit"]
    list_select_related = ["unit"]


class FeeRateForm(forms.ModelForm[FeeRate]):
    """Bands without a gap, and a rise where the last of them has an end."""

    def clean_valid_from(self) -> date:
        on: date = self.cleaned_data["valid_from"]
        if on < FEES_FROM:
            raise ValidationError(f"信息处理费从{FEES_FROM}起才有标准，请写这一天或者以后的日期。")
        return on

    def clean_bands(self) -> str:
        try:
            return words_of_bands(read_bands(self.cleaned_data["bands"]))
        except ValueError as refused:
            raise ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "bands" in given:
            has_end, rise = read_bands(given["bands"])[-1].up_to, ("width", "more")
            if has_end and not all(given.get(name) for name in rise):
                self.add_error(
                    "width",
                    "最后一档没有写“起”，请填写此后每增加多少、每件（页）再增加多少元；不再增加的，最后一档写“起”。",
                )
            if not has_end and any(given.get(name) for name in rise):
                self.add_error("width", "最后一档写了“起”，以后不再变化，这两项请留空。")
        return given


@admin.register(FeeRate)
class FeeRateAdmin(OfficeModelAdmin[FeeRate]):
    """A new day is a new row, so that what was received before is charged as it was."""

    form = FeeRateForm
    group = DeskGroup.ITEMS
    list_display = ("by", "valid_from", "bands", "basis")
    list_filter = ("by",)
