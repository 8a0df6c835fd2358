"""The office's pages of a whole catalogue: the tree of its duties, the publication of an edition, the workbook."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from disclosure.admin.basic_catalogue import workbook_pages
from disclosure.basic_catalogue.changes import KINDS
from disclosure.basic_catalogue.columns import COLUMNS
from disclosure.basic_catalogue.editions import Proposal, last_edition, proposal_for, publish_edition
from disclosure.basic_catalogue.keeping import may_keep
from disclosure.basic_catalogue.rows import in_tree_order
from disclosure.models import BasicCatalogue, CatalogueEdition, CatalogueEntry
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.office.pages import Trail, office_page, office_path, was_done
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as
from ninghai.versions import version_of

TRAIL: Trail = [("主动公开基本目录", "admin:disclosure_basiccatalogue_changelist")]


class CatalogueForm(forms.ModelForm[BasicCatalogue]):
    columns = forms.MultipleChoiceField(
        choices=[(column.key, column.full_label) for column in COLUMNS],
        required=False,
        label="显示的栏目",
        widget=forms.CheckboxSelectMultiple,
        help_text="下载的标准目录表有哪些栏目；都不勾选时按国家标准目录的栏目。",
    )

    class Meta:
        model = BasicCatalogue
        fields: list[str] = []  # the admin names them


@admin.register(BasicCatalogue)
class BasicCatalogueAdmin(OfficeModelAdmin[BasicCatalogue]):
    group = DeskGroup.CATALOGUE
    editors = frozenset({Role.OFFICE})
    form = CatalogueForm
    fields = ["code", "name", "explanation", "office_note", "columns", "position"]
    list_display = ["name", "code", "living_entries", "edition", "tree_link"]
    search_fields = ["code", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BasicCatalogue]:
        living = Q(entries__retired_on=None)
        return (
            super()
            .get_queryset(request)
            .annotate(living=Count("entries", filter=living, distinct=True), last=Max("editions__number"))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: BasicCatalogue | None = None) -> list[str]:
        return ["code"] if obj else []  # stands in public addresses

    @admin.display(description="在用事项")
    def living_entries(self, catalogue: Any) -> int:
        return int(catalogue.living)

    @admin.display(description="现行版本")
    def edition(self, catalogue: Any) -> str:
        return f"第{catalogue.last}版" if catalogue.last else "未发布"

    @admin.display(description="事项")
    def tree_link(self, catalogue: BasicCatalogue) -> str:
        url = reverse("admin:disclosure_basiccatalogue_tree", args=[catalogue.pk])
        return format_html('<a href="{}">编辑事项、发布新版</a>', url)

    def response_post_save_add(self, request: HttpRequest, obj: BasicCatalogue) -> HttpResponseRedirect:
        return redirect("admin:disclosure_basiccatalogue_tree", obj.pk)

    response_post_save_change = response_post_save_add

    def get_urls(self) -> list[URLPattern]:
        pages = [("tree", tree), ("publish", publish)]
        guarded = [office_path(f"<int:pk>/{name}/", page, f"disclosure_basiccatalogue_{name}") for name, page in pages]
        return [*guarded, *workbook_pages.URLS, *super().get_urls()]


@admin.register(CatalogueEdition)
class CatalogueEditionAdmin(ReadOnlyAdmin[CatalogueEdition]):
    """What was published, for the office to look up."""

    group = DeskGroup.CATALOGUE
    list_display = ["catalogue", "number", "published_at", "published_by", "note"]
    list_filter = ["catalogue"]
    list_select_related = ["catalogue", "published_by"]
    fields = ["catalogue", "number", "published_at", "published_by", "note", "explanation"]
    ordering = ["-published_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueEdition]:
        return super().get_queryset(request).defer("rows", "changes")


def trail_to(catalogue: BasicCatalogue | None = None) -> Trail:
    above = [(label, reverse(name)) for label, name in TRAIL]
    if catalogue is None:
        return above
    return [*above, (catalogue.name, reverse("admin:disclosure_basiccatalogue_tree", args=[catalogue.pk]))]


@require_safe
def tree(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """All duties, ended ones too, as a tree with what can be done to each."""
    require(acts_as(request.user, *OFFICE_ROLES))
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    entries = catalogue.entries.order_by("position", "code").prefetch_related("owed_by__unit")
    return office_page(
        request,
        "admin/disclosure/basic_catalogue/tree.html",
        title=catalogue.name,
        trail=trail_to(),
        catalogue=catalogue,
        branches=[(*branch, version_of(branch[1])) for branch in with_depth(list(in_tree_order(entries)))],
        last=last_edition(catalogue),
        may_keep=may_keep(request.user),
        today=clock.today(),
    )


def with_depth(entries: list[CatalogueEntry]) -> list[tuple[int, CatalogueEntry]]:
    depths: dict[int, int] = {}
    for entry in entries:
        depths[entry.pk] = depths[entry.parent_id] + 1 if entry.parent_id else 0
    return [(depths[entry.pk], entry) for entry in entries]


class PublishForm(forms.Form):
    note = forms.CharField(
        label="变更说明",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="为什么发布这一版，公众会看到。如“根据机构改革调整责任单位”。",
    )
    seen = forms.CharField(max_length=200, widget=forms.HiddenInput)


def publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What would change for the public, and the button that publishes exactly this."""
    require(may_keep(request.user))
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    proposal = proposal_for(catalogue, on=clock.today())
    form = PublishForm(request.POST or None, initial={"seen": proposal.seen})
    if request.method == "POST" and was_done(form, lambda: _publish(request, catalogue, form)):
        return redirect("admin:disclosure_basiccatalogue_tree", catalogue.pk)
    return _publish_page(request, catalogue, proposal, form)


def _publish(request: AuthenticatedRequest, catalogue: BasicCatalogue, form: PublishForm) -> None:
    told = form.cleaned_data
    edition = publish_edition(
        catalogue=catalogue, note=told["note"], seen=told["seen"], by=request.user, at=clock.now()
    )
    messages.success(request, f"《{catalogue}》第{edition.number}版已发布，公众现在可以看到；目录手册随后自动制作。")


def _publish_page(
    request: AuthenticatedRequest, catalogue: BasicCatalogue, proposal: Proposal, form: PublishForm
) -> HttpResponse:
    return office_page(
        request,
        "admin/disclosure/basic_catalogue/publish.html",
        title=f"发布第{proposal.number}版",
        trail=trail_to(catalogue),
        catalogue=catalogue,
        proposal=proposal,
        changes=[(KINDS[change["kind"]], change) for change in proposal.changes],
        form=form,
    )
