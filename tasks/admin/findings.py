"""抽查结论 in the admin: what was found, with what followed."""

from django.contrib import admin

from ninghai.office.model_admin import ReadOnlyAdmin
from tasks.admin.filters import PartFilter
from tasks.models import Finding


class FindingPartFilter(PartFilter):
    point = "drawn__assignment__task__point"


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin[Finding]):
    list_display = ["drawn", "outcome", "score", "passed", "note", "rectify_by_date", "recorded_by", "recorded_at"]
    list_filter = ["outcome", "passed", "drawn__spot_check", FindingPartFilter]
    search_fields = ["note", "drawn__assignment__key", "drawn__assignment__unit__short_name"]
    date_hierarchy = "rectify_by_date"
    list_select_related = [
        "drawn__spot_check",
        "drawn__assignment__task__point__notice",
        "drawn__assignment__unit",
        "recorded_by",
    ]
