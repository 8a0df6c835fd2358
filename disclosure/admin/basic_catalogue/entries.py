"""The office's pages of one duty; the tree of all of them stands on the catalogue's own page."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST

from disclosure.admin.basic_catalogue.entry_form import EntryForm, EntryUnitForm, rule_in
from disclosure.basic_catalogue.keeping import (
    last_position,
    let_units_owe,
    lock_catalogue,
    may_keep,
    move_entry,
    renumber,
    restore_entry,
    retire_entry,
)
from disclosure.basic_catalogue.time_limits import disagreement
from disclosure.models import BasicCatalogue, CatalogueEntry, EntryUnit
from disclosure.models.basic_catalogue import Channel, LimitLaw
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.law import rule_set_on
from ninghai.models import Role, User
from ninghai.moves import require
from ninghai.office.choosing import ChoosesRecords
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin
from ninghai.office.pages import office_path
from ninghai.office.rows import RowsFormSet
from ninghai.versions import require_seen

OFFICE = frozenset({Role.OFFICE})


class EntryUnitInline(ChoosesRecords[Any], admin.TabularInline[EntryUnit, CatalogueEntry]):
    model = EntryUnit
    formset = RowsFormSet
    form = EntryUnitForm
    extra = 1
    autocomplete_fields = ["unit"]

    def has_view_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return True  # who may see the duty

    def has_change_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return isinstance(request.user, User) and may_keep(request.user)

    def has_add_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return self.has_change_permission(request)


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(OfficeModelAdmin[CatalogueEntry]):
    group = DeskGroup.CATALOGUE
    editors = OFFICE
    form = EntryForm
    inlines = [EntryUnitInline]
    list_display = ["code", "indented_name", "catalogue", "time_limit", "rhythm", "retired_on"]
    list_filter = ["catalogue", "rhythm", "at_county", "at_town"]
    search_fields = ["code", "name", "legal_basis"]
    autocomplete_fields = ["parent"]
    list_select_related = ["catalogue", "parent__parent__parent"]
    ordering = ["catalogue__position", "position", "code"]
    fieldsets = [
        (None, {"fields": ["catalogue", "parent", "name", "code", "content_elements", "legal_basis", "seen"]}),
        (
            "公开时限",
            {
                "fields": [
                    ("limit_amount", "limit_unit", "limit_event"),
                    ("limit_month", "limit_day", "limit_law"),
                    "time_limit",
                    "rhythm",
                ],
                "description": "规则用来计算是否逾期：填数量、单位和起算事件，或者填每年截止的月和日。印在目录上的文字留空时按规则生成。",
            },
        ),
        ("公开主体", {"fields": ["publisher", "unit_groups"]}),
        (
            "渠道、对象、方式、层级",
            {"fields": ["channels", "audience", "audience_words", "method", "at_county", "at_town"]},
        ),
        ("其他", {"fields": ["duration", "site_column"]}),
    ]

    @admin.display(description="公开事项", ordering="position")
    def indented_name(self, entry: CatalogueEntry) -> str:
        depth, above = 0, entry.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        return f"{'　' * depth}{entry.name}"

    @admin.display(description="公开渠道和载体")
    def channels_in_words(self, entry: CatalogueEntry) -> str:
        return "、".join(Channel(code).label for code in entry.channels) or "—"

    def get_fieldsets(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> Any:
        """Who may only read sees what the duty is, without the form's own fields."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        shown = ["catalogue", "parent", "name", "code", "content_elements", "legal_basis", "time_limit", "rhythm"]
        return [(None, {"fields": [*shown, "publisher", "channels_in_words", "duration", "site_column"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> list[str]:
        """Its code is what files and items find it by, and a duty stays in its catalogue."""
        return ["channels_in_words", *(["code", "catalogue"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        told: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        if "catalogue" not in told:
            told["catalogue"] = BasicCatalogue.objects.order_by("position", "code").first()
        return told

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueEntry]:
        return super().get_queryset(request).select_related("catalogue")

    def save_model(
        self, request: HttpRequest, obj: CatalogueEntry, form: forms.ModelForm[CatalogueEntry], change: bool
    ) -> None:
        catalogue = lock_catalogue(obj)
        if not change:
            obj.position = last_position(catalogue) + 1
        super().save_model(request, obj, form, change)
        renumber(catalogue)
        if warning := disagreement(obj.time_limit, rule_in(vars(obj))):
            messages.warning(request, warning)
        if warning := words_of_another_law(obj, on=clock.today()):
            messages.warning(request, warning)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        units = [unit for group in form.cleaned_data["unit_groups"] for unit in group.members.all()]
        if new := let_units_owe(entry=form.instance, units=units):
            messages.info(request, f"已整组加入 {len(new)} 个责任单位。")

    def response_post_save_add(self, request: HttpRequest, obj: CatalogueEntry) -> HttpResponseRedirect:
        return redirect(place_in_tree(obj))

    def response_post_save_change(self, request: HttpRequest, obj: CatalogueEntry) -> HttpResponseRedirect:
        return redirect(place_in_tree(obj))

    def get_urls(self) -> list[URLPattern]:
        acts = [("move", move), ("retire", retire), ("restore", restore)]
        guarded = [office_path(f"<int:pk>/{name}/", act, f"disclosure_catalogueentry_{name}") for name, act in acts]
        return [*guarded, *super().get_urls()]


def place_in_tree(entry: CatalogueEntry) -> str:
    return f"{reverse('admin:disclosure_basiccatalogue_tree', args=[entry.catalogue_id])}#e{entry.pk}"


@require_POST
def move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One place up or down among its neighbours."""
    require(may_keep(request.user))
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    if not move_entry(entry=entry, direction=request.POST.get("direction", ""), by=request.user, at=clock.now()):
        messages.info(request, f"“{entry}”已经在最{'上' if request.POST.get('direction') == 'up' else '下'}面。")
    return redirect(place_in_tree(entry))


@require_POST
def retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(may_keep(request.user))
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    ended = retire_entry(entry=entry, by=request.user, at=clock.now())
    below = f"，连同下级共 {len(ended)} 个事项" if len(ended) > 1 else ""
    messages.success(request, f"“{entry}”已停用{below}。已公开的信息保留；发布新版后公众看到变化。")
    return redirect(place_in_tree(entry))


@require_POST
def restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(may_keep(request.user))
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    try:
        restore_entry(entry=entry, by=request.user, at=clock.now())
    except forms.ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, f"“{entry}”已恢复。")
    return redirect(place_in_tree(entry))


def words_of_another_law(entry: CatalogueEntry, *, on: date) -> str:
    """What to look at when the printed words are not those of today's law; empty when they are, or the law has no say."""
    if entry.limit_law != LimitLaw.ANNUAL_REPORT:
        return ""
    report = rule_set_on(on).annual_report
    if entry.time_limit == report.words:
        return ""
    return f"公开时限印着“{entry.time_limit}”，现行的{report.basis}是“{report.words}”，请核对后改写，再发布新版。"
