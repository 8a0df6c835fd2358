"""修订: a corrected edition of an issued notice comes in as a draft, is corrected, compared and merged."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import in_state, require
from ninghai.office.pages import office_page, office_path, was_done
from tasks import rules
from tasks.admin.notice.breakdown import BreakdownForm, tried
from tasks.admin.notice.frame import VersionedForm, page_of, trail_to
from tasks.models import WorkPointNotice
from tasks.notice import FORMATS, NotANotice
from tasks.services.notices.amending import import_amendment
from tasks.services.notices.breakdown_import import Trial
from tasks.services.notices.merging import compare, merge_amendment
from tasks.states import NoticeStatus
from tasks.task_breakdown.reading import is_breakdown


class AmendmentForm(BreakdownForm):
    """导入修订稿: any file that the reader reads, or the breakdown workbook."""

    file = forms.FileField(
        label="修订稿文件",
        help_text=f"修订后的通知，或修改过的分解表，可以是{'、'.join(FORMATS)}文件，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )


class MergeForm(VersionedForm):
    """Names the version of both notices that this person saw."""

    notice_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def import_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
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
            if not is_breakdown(data=sent["data"], filename=sent["filename"]):
                draft = import_amendment(notice=notice, by=request.user, at=clock.now(), **sent)
                messages.success(request, f"《{draft.title}》已导入为修订稿，请对照原文核对后并入。")
                return redirect(page_of(draft))
            trial, kept = tried(request, notice, **sent)
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
    form = MergeForm(request.POST or None, initial=seen)
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
    office_path("<int:pk>/amend/", import_page, "tasks_amendment_import"),
    office_path("<int:pk>/merge/", merge_page, "tasks_amendment_merge"),
]
