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

from disclosure.basic_catalogue import services
from disclosure.basic_catalogue.entry_rows import fingerprint, row_of
from disclosure.basic_catalogue.time_limits import LimitRule, disagreement
from disclosure.basic_catalogue.workbook.writing import LEVEL_NAMES
from disclosure.models import BasicCatalogue, CatalogueEntry, Channel, EntryUnit, LimitEvent
from disclosure.models.basic_catalogue import LimitLaw
from disclosure.models.states import DisclosureMethod
from ninghai.calendar import clock
from ninghai.calendar.law import rule_set_on
from ninghai.models import UnitGroup, User
from ninghai.staff_site.forms import ChoosesRecords, RowsFormSet, date_input
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import office_path
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import require_seen

# The form of a duty (公开事项): all columns of the national form, the limit as a rule, the units that owe it.

MOST_LEVELS = len(LEVEL_NAMES)


class ChannelsField(forms.MultipleChoiceField):
    """公开渠道和载体: tick boxes, kept in the form's order."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Channel.choices, required=False, label="公开渠道和载体", **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(initial or []) != set(data or [])


class CatalogueEntryForm(forms.ModelForm[CatalogueEntry]):
    channels = ChannelsField()
    unit_groups = forms.ModelMultipleChoiceField(
        UnitGroup.objects.filter(is_open=False),
        required=False,
        label="整组加入",
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选后，组内各单位都加入下面的责任单位。",
    )
    seen = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []  # the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = "留空时自动编排；保存后不能修改。"
        if "method" in self.fields:
            offered = (DisclosureMethod.PROACTIVE, DisclosureMethod.ON_REQUEST)
            self.fields["method"].choices = [(each.value, each.label) for each in offered]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["seen"].initial = self._state()

    def _state(self) -> str:
        return fingerprint(row_of(CatalogueEntry.objects.get(pk=self.instance.pk)))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        self._check_unchanged(typed.get("seen") or "")
        self._check_heading(typed)
        self._check_rule(typed)
        if not typed.get("code") and not self.instance.pk and typed.get("catalogue"):
            typed["code"] = services.next_code(typed["catalogue"], typed.get("parent"))
        if typed.get("audience") != "groups":
            typed["audience_words"] = ""
        return typed

    def _check_unchanged(self, seen: str) -> None:
        if self.instance.pk and seen and seen != self._state():
            self.add_error(None, "这个事项刚刚被别人修改过，没有保存。请在另一个窗口打开它，对照后重新填写。")

    def _check_heading(self, typed: dict[str, Any]) -> None:
        """Of the same catalogue, standing, and not below the duty itself."""
        parent = typed.get("parent")
        if parent is None:
            return
        if parent.catalogue_id != (typed["catalogue"].pk if typed.get("catalogue") else self.instance.catalogue_id):
            self.add_error("parent", "上级事项属于另一个目录，请选择同一目录的事项。")
        if parent.retired_on:
            self.add_error("parent", f"“{parent}”已经停用，请选择在用的事项。")
        above: CatalogueEntry | None = parent
        depth = 1
        while above is not None:
            depth += 1
            if above.pk == self.instance.pk:
                self.add_error("parent", "上级事项不能是它自己或者它的下级。")
                return
            above = above.parent
        if depth > MOST_LEVELS:
            self.add_error("parent", f"目录最多{MOST_LEVELS}级，请选择更高一级的事项。")

    def _check_rule(self, typed: dict[str, Any]) -> None:
        """A rule that is whole; its words are proposed when there are none."""
        if typed.get("limit_amount") is not None and not typed.get("limit_event"):
            typed["limit_event"] = LimitEvent.FORMED.value
        if typed.get("limit_amount") is None:
            typed["limit_event"] = ""
        rule = rule_in(typed)
        if rule.problem:
            self.add_error("limit_amount" if rule.amount is not None or rule.unit else "limit_month", rule.problem)
        elif not typed.get("time_limit"):
            typed["time_limit"] = str(rule)


def rule_in(typed: dict[str, Any]) -> LimitRule:
    return LimitRule(
        amount=typed.get("limit_amount"),
        unit=typed.get("limit_unit") or "",
        event=typed.get("limit_event") or "",
        month=typed.get("limit_month"),
        day=typed.get("limit_day"),
    )


class EntryUnitForm(forms.ModelForm[EntryUnit]):
    """A unit that owes the duty, from one day to another."""

    class Meta:
        model = EntryUnit
        fields = ["unit", "since", "until"]
        widgets = {"since": date_input(), "until": date_input()}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("since") and typed.get("until") and typed["until"] < typed["since"]:
            self.add_error("until", "终止日期不能早于起始日期。")
        return typed


class EntryUnitInline(ChoosesRecords[Any], admin.TabularInline[EntryUnit, CatalogueEntry]):
    model = EntryUnit
    formset = RowsFormSet
    form = EntryUnitForm
    extra = 1
    autocomplete_fields = ["unit"]

    def has_view_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return True  # who may see the duty

    def has_change_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return isinstance(request.user, User) and services.may_keep(request.user)

    def has_add_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        return self.has_change_permission(request)


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(OfficeModelAdmin[CatalogueEntry]):
    group = DeskGroup.CATALOGUE
    rank = 4
    form = CatalogueEntryForm
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
        typed: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        if "catalogue" not in typed:
            typed["catalogue"] = BasicCatalogue.objects.order_by("position", "code").first()
        return typed

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueEntry]:
        return super().get_queryset(request).select_related("catalogue")

    def save_model(
        self, request: HttpRequest, obj: CatalogueEntry, form: forms.ModelForm[CatalogueEntry], change: bool
    ) -> None:
        catalogue = services.lock_catalogue(obj)
        if not change:
            obj.position = services.last_position(catalogue) + 1
        super().save_model(request, obj, form, change)
        services.renumber(catalogue)
        if warning := disagreement(obj.time_limit, rule_in(vars(obj))):
            messages.warning(request, warning)
        if warning := words_of_another_law(obj, on=clock.today()):
            messages.warning(request, warning)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        units = [unit for group in form.cleaned_data["unit_groups"] for unit in group.members.all()]
        if new := services.let_units_owe(entry=form.instance, units=units):
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
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    if not services.move_entry(
        entry=entry, direction=request.POST.get("direction", ""), by=request.user, at=clock.now()
    ):
        messages.info(request, f"“{entry}”已经在最{'上' if request.POST.get('direction') == 'up' else '下'}面。")
    return redirect(place_in_tree(entry))


@require_POST
def retire(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    ended = services.retire_entry(entry=entry, by=request.user, at=clock.now())
    below = f"，连同下级共 {len(ended)} 个事项" if len(ended) > 1 else ""
    messages.success(request, f"“{entry}”已停用{below}。已公开的信息保留；发布新版后公众看到变化。")
    return redirect(place_in_tree(entry))


@require_POST
def restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(CatalogueEntry, pk=pk)
    require_seen(request, entry)
    try:
        services.restore_entry(entry=entry, by=request.user, at=clock.now())
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
