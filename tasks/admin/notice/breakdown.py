"""分解表: the notice's breakdown out to Excel and in again, after a look at everything that would change."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import office_page, office_path, was_done
from ninghai.spreadsheets import XLSX
from tasks import rules
from tasks.admin.notice.frame import VersionedForm, page_of, trail_to
from tasks.models import BreakdownUpload, WorkPointNotice
from tasks.notice import NotANotice
from tasks.services.notices import breakdown_import
from tasks.services.notices.breakdown_import import Trial, apply_breakdown, keep_breakdown, try_again, try_breakdown
from tasks.states import NoticeStatus


class BreakdownForm(forms.Form):
    """导入分解表: the workbook, and the form's own id so that sending it twice keeps one."""

    file = forms.FileField(
        label="任务分解表（.xlsx）",
        help_text="先导出，在导出的文件上修改后再上传，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.NOTICE_LIMIT:
            raise forms.ValidationError(f"文件有 {filesizeformat(size)}，超过 10 MB。请只上传分解表。")
        return upload


@require_safe
def export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The breakdown as .xlsx, under the notice's year and title."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    data = breakdown_import.export_breakdown(notice=notice, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    name = f"{notice.year}年任务分解表-{clock.today():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def upload_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Upload a workbook: its errors all at once, or on to what it would change. Nothing of the notice is saved here."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_breakdown(request.user, notice), f"通知{notice.get_status_display()}，不能再导入分解表。")
    form = BreakdownForm(request.POST or None, request.FILES or None)
    trial: Trial | None = None
    if request.method == "POST" and form.is_valid():
        upload, at = form.cleaned_data["file"], clock.now()
        sent = {"notice": notice, "data": upload.read(), "filename": upload.name}
        try:
            trial = try_breakdown(**sent, at=at)
        except NotANotice as refused:
            form.add_error("file", str(refused))
        else:
            if trial.difference and not trial.problems:
                kept = keep_breakdown(**sent, form_id=form.cleaned_data["form_id"], by=request.user, at=at)
                return redirect("admin:tasks_breakdown_confirm", pk, kept.pk)
    return office_page(
        request,
        "admin/tasks/notice/breakdown_upload.html",
        title="导入分解表",
        trail=trail_to(notice),
        notice=notice,
        form=form,
        trial=trial,
        is_issued=notice.status == NoticeStatus.ISSUED,
    )


def confirm_page(request: AuthenticatedRequest, pk: int, upload_pk: int) -> HttpResponse:
    """What the kept workbook would change by now; on confirmation it is done."""
    uploads = BreakdownUpload.objects.select_related("notice", "file", "result")
    upload = get_object_or_404(uploads, pk=upload_pk, notice=pk)
    notice = upload.notice
    require(rules.can_import_breakdown(request.user, notice), f"通知{notice.get_status_display()}，不能再导入分解表。")
    form = VersionedForm(request.POST or None, initial={"version": notice.version})
    if upload.result:
        return _done(request, upload)
    if request.method == "POST" and was_done(
        form, lambda: apply_breakdown(upload=upload, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        upload.refresh_from_db()
        return _done(request, upload)
    return office_page(
        request,
        "admin/tasks/notice/breakdown_confirm.html",
        title="核对分解表的变化",
        trail=trail_to(notice),
        notice=notice,
        upload=upload,
        form=form,
        trial=try_again(upload, at=clock.now()),
        is_issued=notice.status == NoticeStatus.ISSUED,
    )


def _done(request: AuthenticatedRequest, upload: BreakdownUpload) -> HttpResponse:
    result = upload.result or upload.notice
    said = "分解表已导入。" if result == upload.notice else f"已生成修订稿《{result.title}》，请核对后并入。"
    messages.success(request, said)
    return redirect(page_of(result))


URLS = [
    office_path("<int:pk>/breakdown/export/", export, "tasks_breakdown_export"),
    office_path("<int:pk>/breakdown/", upload_page, "tasks_breakdown_upload"),
    office_path("<int:pk>/breakdown/<int:upload_pk>/", confirm_page, "tasks_breakdown_confirm"),
]
