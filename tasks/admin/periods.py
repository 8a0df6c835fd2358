"""报送周期 in the admin: the office may set its own before issuing, and correct those for which nobody has reported."""

from django.contrib import admin
from django.http import HttpRequest

from ninghai.models import Role
from ninghai.office.model_admin import OfficeModelAdmin
from tasks.models import ReportingPeriod


@admin.register(ReportingPeriod)
class PeriodAdmin(OfficeModelAdmin[ReportingPeriod]):
    editors = frozenset({Role.OFFICE})
    list_display = ["notice", "name", "start", "end", "due_date"]
    list_filter = ["notice"]
    list_select_related = ["notice"]

    def has_change_permission(self, request: HttpRequest, obj: ReportingPeriod | None = None) -> bool:
        is_used = obj is not None and obj.reports.exists()
        return super().has_change_permission(request, obj) and not is_used
