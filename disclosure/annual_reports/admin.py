"""The office's list of the yearly reports (年度报告): the units' as they come in, the county's made of them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from disclosure.annual_reports import past
from disclosure.annual_reports.pages import TONES, office_pages
from disclosure.models import AnnualReport
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_path
from ninghai.staff_site.record_pages import WithRecordPage


@admin.register(AnnualReport)
class AnnualReportAdmin(WithRecordPage[AnnualReport], ReadOnlyAdmin[AnnualReport]):
    page = office_pages
    group = DeskGroup.ITEMS
    rank = 3
    tones = {"status": TONES}
    list_display = ["whose", "year", "edition", "status", "reported_at"]
    list_filter = ["year", "status", "unit"]
    search_fields = ["unit__short_name"]
    list_select_related = ["unit"]

    @admin.display(description="单位", ordering="unit")
    def whose(self, report: AnnualReport) -> str:
        return report.whose

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("import/", past.importing, "disclosure_annualreport_import"),
            office_path("import/confirm/", past.confirm, "disclosure_annualreport_import_confirm"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnnualReport]:
        user = request.user
        return AnnualReport.objects.visible_to(user) if isinstance(user, User) else AnnualReport.objects.none()
