"""历史信息导入 in the admin: download the template, upload, see every error, begin, watch, stop."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.items import rules
from disclosure.legacy_import.reading import NotAnItemWorkbook
from disclosure.legacy_import.services import (
    NOT_YOURS,
    ImportProgress,
    begin_import,
    keep_import,
    progress_of_import,
    standing_of,
    stop_import,
    unused_files,
)
from disclosure.legacy_import.template import refused_rows, write_template
from disclosure.models import ImportRow, ItemImport
from disclosure.models.states import ImportStatus
from ninghai.calendar import clock
from ninghai.files.workbooks.writing import XLSX
from ninghai.jobs.progress import progress_part
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version

TEMPLATES = "admin/disclosure/older_items"
PAGE_SIZE = 50
Status = ImportRow.Status
SHOWN = (Status.REFUSED, Status.READY, Status.DONE)  # the lists of rows, the one with errors first


class UploadForm(forms.Form):
    """The workbook and its archive; the form's own id, so that sending it twice makes one import."""

    workbook = forms.FileField(
        label="历史信息表（.xlsx）",
        help_text="先下载模板填写，也可以用其他网站导出的表格。不超过20MB、1万行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )
    archive = forms.FileField(
        label="附件压缩包（.zip）",
        help_text="表中“附件”列写到的文件，压缩成一个 zip。两个文件合计不超过200MB，更多的分几次导入。",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        required=False,
        allow_empty_file=True,
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


@admin.register(ItemImport)
class ItemImportAdmin(ReadOnlyAdmin[ItemImport]):
    """Imports move through their acts; an import's admin page shows how it stands."""

    group = DeskGroup.ITEMS
    list_display = ["workbook", "status", "requested_by", "requested_at", "finished_at"]
    list_filter = ["status"]
    list_select_related = ["workbook", "requested_by"]

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("template/", template, "disclosure_itemimport_template"),
            office_path("<int:pk>/begin/", begin, "disclosure_itemimport_begin"),
            office_path("<int:pk>/stop/", stop, "disclosure_itemimport_stop"),
            office_path("<int:pk>/refused/", refused, "disclosure_itemimport_refused"),
            office_path("<int:pk>/progress/", progress, "disclosure_itemimport_progress"),
            *super().get_urls(),
        ]

    def add_view(self, request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return upload(request)

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return page(request, object_id)


@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """The empty workbook, with today's units and topics in its drop-downs."""
    return _workbook(write_template(), name="历史信息表模板.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedRequest) -> HttpResponse:
    """Upload workbook and archive; what is no such file is refused here, the rows are checked afterwards."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_import(by=request.user, at=clock.now(), **form.cleaned_data)
        except NotAnItemWorkbook as wrong:
            form.add_error("workbook", str(wrong))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, "已上传，正在逐行检查。检查不写入目录，可以先离开此页。")
            return redirect(kept)
    return office_page(request, f"{TEMPLATES}/upload.html", title="导入历史信息", trail=_trail(), form=form)


@require_safe
def page(request: AuthenticatedRequest, pk: str) -> HttpResponse:
    """How the import stands, its rows with their errors, and what this person may do now."""
    require(rules.can_import_items(request.user), NOT_YOURS)
    if not pk.isdecimal():
        return redirect("admin:disclosure_itemimport_changelist")
    item_import = _import(int(pk))
    standing = standing_of(item_import)
    shown = _shown(request, standing)
    return office_page(
        request,
        f"{TEMPLATES}/import.html",
        title=f"导入历史信息：{item_import.workbook}",
        trail=_trail(),
        item_import=item_import,
        facts=_facts(item_import, standing),
        standing=standing,
        lists=[(status.label, standing.count(status), status.value, status == shown) for status in SHOWN],
        page=_rows(request, item_import, shown),
        params=request.GET,
        unused=unused_files(item_import) if item_import.status == ImportStatus.CHECKED else [],
        may_begin=item_import.can_move(ImportStatus.RUNNING) and standing.ready and not standing.unchecked,
        may_stop=item_import.is_under_way,
        progress=progress_of_import(item_import),
    )


@require_safe
def progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """How far it is: a part that htmx asks for until there is something to act on, then the page anew."""
    require(rules.can_import_items(request.user), NOT_YOURS)
    item_import = _import(pk)
    return progress_part(request, page=item_import, progress=progress_of_import(item_import))


@require_safe
def refused(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The rows with errors, to be corrected and uploaded again."""
    require(rules.can_import_items(request.user), NOT_YOURS)
    return _workbook(refused_rows(_import(pk)), name=f"历史信息错误清单-{pk}.xlsx")


@require_POST
def begin(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item_import = _import(pk)
    begin_import(item_import=item_import, version=seen_version(request), by=request.user, at=clock.now())
    messages.success(request, "已开始导入，逐条收录到公开目录。可以先离开此页。")
    return redirect(item_import)


@require_POST
def stop(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    item_import = _import(pk)
    stop_import(item_import=item_import, version=seen_version(request), by=request.user, at=clock.now())
    messages.success(request, "已停止。已经收录的信息保留在公开目录中。")
    return redirect(item_import)


def _import(pk: int) -> ItemImport:
    return get_object_or_404(ItemImport.objects.select_related("workbook", "archive", "requested_by"), pk=pk)


def _trail() -> Trail:
    return [("历史信息导入", reverse("admin:disclosure_itemimport_changelist"))]


def _shown(request: HttpRequest, standing: ImportProgress) -> Status:
    """The list of rows that was asked for, else the first that has any."""
    asked = request.GET.get("rows", "")
    if asked in {each.value for each in SHOWN}:
        return Status(asked)
    return next((each for each in SHOWN if standing.count(each)), Status.REFUSED)


def _rows(request: HttpRequest, item_import: ItemImport, shown: Status) -> Page[ImportRow]:
    rows = item_import.rows.filter(status=shown).select_related("item").order_by("number")
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def _facts(item_import: ItemImport, standing: ImportProgress) -> list[tuple[str, str]]:
    return [
        ("状态", item_import.get_status_display()),
        ("表格", str(item_import.workbook)),
        ("附件压缩包", str(item_import.archive or "没有")),
        ("导入人", str(item_import.requested_by)),
        ("上传时间", f"{timezone.localtime(item_import.requested_at):%Y-%m-%d %H:%M}"),
        ("行数", f"{standing.total}"),
    ]


def _workbook(data: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
