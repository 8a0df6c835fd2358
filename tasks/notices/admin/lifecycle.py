"""A notice as a whole: imported, amended, its head corrected, issued or discarded, revoked, its rhythm changed."""

import uuid
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat

from ninghai.calendar import clock
from ninghai.models.state_machine import in_state, require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Assignment, Rhythm, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices import services
from tasks.notices.admin.breakdown import BreakdownForm, tried
from tasks.notices.admin.frame import VersionedForm, correction_page, draft_to_correct, page_of, trail_to, trail_to_list
from tasks.notices.admin.tree import unit_counts
from tasks.notices.amending import import_amendment
from tasks.notices.breakdown.reading import is_breakdown
from tasks.notices.breakdown.services import Trial
from tasks.notices.importing import import_notice, notices_like
from tasks.notices.issuing import (
    count_assignments,
    discard_notice,
    issue_notice,
    obstacles,
    obstacles_to_revoking,
    revoke_notice,
)
from tasks.notices.merging import compare, merge_amendment
from tasks.notices.reading import FIRST_YEAR, FORMATS, LAST_YEAR, NotANotice, YearUnknown
from tasks.periods.rhythm import PeriodChange
from tasks.periods.services import NOTHING_LEFT, plans, rhythm_changes, set_rhythm

# 导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about.


class NoticeImportForm(forms.Form):
    """导入通知: the file, and the form's own id so that sending it twice makes one notice."""

    file = forms.FileField(
        label="通知文件",
        help_text=f"通知正文或任务分解表，可以是{'、'.join(FORMATS)}文件，不超过 10 MB。扫描件不能识别。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.HiddenInput,
        help_text="例如 2018。时限都按这一年计算。",
    )
    again = forms.BooleanField(label="仍要导入，另建一份待下达的通知", required=False, widget=forms.HiddenInput)

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

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.NOTICE_LIMIT:
            raise forms.ValidationError(f"文件有 {filesizeformat(size)}，超过 10 MB。请只上传通知正文，不要带附件。")
        return upload


def import_page(request: AuthenticatedRequest) -> HttpResponse:
    """导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about."""
    require(rules.can_import_notice(request.user))
    form = NoticeImportForm(request.POST or None, request.FILES or None)
    twins: list[WorkPointNotice] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        sent = {"data": upload.read(), "filename": upload.name}
        sent |= {name: form.cleaned_data[name] for name in ("form_id", "year")}
        try:
            twins = [] if form.cleaned_data["again"] else list(notices_like(**sent))
            if not twins:
                return _imported(request, import_notice(**sent, by=request.user, at=clock.now()))
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
        help_text=f"修订后的通知，或修改过的分解表，可以是{'、'.join(FORMATS)}文件，不超过 10 MB。",
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


AMENDMENT_URLS = [
    office_path("<int:pk>/amend/", import_amendment_page, "tasks_amendment_import"),
    office_path("<int:pk>/merge/", merge_page, "tasks_amendment_merge"),
]


# 修改基本信息: what stands at the head of the notice.


class FactsForm(VersionedForm):
    title = forms.CharField(label="标题", max_length=200, widget=forms.TextInput(attrs={"size": 80}))
    document_number = forms.CharField(label="发文字号", max_length=50, required=False)
    issuing_office = forms.CharField(label="发文机关", max_length=100, required=False)
    issued_on = forms.DateField(label="成文日期", widget=date_input(), help_text="按这一天存续的单位识别责任单位。")
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    openness = forms.CharField(label="公开属性", max_length=20, required=False)

    @classmethod
    def showing(cls, notice: WorkPointNotice, data: Any = None) -> "FactsForm":
        names = [name for name in cls.base_fields if name != "version"]
        return cls(data, initial={"version": notice.version, **{name: getattr(notice, name) for name in names}})


def facts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    form = FactsForm.showing(notice, request.POST or None)
    act = partial(services.edit_facts, notice=notice)
    return correction_page(
        request, notice, form, act, title="修改基本信息", submit="保存", done=lambda: "通知的基本信息已修改。"
    )


FACTS_URLS = [office_path("<int:pk>/facts/", facts, "tasks_notice_facts")]


# The two ways in which a draft ends: 下达 makes its tasks, 作废 puts it aside.


class IssueForm(VersionedForm):
    """下达: how often the units report, each choice with the periods that it gives; none where the office has set its own."""

    rhythm = forms.ChoiceField(label="报送频次", required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, notice: WorkPointNotice, on: date) -> None:
        super().__init__(data, initial={"version": notice.version, "rhythm": notice.rhythm})
        if notice.periods.exists():
            del self.fields["rhythm"]
            return
        rhythm: forms.ChoiceField = self.fields["rhythm"]  # type: ignore[assignment]
        given = plans(notice, on=on).items()
        rhythm.choices = [(each, f"{each.label}：{'、'.join(map(str, periods))}") for each, periods in given]


