"""The office exports a catalogue to Excel and imports a table, its own or another county's, after a look at what would change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from disclosure.basic_catalogue.changes import KINDS, summary
from disclosure.basic_catalogue.columns import COLUMNS
from disclosure.basic_catalogue.keeping import may_keep
from disclosure.basic_catalogue.rows import rows_of
from disclosure.basic_catalogue.workbook.importing import import_catalogue
from disclosure.basic_catalogue.workbook.proposal import Import, propose
from disclosure.basic_catalogue.workbook.reading import CatalogueSheet, NotACatalogue, SheetRow, read_catalogue
from disclosure.basic_catalogue.workbook.writing import write_catalogue
from disclosure.models import BasicCatalogue
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import AuditEntry
from ninghai.moves import StaleError, require
from ninghai.office.pages import office_page, office_path
from ninghai.office.site import OFFICE_ROLES
from ninghai.roles import acts_as
from ninghai.sent_workbook import workbook_bytes
from ninghai.spreadsheets import XLSX

SALT = "disclosure.basic_catalogue"
LIMIT = 5  # megabytes of a workbook to import
GOOD_FOR = 3600  # seconds that a preview may be confirmed


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
    require(acts_as(request.user, *OFFICE_ROLES))
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
    require(may_keep(request.user))
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, catalogue, form)
    sheet, is_retiring = form.cleaned_data["file"], form.cleaned_data["is_retiring"]
    return _preview(request, catalogue, form, sheet, is_retiring=is_retiring)


@require_POST
def confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Import the table that was shown; a catalogue that has changed meanwhile is compared anew."""
    require(may_keep(request.user))
    catalogue = get_object_or_404(BasicCatalogue, pk=pk)
    try:
        told = signing.loads(request.POST.get("table", ""), salt=SALT, max_age=GOOD_FOR)
        sheet, is_retiring, seen = _unpacked(told["sheet"]), told["is_retiring"], told["seen"]
        done = import_catalogue(
            catalogue=catalogue, sheet=sheet, is_retiring=is_retiring, seen=seen, by=request.user, at=clock.now()
        )
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新上传文件。")
        return redirect("admin:disclosure_basiccatalogue_table", pk)
    except (StaleError, ValidationError):
        messages.warning(request, "目录刚刚被别人修改过，没有导入。下面是按现在的目录重新比较的结果，请再核对一次。")
        return _preview(request, catalogue, TableForm(), sheet, is_retiring=is_retiring, status=409)
    messages.success(request, f"已导入，共 {len(done.planned)} 行。发布新版后公众看到变化。")
    return redirect("admin:disclosure_basiccatalogue_tree", pk)


def _preview(
    request: AuthenticatedRequest,
    catalogue: BasicCatalogue,
    form: TableForm,
    sheet: CatalogueSheet,
    *,
    is_retiring: bool,
    status: int = 200,
) -> HttpResponse:
    found = propose(sheet, catalogue=catalogue, on=clock.today(), is_retiring=is_retiring)
    packed = ""
    if found.changes and not found.problems:
        told = {"sheet": _packed(sheet), "is_retiring": is_retiring, "seen": found.seen}
        packed = signing.dumps(told, salt=SALT, compress=True)
    return _page(request, catalogue, form, found=found, packed=packed, status=status)


def _page(
    request: AuthenticatedRequest,
    catalogue: BasicCatalogue,
    form: TableForm,
    *,
    found: Import | None = None,
    packed: str = "",
    status: int = 200,
) -> HttpResponse:
    tree = reverse("admin:disclosure_basiccatalogue_tree", args=[catalogue.pk])
    above = [("主动公开基本目录", reverse("admin:disclosure_basiccatalogue_changelist")), (catalogue.name, tree)]
    changes = found.changes if found and not found.problems else []
    response = office_page(
        request,
        "admin/disclosure/basic_catalogue/table.html",
        title="从 Excel 导入",
        trail=above,
        catalogue=catalogue,
        form=form,
        found=found,
        changes=[(KINDS[change["kind"]], change) for change in changes],
        summary=summary(changes),
        packed=packed,
    )
    response.status_code = status
    return response


def _packed(sheet: CatalogueSheet) -> dict[str, Any]:
    rows = [(row.number, row.levels, row.texts) for row in sheet.rows]
    return {"keys": sorted(sheet.keys), "heads": sheet.heads, "rows": rows, "remarks": sheet.remarks}


def _unpacked(told: dict[str, Any]) -> CatalogueSheet:
    rows = (SheetRow(number, tuple(levels), texts) for number, levels, texts in told["rows"])
    return CatalogueSheet(frozenset(told["keys"]), told["heads"], tuple(rows), tuple(told["remarks"]))


URLS: list[URLPattern] = [
    office_path("<int:pk>/export/", export, "disclosure_basiccatalogue_export"),
    office_path("<int:pk>/table/", table, "disclosure_basiccatalogue_table"),
    office_path("<int:pk>/table/confirm/", confirm, "disclosure_basiccatalogue_table_confirm"),
]
