"""The office's pages of a whole catalogue: the tree of its duties, the publication of an edition, the workbook; and the topics."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from disclosure.basic_catalogue import services
from disclosure.basic_catalogue.entry_rows import COLUMNS, in_tree_order, rows_of
from disclosure.basic_catalogue.workbook.proposal import Import, import_catalogue, propose
from disclosure.basic_catalogue.workbook.reading import CatalogueSheet, CatalogueSheetRow, NotACatalogue, read_catalogue
from disclosure.basic_catalogue.workbook.writing import write_catalogue
from disclosure.models import BasicCatalogue, CatalogueEdition, CatalogueEntry, Topic
from ninghai.calendar import clock
from ninghai.files.workbooks.reading import workbook_bytes
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin, ReadOnlyAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path, was_done
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import version_of

# The office exports a catalogue to Excel and imports a table, its own or another county's, after a look at what would change.

PREVIEW = SealedPreview(salt="disclosure.basic_catalogue", field="table", page="admin:disclosure_basiccatalogue_table")
LIMIT = 5  # megabytes of a workbook to import


class TableForm(forms.Form):
    file = forms.FileField(
        label="目录表（.xlsx）",
        help_text="可以是在导出的文件上修改的，也可以是其他地方的标准目录表：按表头识别各列，按编码或事项名称对应。不超过 5 MB。",
    )
    is_retiring = forms.BooleanField(
        label="表中没有的事项停用", required=False, help_text="不勾选时，表中没有的事项保持不变。"
    )

    def clean_file(self) -> CatalogueSheet:
        """The table of the upload; a file that cannot be trusted is refused before it is opened."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        data = workbook_bytes(upload, most=LIMIT, besides="目录")
        try:
            return read_catalogue(data=data, filename=upload.name or "")
        except NotACatalogue as refused:
            raise forms.ValidationError(str(refused)) from refused


@require_safe
def export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What the office is writing, every heading on its own row and every column, to be edited and imported again."""
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    rows = rows_of(catalogue, on=clock.today())
    data = write_catalogue(rows, title=catalogue.name, columns=COLUMNS, every_row=True)
    AuditEntry.objects.record(action="export", target=catalogue, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    name = f"{catalogue.name}-{clock.today():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def table(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Upload a table and see what it would change; nothing is saved here."""
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, catalogue, form)
    sheet, is_retiring = form.cleaned_data["file"], form.cleaned_data["is_retiring"]
    return _preview(request, catalogue, form, sheet, is_retiring=is_retiring)


