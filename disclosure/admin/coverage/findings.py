"""公开问题: what is missing and what was, unit by unit; narrowed, and taken along as a file."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from disclosure.models import CoverageCell, CoverageFinding
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import ReadOnlyAdmin


class OpenFilter(admin.SimpleListFilter):
    """Whether it is mended."""

    title = "是否消除"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("yes", "尚未消除"), ("no", "已消除")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kept: dict[str | None, Q] = {"yes": Q(closed_on=None), "no": ~Q(closed_on=None)}
        return queryset.filter(kept.get(self.value(), Q()))


@admin.register(CoverageFinding)
class CoverageFindingAdmin(ReadOnlyAdmin[CoverageFinding]):
    group = DeskGroup.CATALOGUE
    list_display = ("words", "kind", "unit", "due_on", "opened_on", "closed_on")
    list_filter = (OpenFilter, "kind", "unit__kind", "unit")
    search_fields = ("words", "unit__short_name", "entry__name")
    date_hierarchy = "opened_on"
    list_select_related = ("unit",)
    fields = ("words", "kind", "unit", "entry", "item", "due_on", "opened_on", "closed_on", "cell")

    def get_readonly_fields(self, request: HttpRequest, obj: CoverageFinding | None = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description="公开覆盖")
    def cell(self, finding: CoverageFinding) -> SafeString | str:
        """The page of the duty and unit, while the unit owes it."""
        cell = CoverageCell.objects.filter(entry=finding.entry, unit=finding.unit).first() if finding.entry_id else None
        if cell is None:
            return "—"
        return format_html('<a href="{}">查看</a>', reverse("admin:disclosure_coveragecell_change", args=[cell.pk]))
