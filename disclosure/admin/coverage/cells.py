"""The list of cells with its filters and files, the matrix, and the page of one cell."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse

from disclosure.admin.coverage.page import matrix
from disclosure.coverage.cells import find_cells
from disclosure.coverage.holdings import public_on_day
from disclosure.coverage.owing import Owing
from disclosure.coverage.unit_list import TONES, headings
from disclosure.models import CoverageCell, CoverageFinding
from disclosure.models.coverage import CellState
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.groups import DeskGroup
from ninghai.office.model_admin import ReadOnlyAdmin
from ninghai.office.pages import office_page, office_path
from ninghai.workdays import WorkCalendar

NEWEST = 10  # items and findings that a cell shows


@admin.register(CoverageCell)
class CoverageCellAdmin(ReadOnlyAdmin[CoverageCell]):
    """As the last round found it; the page of a cell says how it stands now."""

    group = DeskGroup.CATALOGUE
    list_display = ("entry", "unit", "state", "due_on", "days_late", "last_published_on", "items", "computed_on")
    list_filter = ("state", "entry__catalogue", "unit__kind", "unit")
    search_fields = ("entry__name", "entry__code", "unit__short_name")
    list_select_related = ("entry", "unit")
    ordering = ("-days_late", "entry__position", "unit__position", "pk")

    def get_urls(self) -> list[URLPattern]:
        return [office_path("matrix/", matrix, "disclosure_coverage_matrix"), *super().get_urls()]

    def change_view(self, request: AuthenticatedRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        require(self.has_view_permission(request))
        if not object_id.isdecimal():
            raise Http404
        cells = CoverageCell.objects.select_related("entry__catalogue", "unit", "last_item")
        return cell_page(request, get_object_or_404(cells, pk=int(object_id)))


def cell_page(request: AuthenticatedRequest, cell: CoverageCell) -> HttpResponse:
    """One duty of one unit: how it stands now and how that was found, the last items, the findings."""
    today = clock.today()
    found = find_cells(on=today, calendar=WorkCalendar.load(), unit=cell.unit, entry=cell.entry)
    now = next(found, None)
    units = Owing.read(on=today).units_behind(cell.unit_id)
    items = public_on_day(today).filter(entry=cell.entry, unit__in=units).order_by("-public_on", "-pk")
    findings = CoverageFinding.objects.filter(entry=cell.entry, unit=cell.unit)
    return office_page(
        request,
        "admin/disclosure/coverage/cell.html",
        title=f"{cell.unit}：{cell.entry}",
        trail=[
            ("公开覆盖", reverse("admin:disclosure_coveragecell_changelist")),
            ("公开覆盖图", reverse("admin:disclosure_coverage_matrix")),
        ],
        cell=cell,
        above=headings().get(cell.entry.parent_id or 0, ""),
        now=now.standing if now else None,
        tone=TONES[now.standing.state] if now else "",
        state_then=CellState(cell.state),
        items=items.defer("summary", "body", "title_vector", "text_vector")[:NEWEST],
        findings=findings[:NEWEST],
        today=today,
    )
