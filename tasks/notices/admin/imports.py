"""导入: a notice, a corrected edition of it, and the breakdown workbook; each shown before it changes what is issued."""

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
from ninghai.files.workbooks.writing import XLSX
from ninghai.models.state_machine import in_state, require
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import BreakdownUpload, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.admin.frame import VersionedForm, draft_to_correct, page_of, trail_to, trail_to_list
from tasks.notices.amending import compare, import_amendment, merge_amendment
from tasks.notices.breakdown import services
from tasks.notices.breakdown.reading import BreakdownSheet, breakdown_in, read_breakdown
from tasks.notices.breakdown.services import Trial, apply_breakdown, keep_breakdown, try_again, try_breakdown
from tasks.notices.importing import import_notice, notices_like
from tasks.notices.reading import FIRST_YEAR, FORMATS, LAST_YEAR, NotANotice, YearUnknown
from tasks.notices.reading.reader import read_notice_in_sandbox

ALL_FORMATS = "、".join(FORMATS)


class NoticeUploadForm(forms.Form):
    """A file, and the form's own id so that sending it twice makes one of what it makes."""

    file = forms.FileField(allow_empty_file=True)
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    instead = ""  # what to do where the file is too large

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.NOTICE_LIMIT:
            raise forms.ValidationError(f"文件有 {filesizeformat(size)}，超过 10 MB。{self.instead}")
        return upload

    @property
    def sent(self) -> dict[str, Any]:
        """What a service asks of a file that was sent."""
        upload = self.cleaned_data["file"]
        upload.seek(0)
        return {"data": upload.read(), "filename": upload.name, "form_id": self.cleaned_data["form_id"]}


# 分解表: the notice's breakdown out to Excel and in again, after a look at everything that would change.


class BreakdownForm(NoticeUploadForm):
    """导入分解表."""

    file = forms.FileField(
        label="任务分解表（.xlsx）",
        help_text="先导出，在导出的文件上修改后再上传，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )
    instead = "请只上传分解表。"


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
            sent = form.sent
            sheet = read_breakdown(data=sent["data"], filename=sent["filename"])
            trial, kept = tried(request, notice, sheet, **sent)
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
    request: AuthenticatedRequest,
    notice: WorkPointNotice,
    sheet: BreakdownSheet,
    *,
    data: bytes,
    filename: str,
    form_id: UUID,
) -> tuple[Trial, BreakdownUpload | None]:
    """Try what was read of the workbook, and keep its file when it changes something without an error."""
    at = clock.now()
    trial = try_breakdown(sheet, notice=notice, at=at)
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
    form = VersionedForm.showing(notice, request.POST or None)
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


# 导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about.


class NoticeImportForm(NoticeUploadForm):
    """导入通知: the year and the consent are asked for where they are needed."""

    file = forms.FileField(
        label="通知文件",
        help_text=f"通知正文或任务分解表，可以是{ALL_FORMATS}文件，不超过 10 MB。扫描件不能识别。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.HiddenInput,
        help_text="例如 2018。时限都按这一年计算。",
    )
    again = forms.BooleanField(label="仍要导入，另建一份待下达的通知", required=False, widget=forms.HiddenInput)
    instead = "请只上传通知正文，不要带附件。"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("year"):
            self._show_year()

    def _show_year(self) -> None:
        """What was typed, or is wrong with it, stands where people can mend it."""
        self.fields["year"].widget = forms.NumberInput(attrs={"min": FIRST_YEAR, "max": LAST_YEAR})

    def ask_year(self, why: str) -> None:
        """Ask for the year that the file does not say; it has to be chosen again, browsers send no file twice."""
        self.fields["year"].required = True
        self._show_year()
        self.add_error("year", f"{why}填写后请重新选择文件再导入。")

    def ask_again(self) -> None:
        """Offer to import what may be there already."""
        self.fields["again"].widget = forms.CheckboxInput()
        self.add_error("again", "这份通知可能已经导入过，请先核对；仍要导入的，请重新选择文件并勾选“仍要导入”。")

    @property
    def sent(self) -> dict[str, Any]:
        return {**super().sent, "year": self.cleaned_data["year"]}


