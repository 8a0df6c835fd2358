"""报送周期 in the admin: the days of each, closing it by hand, and how every assignment fared once it is closed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import DutyClock
from ninghai.models.state_machine import require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import require_seen, version_of
from tasks import rules
from tasks.models import PeriodRecord, ReportingPeriod, WorkPointNotice
from tasks.notices.admin.frame import VersionedForm
from tasks.periods.services import close_period, closing_day, edit_period, gaps_beside, outcomes, tally

Outcome = PeriodRecord.Outcome


@admin.register(ReportingPeriod)
class PeriodAdmin(ReadOnlyAdmin[ReportingPeriod]):
    """The office sets the rhythm on the notice's page; a period has a page of its own for its days and its closing."""

    group = DeskGroup.PROGRESS
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

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/edit/", edit, "tasks_period_edit"),
            office_path("<int:pk>/close/", close, "tasks_period_close"),
            *super().get_urls(),
        ]

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return period_page(request, pk)


def period_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The period's days, how its due date was found, and how the units fared."""
    period = _period(pk)
    may_set = rules.can_set_periods(request.user) and period.closed_on is None
    return office_page(
        request,
        "admin/tasks/period.html",
        title=str(period),
        trail=_trail(),
        period=period,
        notice_url=reverse("admin:tasks_workpointnotice_change", args=[period.notice_id]),
        facts=_facts(period),
        counts=_counts(period),
        clocks=DutyClock.objects.about(period).open(),
        may_edit=may_set,
        may_close=may_set and period.has_passed(on=clock.today()),
    )


class PeriodForm(VersionedForm):
    """`version` is that of the notice, on which its periods hang."""

    name = forms.CharField(label="名称", max_length=30)
    start = forms.DateField(label="开始", widget=date_input())
    end = forms.DateField(label="结束", widget=date_input())
    due_date = forms.DateField(label="报送截止", widget=date_input(), required=False, help_text="不定期报送的留空。")


def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """修改报送周期: name, days and due date, as far as they may still change."""
    period = _period(pk)
    require(rules.can_set_periods(request.user))
    require(request.method == "POST" or period.closed_on is None, "本期已封账，不能再修改。")
    form = PeriodForm.showing(period, request.POST or None, version=period.notice.version)
    if request.method == "POST" and was_done(
        form, lambda: edit_period(period=period, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"报送周期“{period}”已修改。")
        for gap in gaps_beside(period):
            messages.warning(request, gap)
        return redirect(_page_of(period))
    return office_page(
        request,
        "admin/office/form.html",
        title="修改报送周期",
        trail=[*_trail(), (str(period), _page_of(period))],
        form=form,
        lead="已有填报或已经结束的，起止日期不能再改；报送截止日已过的，截止日期不能再改。",
        submit="保存",
    )


def close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """封账: what would be frozen now, before it is."""
    period = _period(pk)
    require(rules.can_set_periods(request.user))
    form = VersionedForm(request.POST or None, initial={"version": version_of(period)})
    if request.method == "POST":
        require_seen(request, period)
        close_period(period=period, by=request.user, at=clock.now())
        messages.success(request, f"报送周期“{period}”已封账。")
        return redirect(_page_of(period))
    require(period.closed_on is None, "本期已封账。")
    require(period.has_passed(on=clock.today()), f"报送截止日还没有过（{period.due_words}），不能封账。")
    counts = "，".join(f"{outcome.label}{number}项" for outcome, number in _tally(period).items())
    return office_page(
        request,
        "admin/office/form.html",
        title="封账",
        trail=[*_trail(), (str(period), _page_of(period))],
        form=form,
        lead=f"现在封账：{counts}。封账后记录不再改变；单位仍可补报，记录仍为缺报。",
        submit=f"封账：{period}",
    )


@admin.register(PeriodRecord)
class PeriodRecordAdmin(ReadOnlyAdmin[PeriodRecord]):
    """报送记录: who reported in time, late or not at all, of every closed period."""

    group = DeskGroup.PROGRESS
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


def _period(pk: int) -> ReportingPeriod:
    return get_object_or_404(ReportingPeriod.objects.select_related("notice"), pk=pk)


def _trail() -> Trail:
    return [("报送周期", reverse("admin:tasks_reportingperiod_changelist"))]


def _page_of(period: ReportingPeriod) -> str:
    return reverse("admin:tasks_reportingperiod_change", args=[period.pk])


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
