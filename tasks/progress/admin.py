"""进展填报: the office reads what units handed in, accepts it or returns it, and releases their 公开表述."""

from collections.abc import Iterable
from itertools import dropwhile
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai.accounts.permissions.table import POST, is_named
from ninghai.accounts.roles import acts_as
from ninghai.audit.history import has_written
from ninghai.calendar import clock
from ninghai.models import Role, User
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import first_of, office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.admin_filters import ReportPartFilter, SupplementFilter
from tasks.assignments.dossier import read_turns
from tasks.assignments.reminders import remind_units
from tasks.models import Assignment, ProgressReport, WorkPointNotice
from tasks.progress.public_words import certain_in, doubtful_in
from tasks.progress.services import accept_report, release_words, return_report

LIST = "admin:tasks_progressreport_changelist"
PAGE = "admin:tasks_progressreport_change"


class AcceptanceForm(forms.Form):
    """Accept or release: nothing but the version that this person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReleaseWordsForm(AcceptanceForm):
    judged = forms.BooleanField(required=False)


class OfficeReturnForm(AcceptanceForm):
    reason = forms.CharField(
        label="退回理由",
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        max_length=1000,
        help_text="写明需要补充或修改什么，填报人会看到。",
    )


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnlyAdmin[ProgressReport]):
    group = DeskGroup.PROGRESS
    list_display = ["point", "unit", "occasion", "status", "percent", "claims_completion", "passed_at"]
    list_filter = [
        "status",
        "period",
        SupplementFilter,
        ReportPartFilter,
        ("assignment__unit", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["text", "next_step", "public_summary", "assignment__key", "assignment__unit__short_name"]
    search_help_text = "按填报内容、公开编号或单位简称搜索。"
    actions = ["accept_selected", "remind_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgressReport]:
        return reports_for(request.user).order_by("passed_at", "pk")

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return is_named(request.user, "admin:tasks_progress_accept", POST)

    @admin.display(description="工作要点", ordering="assignment__task__point__position")
    def point(self, report: ProgressReport) -> str:
        return str(report.assignment.task)

    @admin.display(description="单位", ordering="assignment__unit__position")
    def unit(self, report: ProgressReport) -> str:
        return str(report.assignment.unit)

    @admin.display(description="报送周期", ordering="period__start")
    def occasion(self, report: ProgressReport) -> str:
        return report.occasion

    @admin.action(description="接收所选的填报", permissions=["accept"])
    def accept_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ProgressReport]) -> HttpResponse | None:
        """First a page that lists what will be accepted; sent from there, accept it."""
        if "confirmed" not in request.POST:
            return confirmation_page(request, queryset)
        accept_confirmed(request, queryset)
        return None

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return acts_as(request.user, Role.OFFICE)

    @admin.action(description="催办所选填报的任务", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ProgressReport]) -> None:
        """What was reported on is still to be finished."""
        reported = Assignment.objects.filter(reports__in=queryset.order_by().values("pk")).distinct()
        urged = remind_units(assignments=reported, by=request.user, at=clock.now())
        messages.add_message(request, messages.SUCCESS if urged.assignments else messages.WARNING, str(urged))

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/accept/", accept, "tasks_progress_accept"),
            office_path("<int:pk>/return/", return_to_unit, "tasks_progress_return"),
            office_path("<int:pk>/release/", release, "tasks_progress_release"),
            *super().get_urls(),
        ]

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        return report_page(request, int(object_id), OfficeReturnForm())


def reports_for(user: object) -> QuerySet[ProgressReport]:
    """What this person sees, with everything that the list and the page say about it."""
    if not isinstance(user, User):
        return ProgressReport.objects.none()
    notice = "assignment__task__point__notice"
    reports = ProgressReport.objects.visible_to(user).select_related(
        notice, "assignment__unit", "period", "drafted_by", "passed_by", "decided_by"
    )
    return reports.defer(*WorkPointNotice.whole_text(notice))


def accept(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """接收."""
    report = _report(request, pk)
    form = AcceptanceForm(request.POST)
    if request.method == "POST" and was_done(
        form, lambda: accept_report(report=report, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{report}已接收。")
        return redirect(f"{reverse(LIST)}?status__exact=with_office")
    return redirect(PAGE, pk)


def confirmation_page(request: AuthenticatedRequest, chosen: QuerySet[ProgressReport]) -> HttpResponse:
    """接收所选的填报: what will be accepted, and what cannot be."""
    reports, rest = first_of(chosen)
    return office_page(
        request,
        "admin/tasks/accept_reports.html",
        title="确认接收",
        trail=[("进展填报", reverse(LIST))],
        rest=rest,
        accepted=[report for report in reports if rules.can_decide(request.user, report)],
        left=[report for report in reports if not rules.can_decide(request.user, report)],
    )


def accept_confirmed(request: AuthenticatedRequest, chosen: Iterable[ProgressReport]) -> None:
    """Each as this person saw it, by the same service as on its own page; what is refused is named and left alone."""
    accepted = 0
    for report in chosen:
        try:
            seen = seen_version(request, f"version-{report.pk}")
            accept_report(report=report, version=seen, by=request.user, at=clock.now())
        except (PermissionDenied, StaleError, TransitionError) as refused:
            messages.warning(request, f"{report}没有接收：{refused}")
        else:
            accepted += 1
    if accepted:
        messages.success(request, f"已接收 {accepted} 份填报。")


def return_to_unit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """退回: with a reason that the clerk will read."""
    report = _report(request, pk)
    form = OfficeReturnForm(request.POST or None)
    if request.method == "POST" and was_done(
        form, lambda: return_report(report=report, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{report}已退回。")
        return redirect(f"{reverse(LIST)}?status__exact=with_office")
    return report_page(request, pk, form)


def release(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """放行公开表述."""
    report = _report(request, pk)
    form = ReleaseWordsForm(request.POST)
    if request.method == "POST" and was_done(
        form, lambda: release_words(report=report, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{report}的公开表述已向社会公开。")
    for refused in form.non_field_errors():
        messages.error(request, str(refused))
    return redirect(PAGE, pk)


def report_page(request: AuthenticatedRequest, pk: int, return_form: OfficeReturnForm) -> HttpResponse:
    """One report with its evidence, the earlier ones, and what this person may decide."""
    report = _report(request, pk)
    now, assignment = clock.now(), report.assignment
    shown = read_turns(assignment=assignment, user=request.user, on=now.date(), at=now)
    reports = [each for turn in shown for each in reversed(turn.reports)]  # newest first
    until_this = list(dropwhile(lambda each: each.report.pk != pk, reports))
    return_form.initial["version"] = report.version
    return office_page(
        request,
        "admin/tasks/progress_report.html",
        title=str(report),
        trail=[("进展填报", reverse(LIST))],
        report=report,
        task=assignment.task,
        light=assignment.light(on=now.date()),
        files=until_this[0].evidence if until_this else [],
        earlier=[each.report for each in until_this[1:]],
        return_form=return_form,
        may_decide=rules.can_decide(request.user, report),
        may_release=rules.can_release_words(request.user, report),
        personal=certain_in(report.public_summary),
        doubtful=doubtful_in(report.public_summary),
        took_part=report.passed_by_id == request.user.pk or has_written(request.user, report),
    )


def _report(request: AuthenticatedRequest, pk: int) -> ProgressReport:
    return get_object_or_404(reports_for(request.user), pk=pk)
