"""进展填报 in the admin: the list of what units handed in, and accepting, returning or urging several at once."""

from dataclasses import replace
from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from ninghai.accounts.permission_table import POST, is_named
from ninghai.models import Role, UsualReason, acts_as
from ninghai.staff_site.forms import ReturnForm
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_path
from ninghai.staff_site.preview import Together
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments.admin_filters import OfAssignmentPartFilter, OfAssignments, SupplementFilter
from tasks.assignments.dossier import REPORT_TONES
from tasks.assignments.urging import WORDS, UrgingForm, urging_page
from tasks.models import ProgressReport
from tasks.progress.report_page import LIST, OFFICE_ACTS, ProgressReportPage, reports_for
from tasks.progress.services import accept_report, return_report, take_back_report

ACCEPT: Together[ProgressReport] = Together(
    action="accept_selected",
    title="确认接收",
    verb="接收",
    noun="份填报",
    lead="申请办结的，接收后任务即办结。接收后 10 秒内可以撤销（一次不超过 200 份的）。",
    keyword="report",
    columns={
        "工作要点": lambda report: report.assignment.task,
        "单位": lambda report: report.assignment.unit,
        "报送周期": lambda report: report.occasion,
        "完成比例": lambda report: f"{report.percent}%",
        "申请办结": lambda report: "是" if report.claims_completion else "否",
    },
    allowed=rules.can_decide,
    service=accept_report,
    records=reports_for,
    list_page=LIST,
    list_title="进展填报",
    take_back=take_back_report,
    undo_page="admin:tasks_progress_together-back",
)
RETURN = replace(
    ACCEPT,
    action="return_selected",
    title="退回填报",
    verb="退回",
    lead="用同一条理由退回，10 秒内可以撤销（一次不超过 200 份的）；此后各单位的经办人和审核人都会看到，修改后重新报送。",
    service=return_report,
    form=partial(ReturnForm, matter=UsualReason.Matter.REPORT),
)


@admin.register(ProgressReport)
class ProgressReportAdmin(WithRecordPage[ProgressReport], OfAssignments[ProgressReport], ReadOnlyAdmin[ProgressReport]):
    page = ProgressReportPage(ADMIN, OFFICE_ACTS)
    group = DeskGroup.PROGRESS
    rank = 1
    tones = {"status": REPORT_TONES}
    list_display = ["point", "unit", "occasion", "status", "percent", "claims_completion", "passed_at"]
    list_filter = [
        "status",
        "period",
        SupplementFilter,
        OfAssignmentPartFilter,
        ("assignment__unit", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["text", "next_step", "public_summary", "assignment__key", "assignment__unit__short_name"]
    search_help_text = "按填报内容、公开编号或单位简称搜索。"
    actions = ["accept_selected", "return_selected", "remind_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgressReport]:
        return reports_for(request.user).order_by("passed_at", "pk")

    def get_urls(self) -> list[URLPattern]:
        undo = office_path("take-back/", require_POST(ACCEPT.undo), "tasks_progress_together-back")
        return [undo, *super().get_urls()]

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return is_named(request.user, "admin:tasks_progress_accept", POST)

    @admin.display(description="报送周期", ordering="period__start")
    def occasion(self, report: ProgressReport) -> str:
        return report.occasion

    @admin.action(description="接收所选的填报", permissions=["accept"])
    def accept_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ProgressReport]) -> HttpResponse | None:
        return ACCEPT.answer(request, queryset)

    @admin.action(description="退回所选的填报", permissions=["accept"])
    def return_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ProgressReport]) -> HttpResponse | None:
        return RETURN.answer(request, queryset)

    def has_remind_permission(self, request: AuthenticatedRequest) -> bool:
        return acts_as(request.user, Role.OFFICE)

    @admin.action(description="催办所选填报的任务", permissions=["remind"])
    def remind_selected(self, request: AuthenticatedRequest, queryset: QuerySet[ProgressReport]) -> HttpResponse:
        """What was reported on is still to be finished."""
        reported = sorted(set(queryset.order_by().values_list("assignment_id", flat=True)))
        return urging_page(request, UrgingForm({"assignments": reported, "words": WORDS}))
