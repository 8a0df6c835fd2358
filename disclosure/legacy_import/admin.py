"""历史信息导入 in the admin: download the template, upload, see every error, begin, watch, stop."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from disclosure.items import rules
from disclosure.legacy_import import services
from disclosure.legacy_import.reading import NotAnItemWorkbook
from disclosure.legacy_import.template import refused_rows, write_template
from disclosure.models import ImportRow, ItemImport
from disclosure.models.states import ImportStatus
from ninghai.calendar import clock
from ninghai.files.workbooks.writing import XLSX
from ninghai.jobs.progress import progress_part
from ninghai.models import User
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import ADMIN, Action, OfferedAction, RecordPage, View, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

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


BEGIN = Action(
    name="begin",
    label=lambda item_import: f"确认导入 {services.standing_of(item_import).ready} 条",
    place="own",
    allowed=lambda user, item_import: rules.can_import_items(user),
    service=services.begin_import,
    done="已开始导入，逐条收录到公开目录。可以先离开此页。",
)
STOP = Action(
    name="stop",
    label="停止",
    place="own",
    is_grave=True,
    allowed=lambda user, item_import: rules.can_import_items(user),
    service=services.stop_import,
    done="已停止。已经收录的信息保留在公开目录中。",
)


class ImportPage(RecordPage[ItemImport]):
    """How the import stands, its rows with their errors, and what this person may do now."""

    keyword, gives_version = "item_import", True
    template = f"{TEMPLATES}/import.html"
    page_names = {"admin": "admin:disclosure_itemimport_change"}
    act_names = {"admin": "admin:disclosure_itemimport_"}
    list_title = "历史信息导入"
    list_names = {"admin": "admin:disclosure_itemimport_changelist"}

    def find(self, user: User, pk: int) -> ItemImport:
        require(rules.can_import_items(user))  # before it is looked for: nobody else learns which numbers there are
        return get_object_or_404(ItemImport.objects.select_related("workbook", "archive", "requested_by", "job"), pk=pk)

    def title(self, item_import: ItemImport) -> str:
        return f"导入历史信息：{item_import.workbook}"

    def urls(self, root: str = "") -> list[URLPattern]:
        return [self.address(f"{root}template/", "template", require_safe(self.empty)), *super().urls(root)]

    def views(self) -> Mapping[str, View]:
        return {"refused": require_safe(self.refused), "progress": require_safe(self.progress)}

    def context(
        self, request: AuthenticatedRequest, item_import: ItemImport, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        standing = services.standing_of(item_import)
        shown = _shown(request, standing)
        return {
            "item_import": item_import,
            "facts": _facts(item_import, standing),
            "standing": standing,
            "lists": [(status.label, standing.count(status), status.value, status == shown) for status in SHOWN],
            "page": _rows(request, item_import, shown),
            "params": request.GET,
            "unused": services.unused_files(item_import) if item_import.status == ImportStatus.CHECKED else [],
            "progress": services.progress_of_import(item_import),
        }

    def offers_of(
        self, action: Action, request: AuthenticatedRequest, item_import: ItemImport, refused: Mapping[str, BaseForm]
    ) -> dict[str, OfferedAction]:
        standing = services.standing_of(item_import)
        may_begin = item_import.can_move(ImportStatus.RUNNING) and standing.ready and not standing.unchecked
        is_wanted = may_begin if action is BEGIN else item_import.is_under_way
        return super().offers_of(action, request, item_import, refused) if is_wanted else {}

    def progress(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """How far it is: a part that htmx asks for until there is something to act on, then the page anew."""
        item_import = self.find(request.user, pk)
        return progress_part(request, page=item_import, progress=services.progress_of_import(item_import))

    def refused(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        """The rows with errors, to be corrected and uploaded again."""
        return _workbook(refused_rows(self.find(request.user, pk)), name=f"历史信息错误清单-{pk}.xlsx")

    def empty(self, request: AuthenticatedRequest) -> HttpResponse:
        """The empty workbook, with today's units and topics in its drop-downs."""
        return _workbook(write_template(), name="历史信息表模板.xlsx")

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        """Upload workbook and archive; what is no such file is refused here, the rows are checked afterwards."""
        form = UploadForm(request.POST or None, request.FILES or None)
        kept: list[ItemImport] = []
        try:
            is_kept = was_done(
                form, lambda: kept.append(services.keep_import(by=request.user, at=clock.now(), **form.cleaned_data))
            )
        except NotAnItemWorkbook as wrong:
            form.add_error("workbook", str(wrong))
            is_kept = False
        if is_kept:
            messages.success(request, "已上传，正在逐行检查。检查不写入目录，可以先离开此页。")
            return redirect(kept[0])
        context = {**self.frame(request, None, title="导入历史信息"), "form": form}
        return form_page(request, f"{TEMPLATES}/upload.html", context)


@admin.register(ItemImport)
class ItemImportAdmin(WithRecordPage[ItemImport], ReadOnlyAdmin[ItemImport]):
    """Imports move through their acts; an import's admin page shows how it stands."""

    page = ImportPage(ADMIN, [BEGIN, STOP])
    group = DeskGroup.ITEMS
    list_display = ["workbook", "status", "requested_by", "requested_at", "finished_at"]
    list_filter = ["status"]
    list_select_related = ["workbook", "requested_by"]


def _shown(request: HttpRequest, standing: services.ImportProgress) -> Status:
    """The list of rows that was asked for, else the first that has any."""
    asked = request.GET.get("rows", "")
    if asked in {each.value for each in SHOWN}:
        return Status(asked)
    return next((each for each in SHOWN if standing.count(each)), Status.REFUSED)


def _rows(request: HttpRequest, item_import: ItemImport, shown: Status) -> Page[ImportRow]:
    rows = item_import.rows.filter(status=shown).select_related("item").order_by("number")
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def _facts(item_import: ItemImport, standing: services.ImportProgress) -> list[tuple[str, str]]:
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