def import_page(request: AuthenticatedRequest) -> HttpResponse:
    """导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about."""
    require(rules.can_import_notice(request.user))
    form = NoticeImportForm(request.POST or None, request.FILES or None)
    twins: list[WorkPointNotice] = []
    if request.method == "POST" and form.is_valid():
        sent = form.sent
        try:
            parsed = read_notice_in_sandbox(data=sent["data"], filename=sent["filename"], year=sent["year"])
            if not form.cleaned_data["again"]:
                twins = list(notices_like(parsed, data=sent["data"], form_id=sent["form_id"]))
            if not twins:
                return _imported(request, import_notice(**sent, parsed=parsed, by=request.user, at=clock.now()))
            form.ask_again()
        except YearUnknown as refused:
            form.ask_year(str(refused))
        except NotANotice as refused:
            form.add_error("file", str(refused))
    return office_page(
        request,
        "admin/tasks/notice/import.html",
        title="导入通知",
        trail=trail_to_list(),
        form=form,
        twins=twins,
    )


def _imported(request: AuthenticatedRequest, notice: WorkPointNotice) -> HttpResponse:
    messages.success(request, f"《{notice.title}》已导入，请对照原文核对要点和责任单位。")
    return redirect("admin:tasks_workpointnotice_change", notice.pk)


# 修订: a corrected edition of an issued notice comes in as a draft, is corrected, compared and merged.


class AmendmentForm(BreakdownForm):
    """导入修订稿: any file that the reader reads, or the breakdown workbook."""

    file = forms.FileField(
        label="修订稿文件",
        help_text=f"修订后的通知，或修改过的分解表，可以是{ALL_FORMATS}文件，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )


class MergeAmendmentForm(VersionedForm):
    """Names the version of both notices that this person saw."""

    notice_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def import_amendment_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A corrected notice becomes a draft; a breakdown workbook is shown first, and becomes one when it is confirmed."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(
        rules.can_amend_notice(request.user, notice),
        f"通知{notice.get_status_display()}，只有已下达的通知可以导入修订稿。",
    )
    form = AmendmentForm(request.POST or None, request.FILES or None)
    trial: Trial | None = None
    if request.method == "POST" and form.is_valid():
        sent = form.sent
        try:
            sheet = breakdown_in(data=sent["data"], filename=sent["filename"])
            if sheet is None:
                draft = import_amendment(notice=notice, by=request.user, at=clock.now(), **sent)
                messages.success(request, f"《{draft.title}》已导入为修订稿，请对照原文核对后并入。")
                return redirect(page_of(draft))
            trial, kept = tried(request, notice, sheet, **sent)
            if kept:
                return redirect("admin:tasks_breakdown_confirm", pk, kept.pk)
        except NotANotice as refused:
            form.add_error("file", str(refused))
    return office_page(
        request,
        "admin/tasks/notice/amendment_import.html",
        title="导入修订稿",
        trail=trail_to(notice),
        notice=notice,
        form=form,
        trial=trial,
    )


def merge_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """并入: everything that the amendment changes in the issued notice, and the act that does it."""
    require(rules.can_import_notice(request.user))
    amendments = WorkPointNotice.objects.select_related("amends").exclude(amends=None)
    draft = get_object_or_404(amendments, pk=pk)
    notice = draft.amends or draft
    if draft.status == NoticeStatus.MERGED:
        messages.info(request, f"《{draft.title}》已并入。")
        return redirect(page_of(notice))
    is_draft = draft.status == NoticeStatus.DRAFT
    require(in_state(is_draft, draft, f"修订稿{draft.get_status_display()}，不能并入。"))
    seen = {"version": draft.version, "notice_version": notice.version}
    form = MergeAmendmentForm(request.POST or None, initial=seen)
    if request.method == "POST" and was_done(
        form, lambda: merge_amendment(amendment=draft, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"修订已并入《{notice.title}》，有变化的单位已收到通知。")
        return redirect(page_of(notice))
    found = compare(draft, on=clock.today())
    return office_page(
        request,
        "admin/tasks/notice/amendment_merge.html",
        title="并入修订稿",
        trail=trail_to(draft),
        amendment=draft,
        amendment_url=page_of(draft),
        notice=notice,
        notice_url=page_of(notice),
        form=form,
        difference=found.difference,
        obstacles=found.obstacles,
    )


URLS = [
    office_path("<int:pk>/breakdown/export/", export, "tasks_breakdown_export"),
    office_path("<int:pk>/breakdown/", upload_page, "tasks_breakdown_upload"),
    office_path("<int:pk>/breakdown/<int:upload_pk>/", confirm_page, "tasks_breakdown_confirm"),
    office_path("<int:pk>/amend/", import_amendment_page, "tasks_amendment_import"),
    office_path("<int:pk>/merge/", merge_page, "tasks_amendment_merge"),
]
