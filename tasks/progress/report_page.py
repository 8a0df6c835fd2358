"""A progress report (进展填报): its form, its page before the office, and the acts of unit and office on it; the unit's stand on the
page of its assignment (`tasks.assignments.page`)."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import dropwhile
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone

from ninghai.accounts.audit.history import has_written
from ninghai.calendar import clock
from ninghai.files import Purpose
from ninghai.models import User, UsualReason
from ninghai.models.state_machine import require
from ninghai.staff_site.forms import SeveralFilesField, return_form
from ninghai.staff_site.pages import list_as_it_was, list_query
from ninghai.staff_site.queue import Queue
from ninghai.staff_site.record_pages import Action, RecordPage, taking_back
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from tasks import rules
from tasks.assignments.dossier import read_turns
from tasks.assignments.urging import reminder_words, with_last_reminder
from tasks.models import Assignment, ProgressReport, WorkPointNotice
from tasks.models.states import ProgressStatus
from tasks.progress.evidence import PublishedItemField
from tasks.progress.services import (
    Written,
    accept_report,
    certain_in,
    doubtful_in,
    missing_words,
    pass_report,
    release_words,
    return_report,
    take_back_report,
)

# The form; errors keep everything typed.

MOST_SUPPLEMENTS = 32767  # what the database's small integer holds


class ReportForm(forms.ModelForm[ProgressReport]):
    """A period's report with the evidence to add, or one piece to take away; a draft may be incomplete.

    Files that were accepted stay with the draft.
    """

    needed = {"nothing_to_report": "选一项", "text": "提交时必填", "upload": "申请办结时必填"}
    percent_taps = (0, 25, 50, 75, 100)
    nothing_to_report = forms.BooleanField(
        label="本期进展",
        required=False,
        initial=False,
        widget=forms.RadioSelect(choices=[(False, "本期有进展"), (True, "本期无进展")]),
        help_text="确实没有进展的，不用再写进展情况。",
    )
    percent = forms.IntegerField(
        label="完成比例（%）",
        min_value=0,
        max_value=100,
        required=False,
        help_text="0到100的整数，办结填100。",
    )
    upload = SeveralFilesField(label="上传佐证文件", purpose=Purpose.EVIDENCE)
    index_number = PublishedItemField()
    remove = forms.IntegerField(required=False, widget=forms.HiddenInput)
    supplement = forms.IntegerField(required=False, min_value=0, max_value=MOST_SUPPLEMENTS, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ProgressReport
        fields = ["nothing_to_report", "text", "percent", "next_step", "claims_completion", "public_summary"]
        help_texts = {
            "text": "写本期做了什么、做到什么程度，不向社会公开。",
            "claims_completion": "任务已全部完成时勾选，须附佐证材料。",
        }
        widgets = {
            "text": forms.Textarea(
                attrs={"rows": 6, "placeholder": " "}
            ),  # by which the page knows that nothing is written
            "next_step": forms.Textarea(attrs={"rows": 3}),
            "public_summary": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_percent(self) -> int:
        return self.cleaned_data["percent"] or 0

    def clean_supplement(self) -> int:
        return self.cleaned_data["supplement"] or 0

    def say_what_is_missing(self) -> None:
        """Beside the errors it already has, say all that keeps it from being handed in, so that nobody is told twice."""
        for name, sentence in missing_words(self.instance).items():
            if not self.has_error(name):
                self.add_error(name, sentence)

    @property
    def written(self) -> Written:
        return Written(**{name: self.cleaned_data[name] for name in self.Meta.fields})


# The page, and the acts.

LIST = "admin:tasks_progressreport_changelist"


class ReleaseWordsForm(forms.Form):
    judged = forms.BooleanField(label="已核对，上述内容可以公开", required=False)


RETURN = Action(
    name="return",
    label="退回修改",
    title="退回经办人修改",
    allowed=rules.can_return,
    form=return_form(UsualReason.Matter.REPORT),
    service=return_report,
    done="“{record.occasion}”的填报已退回经办人。",
    is_grave=True,
    undo="take-back",
)
TAKE_BACK = taking_back(service=take_back_report)
UNIT_ACTS = [
    Action(
        name="pass",
        label="审核通过，报送县政府办公室",
        allowed=rules.can_pass_on,
        is_repeatable=True,
        service=pass_report,
        done="“{record.occasion}”的填报已报送县政府办公室。",
        undo=TAKE_BACK.name,
    ),
    RETURN,
    TAKE_BACK,
]
OFFICE_ACTS = [
    Action(
        name="accept",
        label=lambda report: "接收并办结" if report.claims_completion else "接收",
        allowed=rules.can_decide,
        is_repeatable=True,
        service=accept_report,
        done="{record}已接收。",
        leads_on=True,
        undo=TAKE_BACK.name,
    ),
    replace(RETURN, title="退回", done="{record}已退回。", leads_on=True),
    replace(TAKE_BACK, done="{record}已恢复为待确认。"),
    Action(
        name="release",
        label="放行公开表述",
        words="放行后，这段文字会显示在公开页面上。请先确认其中没有个人信息和不宜公开的内容。",
        allowed=rules.can_release_words,
        form=ReleaseWordsForm,
        service=release_words,
        done="{record}的公开表述已向社会公开。",
    ),
]


class ProgressReportPage(RecordPage[ProgressReport]):
    """One report with its evidence, the earlier ones, and what this person may decide."""

    keyword, gives_version = "report", True
    template = "tasks/report.html"
    page_names = {"admin": "admin:tasks_progressreport_change"}
    act_names = {"work": "tasks:report-", "admin": "admin:tasks_progress_"}
    list_title = "进展填报"
    list_names = {"admin": LIST}

    def find(self, user: User, pk: int) -> ProgressReport:
        """One that this person has just returned, too: it may still be taken back, or they are told that it is too late."""
        returned = ProgressReport.objects.filter(pk=pk, status=ProgressStatus.RETURNED).first()
        if returned and rules.has_lately_returned(user, returned, at=clock.now()):
            require(rules.can_take_back(user, returned))
            return returned
        return visible_or_404(reports_for(user), pk=pk)

    def queue_end(self, request: AuthenticatedRequest, report: ProgressReport) -> str:
        """The list as it was: here a report that was decided asks for nothing more."""
        return (
            list_as_it_was(request, reverse(LIST))
            if list_query(request)
            else f"{reverse(LIST)}?status__exact=with_office"
        )

    def context(
        self, request: AuthenticatedRequest, report: ProgressReport, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        now, assignment = clock.now(), report.assignment
        turns = read_turns(assignment=assignment, user=request.user, on=now.date(), at=now)
        reports = [each for turn in turns for each in reversed(turn.reports)]  # newest first
        until_this = list(dropwhile(lambda each: each.report.pk != report.pk, reports))
        return {
            "report": report,
            "task": assignment.task,
            "light": assignment.light(on=now.date()),
            "facts": _facts(report),
            "queue": Queue.around(report, request=request, with_rows=True),
            "shown": until_this[0] if until_this else None,
            "before": until_this[1] if len(until_this) > 1 else None,
            "earlier": [each.report for each in until_this[2:]],
            "personal": certain_in(report.public_summary),
            "doubtful": doubtful_in(report.public_summary),
            "took_part": report.passed_by_id == request.user.pk or has_written(request.user, report),
        }


def _facts(report: ProgressReport) -> list[tuple[str, object]]:
    assignment = report.assignment
    return [
        ("单位", f"{assignment.unit}（{assignment.get_role_display()}）"),
        ("报送周期", report.occasion),
        ("完成时限", assignment.due_words),
        ("申请办结", "是" if report.claims_completion else "否"),
        ("报送时间", f"{timezone.localtime(report.passed_at):%Y-%m-%d %H:%M}" if report.passed_at else ""),
        ("最近催办", reminder_words(with_last_reminder(Assignment.objects.filter(pk=assignment.pk)).get())),
    ]


def reports_for(user: object) -> QuerySet[ProgressReport]:
    """What this person sees, with everything that the list and the page say about it."""
    if not isinstance(user, User):
        return ProgressReport.objects.none()
    notice = "assignment__task__point__notice"
    reports = ProgressReport.objects.visible_to(user).select_related(
        notice, "assignment__unit", "period", "drafted_by", "passed_by", "decided_by"
    )
    return reports.defer(*WorkPointNotice.whole_text(notice))
