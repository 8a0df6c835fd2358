"""A notice as a whole: its head corrected, open work carried over into it, issued, discarded, revoked, its rhythm changed."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.models.state_machine import require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Assignment, Rhythm, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.models.task import AssignmentQuerySet
from tasks.notices import issuing
from tasks.notices.admin.frame import DraftCorrection, VersionedForm, draft_to_correct, page_of, trail_to
from tasks.notices.carrying_over import TOO_LATE, carriable, carry_over
from tasks.notices.correcting import edit_notice
from tasks.periods.rhythm import PeriodChange
from tasks.periods.services import NOTHING_LEFT, plans, rhythm_changes, set_rhythm

# 修改基本信息: what stands at the head of the notice.


class FactsForm(VersionedForm):
    title = forms.CharField(label="标题", max_length=200, widget=forms.TextInput(attrs={"size": 80}))
    document_number = forms.CharField(label="发文字号", max_length=50, required=False)
    issuing_office = forms.CharField(label="发文机关", max_length=100, required=False)
    issued_on = forms.DateField(label="成文日期", widget=date_input(), help_text="按这一天存续的单位识别责任单位。")
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    openness = forms.CharField(label="公开属性", max_length=20, required=False)


FACTS = DraftCorrection(
    record="notice",
    service=edit_notice,
    form=FactsForm.showing,
    title="修改基本信息",
    done="通知的基本信息已修改。",
)


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
        count = issuing.issue_notice(notice=notice, rhythm=rhythm, version=version, by=request.user, at=clock.now())
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
        total=issuing.count_assignments(notice),
        obstacles=issuing.obstacles(notice, on=clock.today()),
        notice_url=page_of(notice),
    )


def _division(notice: WorkPointNotice) -> list[dict[str, Any]]:
    """Each point with its names and whom they mean, how many of them are open, and to how many units it is given."""
    points = notice.points.only("notice", "key", "title", "due_date", "due_date_is_default").order_by("position", "pk")
    counts = issuing.unit_counts(points)
    rows = [(point, point.responsibilities.all()) for point in points.prefetch_related("responsibilities__units")]
    return [
        {
            "point": point,
            "names": "、".join(each.with_meaning for each in named),
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
    form = DiscardNoticeForm.showing(notice, request.POST or None)
    if request.method == "POST" and was_done(
        form, lambda: issuing.discard_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
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
    form = RevokeForm.showing(notice, request.POST or None)
    if request.method == "POST" and was_done(
        form, lambda: issuing.revoke_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
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
        obstacles=issuing.obstacles_to_revoking(notice),
        total=Assignment.objects.filter(task__point__notice=notice).count(),
    )


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


# 结转: the office chooses the open work of earlier years that a draft takes over, some of it or all that the filter finds.

ROWS = 50


class CarryFilter(forms.Form):
    """Narrows what is offered."""

    q = forms.CharField(label="关键词", max_length=50, required=False)
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    unit = forms.ModelChoiceField(Unit.objects.all(), label="责任单位", required=False, empty_label="全部")

    def __init__(self, data: Any, *, offered: AssignmentQuerySet) -> None:
        super().__init__(data)
        years = offered.order_by("-task__point__notice__year").values_list("task__point__notice__year", flat=True)
        year: forms.TypedChoiceField = self.fields["year"]  # type: ignore[assignment]
        year.choices = [("", "全部"), *((each, f"{each}年") for each in years.distinct())]

    def narrow(self, offered: AssignmentQuerySet) -> AssignmentQuerySet:
        """Nothing when a choice is none of those offered."""
        if not self.is_valid():
            return offered.none()
        wanted = self.cleaned_data
        if wanted["q"]:
            words = Q(task__point__text__icontains=wanted["q"]) | Q(key__icontains=wanted["q"])
            offered = offered.filter(words)
        if wanted["year"]:
            offered = offered.filter(task__point__notice__year=wanted["year"])
        return offered.filter(unit=wanted["unit"]) if wanted["unit"] else offered


class CarryForm(VersionedForm):
    assignments = forms.ModelMultipleChoiceField(
        Assignment.objects.none(), label="要结转的任务", required=False, widget=forms.MultipleHiddenInput
    )
    everything = forms.BooleanField(required=False)
    due_date = forms.DateField(label="结转后的完成时限", widget=date_input())

    def __init__(self, data: Any = None, *, notice: WorkPointNotice, found: AssignmentQuerySet) -> None:
        last = WorkPoint.default_due_date(notice.year)
        super().__init__(data, initial={"version": notice.version, "due_date": last})
        self.found = found
        assignments: forms.ModelMultipleChoiceField[Assignment] = self.fields["assignments"]  # type: ignore[assignment]
        assignments.queryset = found
        self.fields["everything"].label = f"结转筛选出的全部 {found.count()} 项，不只是勾选的"

    @property
    def asked(self) -> dict[str, Any]:
        """What the service is asked for."""
        sent = self.cleaned_data
        chosen = list(self.found if sent["everything"] else sent["assignments"])
        return {"assignments": chosen, "due_date": sent["due_date"], "version": sent["version"]}

    @property
    def ticked(self) -> set[int]:
        """The rows that were ticked when the form comes back."""
        return {int(each) for each in self["assignments"].value() or [] if str(each).isdecimal()}


def carry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """结转上年事项: nothing changes for the units before the draft is issued."""
    notice = draft_to_correct(request, pk, too_late=TOO_LATE)
    offered = carriable(notice, on=clock.today())
    narrowing = CarryFilter(request.GET or {}, offered=offered)
    found = narrowing.narrow(offered)
    form = CarryForm(request.POST or None, notice=notice, found=found)
    if request.method == "POST" and was_done(
        form, lambda: carry_over(notice=notice, by=request.user, at=clock.now(), **form.asked)
    ):
        messages.success(request, "所选任务已加入本通知的“上年结转事项”，下达后原任务结转。")
        return redirect(page_of(notice))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return office_page(
        request,
        "admin/tasks/notice/carry_over.html",
        title="结转上年事项",
        trail=trail_to(notice),
        filter_form=narrowing,
        form=form,
        page=page,
        params=request.GET,
        total=f"共 {page.paginator.count} 项",
    )


URLS = [
    office_path("<int:pk>/facts/", FACTS.view, "tasks_notice_facts"),
    office_path("<int:pk>/issue/", issue, "tasks_notice_issue"),
    office_path("<int:pk>/discard/", discard, "tasks_notice_discard"),
    office_path("<int:pk>/revoke/", revoke, "tasks_notice_revoke"),
    office_path("<int:pk>/rhythm/", rhythm_page, "tasks_notice_rhythm"),
    office_path("<int:pk>/carry-over/", carry, "tasks_notice_carry_over"),
]