def issue(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """下达通知: what will come into being, or what keeps it from being issued."""
    notice = draft_to_correct(request, pk)
    form = IssueForm(request.POST or None, notice=notice, on=clock.today())
    if request.method == "POST" and form.is_valid():
        rhythm = Rhythm(form.cleaned_data.get("rhythm") or notice.rhythm)
        version = form.cleaned_data["version"]
        count = issue_notice(notice=notice, rhythm=rhythm, version=version, by=request.user, at=clock.now())
        messages.success(request, f"《{notice.title}》已下达，共 {count} 项任务分工。")
        return redirect(page_of(notice))
    if notice.amends_id and request.method != "POST":
        return redirect("admin:tasks_amendment_merge", pk)
    return office_page(
        request,
        "admin/tasks/notice/issue.html",
        title="下达通知",
        trail=trail_to(notice),
        notice=notice,
        form=form,
        rows=_division(notice),
        periods=notice.periods.order_by("start"),
        total=count_assignments(notice),
        obstacles=obstacles(notice, on=clock.today()),
        notice_url=page_of(notice),
    )


def _division(notice: WorkPointNotice) -> list[dict[str, Any]]:
    """Each point with its names, how many of them are open, and to how many units it is given."""
    points = notice.points.only("notice", "key", "due_date", "due_date_is_default").order_by("position", "pk")
    counts = unit_counts(points)
    rows = [(point, point.responsibilities.all()) for point in points.prefetch_related("responsibilities")]
    return [
        {
            "point": point,
            "names": "、".join(map(str, named)),
            "open": sum(not each.is_resolved for each in named),
            "units": counts.get(point.pk, 0),
        }
        for point, named in rows
    ]


class DiscardNoticeForm(VersionedForm):
    reason = forms.CharField(
        label="作废理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="例如“重复导入”。理由记入审计记录。",
    )


def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """作废通知: a draft is put aside, with a reason."""
    notice = draft_to_correct(request, pk)
    form = DiscardNoticeForm(request.POST or None, initial={"version": notice.version})
    if request.method == "POST" and was_done(
        form, lambda: discard_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》已作废。")
        return redirect("admin:tasks_workpointnotice_changelist")
    return office_page(
        request,
        "admin/office/form.html",
        title="作废通知",
        trail=trail_to(notice),
        form=form,
        lead="作废后不能恢复，识别结果和原文仍可查看。需要这份通知的，请重新导入。",
        submit="作废这份通知",
    )


ENDING_URLS = [
    office_path("<int:pk>/issue/", issue, "tasks_notice_issue"),
    office_path("<int:pk>/discard/", discard, "tasks_notice_discard"),
]


# 撤销下达: an issued notice goes back to 待下达 with a reason, or the page says who has reported on it already.


class RevokeForm(VersionedForm):
    reason = forms.CharField(
        label="撤销理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="例如“责任单位有误”。理由会告诉各责任单位，并记入审计记录。",
    )


def revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_notice(request.user))
    require(request.method == "POST" or notice.status == NoticeStatus.ISSUED, "只有已下达的通知才能撤销下达。")
    form = RevokeForm(request.POST or None, initial={"version": notice.version})
    if request.method == "POST" and was_done(
        form, lambda: revoke_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》已撤销下达，可以修改后重新下达，也可以作废。")
        return redirect(page_of(notice))
    return office_page(
        request,
        "admin/tasks/notice/revoke.html",
        title="撤销下达",
        trail=trail_to(notice),
        form=form,
        notice_url=page_of(notice),
        obstacles=obstacles_to_revoking(notice),
        total=Assignment.objects.filter(task__point__notice=notice).count(),
    )


REVOKING_URLS = [office_path("<int:pk>/revoke/", revoke, "tasks_notice_revoke")]


# 报送频次: how often the units report on an issued notice, changed from its page; each choice says what it changes.


class RhythmForm(VersionedForm):
    rhythm = forms.ChoiceField(label="改为", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, notice: WorkPointNotice, changes: dict[Rhythm, PeriodChange]) -> None:
        super().__init__(data, initial={"version": notice.version})
        rhythm: forms.ChoiceField = self.fields["rhythm"]  # type: ignore[assignment]
        possible = {each: change for each, change in changes.items() if change.is_possible}
        rhythm.choices = [(each, f"{each.label}：{change}") for each, change in possible.items()]


def rhythm_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """修改报送频次: what has ended or is being reported for stays."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_set_periods(request.user))
    require(rules.has_periods(notice), f"通知{notice.get_status_display()}，没有报送周期可以调整。")
    changes = rhythm_changes(notice, on=clock.today())
    if request.method != "POST" and not any(change.is_possible for change in changes.values()):
        messages.warning(request, NOTHING_LEFT)
        return redirect(page_of(notice))
    form = RhythmForm(request.POST or None, notice=notice, changes=changes)
    if request.method == "POST" and was_done(
        form, lambda: set_rhythm(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》的报送频次已改为{notice.get_rhythm_display()}。")
        return redirect(page_of(notice))
    return office_page(
        request,
        "admin/office/form.html",
        title="修改报送频次",
        trail=trail_to(notice),
        form=form,
        lead=f"现在{notice.get_rhythm_display()}。已经结束或已有填报的周期不变，只调整其余的周期。",
        submit="修改报送频次",
    )


RHYTHM_URLS = [office_path("<int:pk>/rhythm/", rhythm_page, "tasks_notice_rhythm")]

URLS = [*AMENDMENT_URLS, *FACTS_URLS, *ENDING_URLS, *REVOKING_URLS, *RHYTHM_URLS]
