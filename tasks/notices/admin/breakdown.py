"""分解表: the notice's breakdown out to Excel and in again, after a look at everything that would change."""

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.models.state_machine import require
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.workbooks.writing import XLSX
from tasks import rules
from tasks.models import BreakdownUpload, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.admin.frame import VersionedForm, draft_to_correct, page_of, trail_to
from tasks.notices.breakdown import services
from tasks.notices.breakdown.services import Trial, apply_breakdown, keep_breakdown, try_again, try_breakdown
from tasks.notices.reading import NotANotice


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

    @property
    def sent(self) -> dict[str, Any]:
        """What a service asks of a file that was sent."""
        upload = self.cleaned_data["file"]
        upload.seek(0)
        return {"data": upload.read(), "filename": upload.name, "form_id": self.cleaned_data["form_id"]}


@require_safe
def export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The breakdown as .xlsx, under the notice's year and title."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    data = services.export_breakdown(notice=notice, by=request.user, at=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    name = f"{notice.year}年任务分解表-{clock.today():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def upload_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Upload a workbook for a draft: its errors all at once, or on to what it would change. Nothing of the draft is saved here."""
    notice = draft_to_correct(request, pk)
    form = BreakdownForm(request.POST or None, request.FILES or None)
    trial: Trial | None = None
    if request.method == "POST" and form.is_valid():
        try:
            trial, kept = tried(request, notice, **form.sent)
        except NotANotice as refused:
            form.add_error("file", str(refused))
        else:
            if kept:
                return redirect("admin:tasks_breakdown_confirm", pk, kept.pk)
    return office_page(
        request,
        "admin/tasks/notice/breakdown_upload.html",
        title="导入分解表",
        trail=trail_to(notice),
        notice=notice,
        form=form,
        trial=trial,
    )


def tried(
    request: AuthenticatedRequest, notice: WorkPointNotice, *, data: bytes, filename: str, form_id: UUID
) -> tuple[Trial, BreakdownUpload | None]:
    """Try the workbook, and keep it when it changes something without an error."""
    at = clock.now()
    trial = try_breakdown(notice=notice, data=data, filename=filename, at=at)
    if trial.problems or not trial.difference:
        return trial, None
    kept = keep_breakdown(notice=notice, data=data, filename=filename, form_id=form_id, by=request.user, at=at)
    return trial, kept


def confirm_page(request: AuthenticatedRequest, pk: int, upload_pk: int) -> HttpResponse:
    """What the kept workbook would change by now; on confirmation it is done."""
    uploads = BreakdownUpload.objects.select_related("notice", "file", "result", "uploaded_by")
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
    is_issued = notice.status == NoticeStatus.ISSUED
    return office_page(
        request,
        "admin/tasks/notice/breakdown_confirm.html",
        title="核对分解表的变化",
        trail=trail_to(notice),
        upload=upload,
        upload_url=reverse("admin:tasks_amendment_import" if is_issued else "admin:tasks_breakdown_upload", args=[pk]),
        form=form,
        trial=try_again(upload, at=clock.now()),
        is_issued=is_issued,
    )


def _done(request: AuthenticatedRequest, upload: BreakdownUpload) -> HttpResponse:
    result = upload.result or upload.notice
    sentence = "分解表已导入。" if result == upload.notice else f"已生成《{result.title}》，请核对后并入。"
    messages.success(request, sentence)
    return redirect(page_of(result))


URLS = [
    office_path("<int:pk>/breakdown/export/", export, "tasks_breakdown_export"),
    office_path("<int:pk>/breakdown/", upload_page, "tasks_breakdown_upload"),
    office_path("<int:pk>/breakdown/<int:upload_pk>/", confirm_page, "tasks_breakdown_confirm"),
]