@require_POST
def confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Import the table that was shown; a catalogue that has changed meanwhile is compared anew."""
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    return PREVIEW.confirm(request, partial(_import, request, catalogue), pk=pk)


def _import(request: AuthenticatedRequest, catalogue: BasicCatalogue, shown: dict[str, Any]) -> HttpResponse:
    sheet, is_retiring = _unpacked(shown["sheet"]), shown["is_retiring"]
    try:
        done = import_catalogue(
            catalogue=catalogue,
            sheet=sheet,
            is_retiring=is_retiring,
            seen=shown["seen"],
            by=request.user,
            at=clock.now(),
        )
    except (StaleError, ValidationError):
        messages.warning(request, "目录刚刚被别人修改过，没有导入。下面是按现在的目录重新比较的结果，请再核对一次。")
        return _preview(request, catalogue, TableForm(), sheet, is_retiring=is_retiring, status=409)
    messages.success(request, f"已导入，共 {len(done.planned)} 行。发布新版后公众看到变化。")
    return redirect("admin:disclosure_basiccatalogue_tree", catalogue.pk)


def _preview(
    request: AuthenticatedRequest,
    catalogue: BasicCatalogue,
    form: TableForm,
    sheet: CatalogueSheet,
    *,
    is_retiring: bool,
    status: int = 0,
) -> HttpResponse:
    found = propose(sheet, catalogue=catalogue, on=clock.today(), is_retiring=is_retiring)
    packed = ""
    if found.changes and not found.problems:
        packed = PREVIEW.seal({"sheet": _packed(sheet), "is_retiring": is_retiring, "seen": found.seen})
    status = status or (422 if found.problems else 0)
    return _page(request, catalogue, form, found=found, packed=packed, status=status)


def _page(
    request: AuthenticatedRequest,
    catalogue: BasicCatalogue,
    form: TableForm,
    *,
    found: Import | None = None,
    packed: str = "",
    status: int = 0,
) -> HttpResponse:
    tree = reverse("admin:disclosure_basiccatalogue_tree", args=[catalogue.pk])
    above = [("主动公开基本目录", reverse("admin:disclosure_basiccatalogue_changelist")), (catalogue.name, tree)]
    changes = found.changes if found and not found.problems else []
    return office_page(
        request,
        "admin/disclosure/basic_catalogue/table.html",
        title="从 Excel 导入",
        trail=above,
        catalogue=catalogue,
        form=form,
        found=found,
        changes=[(services.KINDS[change["kind"]], change) for change in changes],
        summary=services.summary(changes),
        packed=packed,
        status=status,
    )


def _packed(sheet: CatalogueSheet) -> dict[str, Any]:
    rows = [(row.number, row.levels, row.texts) for row in sheet.rows]
    return {"keys": sorted(sheet.keys), "heads": sheet.heads, "rows": rows, "remarks": sheet.remarks}


def _unpacked(packed: dict[str, Any]) -> CatalogueSheet:
    rows = (CatalogueSheetRow(number, tuple(levels), texts) for number, levels, texts in packed["rows"])
    return CatalogueSheet(frozenset(packed["keys"]), packed["heads"], tuple(rows), tuple(packed["remarks"]))


URLS: list[URLPattern] = [
    office_path("<int:pk>/export/", export, "disclosure_basiccatalogue_export"),
    office_path("<int:pk>/table/", table, "disclosure_basiccatalogue_table"),
    office_path("<int:pk>/table/confirm/", confirm, "disclosure_basiccatalogue_table_confirm"),
]


# The office's pages of a whole catalogue: the tree of its duties, the publication of an edition, the workbook.

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
    rank = 3
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
        return [*guarded, *URLS, *super().get_urls()]


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
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    entries = catalogue.entries.order_by("position", "code").prefetch_related("owed_by__unit")
    return office_page(
        request,
        "admin/disclosure/basic_catalogue/tree.html",
        title=catalogue.name,
        trail=trail_to(),
        catalogue=catalogue,
        branches=[(*branch, version_of(branch[1])) for branch in with_depth(list(in_tree_order(entries)))],
        last=services.last_edition(catalogue),
        may_keep=services.may_keep(request.user),
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
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    proposal = services.proposal_for(catalogue, on=clock.today())
    form = PublishForm(request.POST or None, initial={"seen": proposal.seen})
    if request.method == "POST" and was_done(form, lambda: _publish(request, catalogue, form)):
        return redirect("admin:disclosure_basiccatalogue_tree", catalogue.pk)
    return _publish_page(request, catalogue, proposal, form)


def _publish(request: AuthenticatedRequest, catalogue: BasicCatalogue, form: PublishForm) -> None:
    typed = form.cleaned_data
    edition = services.publish_edition(
        catalogue=catalogue, note=typed["note"], seen=typed["seen"], by=request.user, at=clock.now()
    )
    messages.success(request, f"《{catalogue}》第{edition.number}版已发布，公众现在可以看到；目录手册随后自动制作。")


def _publish_page(
    request: AuthenticatedRequest, catalogue: BasicCatalogue, proposal: services.EditionProposal, form: PublishForm
) -> HttpResponse:
    return office_page(
        request,
        "admin/disclosure/basic_catalogue/publish.html",
        title=f"发布第{proposal.number}版",
        trail=trail_to(catalogue),
        catalogue=catalogue,
        proposal=proposal,
        changes=[(services.KINDS[change["kind"]], change) for change in proposal.changes],
        form=form,
    )


# The office keeps the topics (主题分类).


@admin.register(Topic)
class TopicAdmin(OfficeModelAdmin[Topic]):
    group = DeskGroup.CATALOGUE
    list_display = ["code", "path"]
    search_fields = ["code", "path"]
    autocomplete_fields = ["parent"]
