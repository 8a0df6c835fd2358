"""The two ways in which a draft ends: 下达 makes its tasks, 作废 puts it aside."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.office.pages import office_page, office_path, was_done
from tasks.admin.notice.frame import VersionedForm, draft_to_correct, page_of, trail_to
from tasks.admin.notice.tree import unit_counts
from tasks.models import Rhythm, WorkPointNotice
from tasks.services.notices import count_assignments, discard_notice, issue_notice, obstacles
from tasks.services.periods import plans


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


class DiscardForm(VersionedForm):
    reason = forms.CharField(
        label="作废理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="例如“重复导入”。理由记入审计记录。",
    )


def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """作废通知: a draft is put aside, with a reason."""
    notice = draft_to_correct(request, pk)
    form = DiscardForm(request.POST or None, initial={"version": notice.version})
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


URLS = [
    office_path("<int:pk>/issue/", issue, "tasks_notice_issue"),
    office_path("<int:pk>/discard/", discard, "tasks_notice_discard"),
]
