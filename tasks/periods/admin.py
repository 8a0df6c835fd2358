"""报送周期 in the admin: the days of each, closing it by hand, and how every assignment fared once it is closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import DutyClock, User
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, Action, RecordPage, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import PeriodRecord, ReportingPeriod, WorkPointNotice
from tasks.periods.services import close_period, closing_day, edit_period, gaps_beside, outcomes, tally

Outcome = PeriodRecord.Outcome


def _facts(period: ReportingPeriod) -> list[tuple[str, str]]:
    rows = [
        ("年度", str(period.notice.year)),
        ("报送频次", period.notice.get_rhythm_display()),
        ("开始", f"{period.start:%Y-%m-%d}"),
        ("结束", f"{period.end:%Y-%m-%d}"),
        ("报送截止", period.due_words),
        ("封账", _closing_words(period)),
    ]
    return [(term, value) for term, value in rows if value]


def _closing_words(period: ReportingPeriod) -> str:
    if period.closed_on:
        return f"{period.closed_on:%Y-%m-%d}已封账"
    if period.due_date is None:
        return ""
    return f"{closing_day(period, calendar=WorkCalendar.load()):%Y-%m-%d}后自动封账"


def _tally(period: ReportingPeriod) -> dict[Outcome, int]:
    """As frozen; before that as it would be today."""
    if period.closed_on:
        return tally(PeriodRecord.objects.filter(period=period))
    return tally(outcomes(period, on=clock.today()))


def _counts(period: ReportingPeriod) -> list[tuple[str, int, str]]:
    """(outcome, number, address of the records once there are some); none before the due date has passed."""
    if not period.has_passed(on=clock.today()):
        return []
    records = f"{reverse('admin:tasks_periodrecord_changelist')}?period__id__exact={period.pk}"
    return [
        (outcome.label, number, f"{records}&outcome__exact={outcome}" if period.closed_on and number else "")
        for outcome, number in _tally(period).items()
    ]


# The page of a period, and what the office does there.


class PeriodForm(forms.Form):
    name = forms.CharField(label="名称", max_length=30)
    start = forms.DateField(label="开始", widget=date_input())
    end = forms.DateField(label="结束", widget=date_input())
    due_date = forms.DateField(label="报送截止", widget=date_input(), required=False, help_text="不定期报送的留空。")


def _form(data: Any, request: AuthenticatedRequest, period: ReportingPeriod) -> PeriodForm:
    return PeriodForm(data, initial={name: getattr(period, name) for name in PeriodForm.base_fields})


def _edit(*, period: ReportingPeriod, by: User, at: datetime, **days: Any) -> ReportingPeriod:
    """Under the version of the notice that the page has found to be the one seen."""
    return edit_period(period=period, version=period.notice.version, by=by, at=at, **days)


def _closing_counts(period: ReportingPeriod) -> str:
    counts = "，".join(f"{outcome.label}{number}项" for outcome, number in _tally(period).items())
    return f"现在封账：{counts}。封账后记录不再改变；单位仍可补报，记录仍为缺报。"


ACTIONS = [
    Action(
        name="close",
        label="封账",
        words=_closing_counts,
        place="page",
        allowed=lambda user, period: rules.can_close_period(user, period, on=clock.today()),
        service=close_period,
        done="报送周期“{record}”已封账。",
    ),
    Action(
        name="edit",
        label="保存",
        title="修改报送周期",
        words="已有填报或已经结束的，起止日期不能再改；报送截止日已过的，截止日期不能再改。",
        place="page",
        allowed=rules.can_edit_period,
        form=_form,
        service=_edit,
        done="报送周期“{record}”已修改。",
    ),
]


class PeriodPage(RecordPage[ReportingPeriod]):
    """The period's days, how its due date was found, and how the units fared."""

    keyword = "period"
    template = "tasks/period.html"
    page_names = {"admin": "admin:tasks_reportingperiod_change"}
    act_names = {"admin": "admin:tasks_period_"}
    list_title = "报送周期"
    list_names = {"admin": "admin:tasks_reportingperiod_changelist"}

    def find(self, user: User, pk: int) -> ReportingPeriod:
        return get_object_or_404(ReportingPeriod.objects.select_related("notice"), pk=pk)

    def version(self, target: ReportingPeriod) -> int:
        """That of the notice, on which its periods hang: every change of one raises it."""
        return target.notice.version

    def context(
        self, request: AuthenticatedRequest, period: ReportingPeriod, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        return {
            "period": period,
            "notice_url": reverse("admin:tasks_workpointnotice_change", args=[period.notice_id]),
            "facts": _facts(period),
            "counts": _counts(period),
            "clocks": DutyClock.objects.about(period).open(),
            "gaps": [] if period.closed_on else gaps_beside(period),
        }


@admin.register(ReportingPeriod)
class PeriodAdmin(WithRecordPage[ReportingPeriod], ReadOnlyAdmin[ReportingPeriod]):
    """The office sets the rhythm on the notice's page; a period has a page of its own for its days and its closing."""

    page = PeriodPage(ADMIN, ACTIONS)
    group = DeskGroup.PROGRESS
    rank = 3
    list_display = ["name", "year", "start", "end", "due", "closed_on", "on_time", "late", "missing"]
    list_filter = ["notice__year"]
    list_select_related = ["notice"]
    ordering = ["-notice__year", "start"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportingPeriod]:
        counted = {f"counted_{each}": Count("records", filter=Q(records__outcome=each)) for each in Outcome}
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description="年度", ordering="notice__year")
    def year(self, period: ReportingPeriod) -> int:
        return period.notice.year

    @admin.display(description="报送截止", ordering="due_date")
    def due(self, period: ReportingPeriod) -> str:
        return period.due_words

    @admin.display(description="按时报送")
    def on_time(self, period: Any) -> str:
        return self._counted(period, Outcome.ON_TIME)

    @admin.display(description="迟报")
    def late(self, period: Any) -> str:
        return self._counted(period, Outcome.LATE)

    @admin.display(description="缺报")
    def missing(self, period: Any) -> str:
        return self._counted(period, Outcome.MISSING)

    @staticmethod
    def _counted(period: Any, outcome: Outcome) -> str:
        return str(getattr(period, f"counted_{outcome}")) if period.closed_on else "—"


@admin.register(PeriodRecord)
class PeriodRecordAdmin(ReadOnlyAdmin[PeriodRecord]):
    """报送记录: who reported in time, late or not at all, of every closed period."""

    group = DeskGroup.PROGRESS
    tones = {"outcome": {Outcome.ON_TIME: "good", Outcome.LATE: "due", Outcome.MISSING: "late"}}
    list_display = ["point", "unit", "period", "outcome", "handed_in_on"]
    list_filter = ["outcome", "period", ("assignment__unit", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["assignment__key", "assignment__unit__short_name"]
    ordering = ["-period__start", "assignment__task__point__position", "assignment__unit__position", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodRecord]:
        rows = PeriodRecord.objects.select_related("period", "assignment__unit", "assignment__task__point__notice")
        return rows.defer(*WorkPointNotice.whole_text("assignment__task__point__notice"))

    @admin.display(description="工作要点", ordering="assignment__task__point__position")
    def point(self, record: PeriodRecord) -> str:
        return str(record.assignment.task)

    @admin.display(description="责任单位", ordering="assignment__unit__position")
    def unit(self, record: PeriodRecord) -> str:
        return str(record.assignment.unit)
