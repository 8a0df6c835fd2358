"""进展填报 in the admin: the list of what units handed in, and accepting or urging several at once."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ninghai.accounts.permission_table import POST, is_named
from ninghai.calendar import clock
from ninghai.models import Role, acts_as
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import first_of, office_page
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.admin_filters import ReportPartFilter, SupplementFilter
from tasks.assignments.dossier import REPORT_TONES
from tasks.assignments.reminders import remind_units
from tasks.models import Assignment, ProgressReport
from tasks.progress.report_page import LIST, OFFICE_ACTS, ProgressReportPage, reports_for
from tasks.progress.services import accept_report


@admin.register(ProgressReport)
class ProgressReportAdmin(WithRecordPage[ProgressReport], ReadOnlyAdmin[ProgressReport]):
    page = ProgressReportPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.PROGRESS
    rank = 1
    tones = {"status": REPORT_TONES}
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
