"""Reports in the office's admin: the list, one page for each, and what waits on the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ninghai.models.job import JobStatus, job_labels
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.staff_site.result_list import chip
from ninghai.staff_site.years import OfYears
from reports.circulation import waiting  # noqa: F401 - declares what waits
from reports.circulation.batch_pages import OF_BATCHES, OF_BOOKLETS, BatchPage, BookletPage
from reports.circulation.report_page import ACTIONS, ReportPage
from reports.models import FORMER, BookletMaking, Report, ReportBatch, SignOff


class RenderingFilter(admin.SimpleListFilter):
    """By how the PDF of a report fares; filters that people have kept know two states by their former names."""

    title = "生成状态"
    parameter_name = "rendering__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(job_labels("生成").items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        wanted = self.value()
        return queryset.filter(job__status=FORMER.get(wanted, wanted)) if wanted else queryset


JOB_TONES: dict[str, str] = {JobStatus.DONE: "good", JobStatus.FAILED: "late", JobStatus.CANCELLED: "draft"}


@admin.register(Report)
class ReportAdmin(WithRecordPage[Report], OfYears[Report], ReadOnlyAdmin[Report]):
    """Adding is asking for a report; a report's own page shows how it fares and what can be done with it."""

    page = ReportPage(ADMIN, ACTIONS)
    group = DeskGroup.REPORTS
    rank = 1
    year_path = "as_of__year"
    tones = {"status": {SignOff.DRAFT: "draft", SignOff.CHECKED: "due", SignOff.SIGNED: "good"}}
    list_display = [
        "kind",
        "unit",
        "as_of",
        "rendering",
        "status",
        "document_number",
        "code",
        "requested_at",
    ]
    list_filter = ["kind", RenderingFilter, "status", "notice"]
    search_fields = ["title", "document_number", "code"]
    list_select_related = ["requested_by", "unit", "job"]

    def years(self) -> list[int]:
        """Of the days that reports are of; some are of no notice."""
        return [day.year for day in Report.objects.dates("as_of", "year", order="DESC")]

    @admin.display(description="生成状态", ordering="job__status")
    def rendering(self, report: Report) -> SafeString:
        return chip(report.job.label, JOB_TONES.get(report.job.status, "info"))


@admin.register(ReportBatch)
class ReportBatchAdmin(WithRecordPage[ReportBatch], ReadOnlyAdmin[ReportBatch]):
    """Adding is asking for a report of every unit; a batch's own page shows how they fare."""

    page = BatchPage(ADMIN, OF_BATCHES)
    group = DeskGroup.REPORTS
    rank = 2
    list_display = ["__str__", "notice", "as_of", "requested_by", "requested_at", "cancelled_at"]
    list_filter = ["notice"]
    list_select_related = ["notice", "requested_by"]


@admin.register(BookletMaking)
class BookletMakingAdmin(WithRecordPage[BookletMaking], ReadOnlyAdmin[BookletMaking]):
    """The booklet of each edition: how it fares, why it failed, and the button to try again."""

    page = BookletPage(ADMIN, OF_BOOKLETS)
    group = DeskGroup.REPORTS
    list_display = ["edition", "state", "tries", "error"]
    list_filter = ["job__status"]
    list_select_related = ["edition__catalogue", "job"]

    @admin.display(description="制作状态")
    def state(self, making: BookletMaking) -> str:
        return making.state

    @admin.display(description="已尝试次数")
    def tries(self, making: BookletMaking) -> int:
        return making.job.tries

    @admin.display(description="失败原因")
    def error(self, making: BookletMaking) -> str:
        return making.job.error
