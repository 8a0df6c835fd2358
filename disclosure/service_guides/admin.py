"""The office's side: the list of services, 一件事, the shared materials, and every guide with what the checker finds."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from disclosure.models import GuideMaterial, GuideVersion, OneThing, OneThingStep, Service
from disclosure.service_guides.pages import TONES, office_pages
from disclosure.service_guides.services import index_service
from disclosure.service_guides.special_check import special_check
from ninghai.calendar import clock
from ninghai.models import Role, User, acts_as
from ninghai.staff_site.forms import ChoosesRecords, RowsFormSet
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import office_path
from ninghai.staff_site.record_pages import WithRecordPage


@admin.register(Service)
class ServiceAdmin(OfficeModelAdmin[Service]):
    """服务事项清单: who does what; a cancelled line stays, with its day and reason."""

    group = DeskGroup.ITEMS
    rank = 5
    list_display = ["code", "name", "unit", "kind", "cancelled_on"]
    list_filter = ["kind", "unit"]
    search_fields = ["code", "name"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]
    fields = ["code", "name", "unit", "kind", "base_code", "implementation_code", "cancelled_on", "cancel_reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        return super().get_queryset(request).defer("search_text", "title_vector", "text_vector")

    def get_readonly_fields(self, request: HttpRequest, obj: Service | None = None) -> list[str]:
        """The code is the public page's address."""
        return ["code"] if obj else []

    def get_urls(self) -> list[URLPattern]:
        own = office_path("special-check/", special_check, "disclosure_service_special_check")
        return [own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Service, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        index_service(obj, at=clock.now())


@admin.register(GuideVersion)
class GuideVersionAdmin(WithRecordPage[GuideVersion], ReadOnlyAdmin[GuideVersion]):
    page = office_pages
    group = DeskGroup.ITEMS
    rank = 5
    tones = {"status": TONES}
    list_display = ["service_name", "unit", "number", "status", "faults", "first_fault", "publish_by", "effective_on"]
    list_filter = ["status", "service__unit"]
    search_fields = ["service__name", "service__code"]
    ordering = ["service__unit__position", "service__code", "-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuideVersion]:
        user = request.user
        seen = GuideVersion.objects.visible_to(user) if isinstance(user, User) else GuideVersion.objects.none()
        return seen.with_service().defer("content")

    @admin.display(description="事项", ordering="service__name")
    def service_name(self, guide: GuideVersion) -> str:
        return guide.service.name

    @admin.display(description="办理单位", ordering="service__unit")
    def unit(self, guide: GuideVersion) -> str:
        return guide.service.unit.short_name

    @admin.display(description="检查发现的问题")
    def faults(self, guide: GuideVersion) -> str:
        return f"{len(guide.findings)}处" if guide.findings else "—"

    @admin.display(description="第一处")
    def first_fault(self, guide: GuideVersion) -> str:
        return guide.findings[0]["message"] if guide.findings else "—"


@admin.register(GuideMaterial)
class GuideMaterialAdmin(OfficeModelAdmin[GuideMaterial]):
    """共用材料: one definition, many guides; before it is cancelled the page lists every guide that asks for it."""

    group = DeskGroup.ITEMS
    rank = 6
    list_display = ["name", "basis", "uses", "cancelled_on"]
    search_fields = ["name", "basis"]
    fields = ["name", "basis", "cancelled_on", "cancel_reason", "used_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: GuideMaterial | None = None) -> list[str]:
        """Guides name it by its name."""
        return ["used_by", *(["name"] if obj else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuideMaterial]:
        held = Q(guides__status__in=["draft", "with_head", "approved", "published"])
        return super().get_queryset(request).annotate(used=Count("guides__service", filter=held, distinct=True))

    @admin.display(description="使用它的事项", ordering="used")
    def uses(self, material: Any) -> int:
        return int(material.used)

    @admin.display(description="使用它的指南")
    def used_by(self, material: GuideMaterial) -> SafeString | str:
        guides = guides_with(material) if material.pk else []
        if not guides:
            return "还没有指南使用它。"
        rows = ((office_pages.url(each), each, each.get_status_display()) for each in guides)
        return format_html_join("", '<p><a href="{}">{}</a>（{}）</p>', rows)

    def save_model(self, request: HttpRequest, obj: GuideMaterial, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "cancelled_on" in form.changed_data and obj.cancelled_on and (guides := guides_with(obj)):
            names = "、".join(str(each) for each in guides)
            messages.warning(request, f"“{obj}”{obj.cancelled_on}起取消，涉及{len(guides)}份指南：{names}")


def guides_with(material: GuideMaterial) -> list[GuideVersion]:
    """The newest version of each service that asks for it: the one that is worked on, or that the public reads."""
    alive = material.guides.filter(status__in=["draft", "with_head", "approved", "published"])
    newest = alive.order_by("service_id", "-number").distinct("service_id").defer("content")
    return list(newest.select_related("service"))


class OneThingStepInline(ChoosesRecords[Any], admin.TabularInline[OneThingStep, OneThing]):
    model = OneThingStep
    formset = RowsFormSet
    extra = 3
    autocomplete_fields = ["service"]

    def has_view_permission(self, request: HttpRequest, obj: OneThing | None = None) -> bool:
        return True  # whoever sees the 一件事

    def has_change_permission(self, request: HttpRequest, obj: OneThing | None = None) -> bool:
        return isinstance(request.user, User) and acts_as(request.user, Role.OFFICE)

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(OneThing)
class OneThingAdmin(OfficeModelAdmin[OneThing]):
    group = DeskGroup.ITEMS
    rank = 6
    list_display = ["name", "code", "is_shown"]
    list_filter = ["is_shown"]
    search_fields = ["name", "code"]
    fields = ["code", "name", "words", "is_shown"]
    inlines = [OneThingStepInline]
