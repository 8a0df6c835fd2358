"""热线 in the web admin: all matters, and what the office sets: topics, whose duty each is, limits."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from disclosure.hotline.intake import URLS
from disclosure.hotline.kind import HOTLINE_KIND, STATES
from disclosure.hotline.pages import office_pages, visible_calls
from disclosure.hotline.rules import due_day
from disclosure.models import HotlineCase, HotlineDuty, HotlineLimit, HotlineTopic
from disclosure.public_opinion.rules import lead_of
from ninghai.cases.lookup import numbers_meant
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.record_pages import WithRecordPage


class CallStateFilter(admin.SimpleListFilter):
    title, parameter_name = "状态", "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(state.code, state.label) for state in STATES if state.code not in {"entered", "unconfirmed"}]

    def queryset(self, request: HttpRequest, queryset: QuerySet[HotlineCase]) -> QuerySet[HotlineCase]:
        return queryset.filter(case__status=self.value()) if self.value() else queryset


@admin.register(HotlineCase)
class HotlineCaseAdmin(WithRecordPage[HotlineCase], ReadOnlyAdmin[HotlineCase]):
    """Every matter that is not about this person's own units, without a word of the caller; found by its whole number."""

    page = office_pages
    group = DeskGroup.ITEMS
    rank = 5
    list_display = ("number", "subject", "matter", "topic", "where", "lead", "state", "due")
    list_filter = (CallStateFilter, "is_open", "matter", "urgency")
    search_fields = ("case__number",)
    ordering = ("-pk",)
    untold = frozenset({"caller_digest", "about", "caller"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[HotlineCase]:
        return visible_calls(request.user) if isinstance(request.user, User) else HotlineCase.objects.none()

    def get_urls(self) -> list[URLPattern]:
        return [*URLS, *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[HotlineCase], search_term: str
    ) -> tuple[QuerySet[HotlineCase], bool]:
        return (queryset.filter(case__number__in=numbers_meant(search_term)) if search_term else queryset), False

    @admin.display(description="登记号", ordering="case__number")
    def number(self, call: HotlineCase) -> str:
        return call.case.number

    @admin.display(description="事由")
    def subject(self, call: HotlineCase) -> str:
        return call.case.subject

    @admin.display(description="地点")
    def where(self, call: HotlineCase) -> str:
        return call.place

    @admin.display(description="主办单位")
    def lead(self, call: HotlineCase) -> str:
        lead = lead_of(call)
        return lead.unit.short_name if lead else ""

    @admin.display(description="状态", ordering="case__status")
    def state(self, call: HotlineCase) -> str:
        return HOTLINE_KIND.state(call.case.status).label

    @admin.display(description="到期日", ordering="case__legal_clock__due_at")
    def due(self, call: HotlineCase) -> str:
        return f"{due_day(call) or ''}"


@admin.register(HotlineTopic)
class HotlineTopicAdmin(OfficeModelAdmin[HotlineTopic]):
    group = DeskGroup.ITEMS
    list_display = ("name", "position", "is_active")
    search_fields = ("name",)


@admin.register(HotlineDuty)
class HotlineDutyAdmin(OfficeModelAdmin[HotlineDuty]):
    """职责清单: topics, places, units."""

    group = DeskGroup.ITEMS
    list_display = ("topic", "town", "unit", "basis")
    list_filter = ("topic", "town", "unit")
    list_select_related = ("topic", "town", "unit")


@admin.register(HotlineLimit)
class HotlineLimitAdmin(OfficeModelAdmin[HotlineLimit]):
    """A new day is a new row, so that what was handed on before stays."""

    group = DeskGroup.ITEMS
    list_display = ("matter", "urgency", "amount", "unit", "extension", "redo", "valid_from", "basis")
    list_filter = ("matter", "urgency")
