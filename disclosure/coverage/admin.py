"""公开覆盖 in the web admin: the list of cells, the findings (公开问题), their panel on the desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from disclosure.coverage.holdings import OwingUnits, public_on_day
from disclosure.coverage.services import AT_FAULT, find_cells
from disclosure.coverage.site_checks import site_checks
from disclosure.coverage.views import TONES, headings
from disclosure.models import BasicCatalogue, CatalogueEntry, CoverageCell, CoverageFinding
from disclosure.models.coverage import CellState
from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Unit, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.site import DeskPart, desk_part
from ninghai.staff_site.unit_matrix import (
    ALL,
    MatrixCell,
    MatrixLegend,
    MatrixRow,
    PlacedCell,
    UnitMatrix,
    day_words,
    matrix_page,
)
from ninghai.web.http import AuthenticatedRequest

# The matrix (公开覆盖图): duties by units, read from the cells of the last round; three statements, however large.

STATES = (
    CellState.EMPTY,
    CellState.STALE,
    CellState.LATE,
    CellState.SOON,
    CellState.CURRENT,
    CellState.PENDING,
)  # the most urgent first
NAME_CHARACTERS = 24
LEGEND = MatrixLegend(
    states=STATES,
    late=AT_FAULT,
    done=[state for state in STATES if state not in AT_FAULT],
    ended=(),
    heads=("公开事项", "缺", "不缺"),
    foot=[("缺", "late"), ("应公开", "asked")],
    summary="应公开{0.asked}项，其中空白或逾期未更新{0.late}项",
    row_param="entry",
    state_param="state",
    cell_page="admin:disclosure_coveragecell_change",
    tones=TONES,
)

ON_THE_DESK = (CellState.EMPTY, CellState.STALE, CellState.SOON)

# What is read.


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Which cells are wanted; what is empty narrows nothing."""

    catalogue: str = ""  # its code
    heading: str = ""  # code of a heading of the first level
    kind: str = ""  # of units
    state: str = ""


def read_matrix(wanted: CoverageFilter) -> UnitMatrix:
    """The cells as they are narrowed."""
    rows = list(_rows(wanted))
    cells: list[PlacedCell] = []
    asked = Q(entry__in=[row.pk for row in rows])
    asked &= Q(unit__kind=wanted.kind) if wanted.kind else Q()
    computed_on = date.min
    for entry, unit, pk, state, day in _cells(asked):
        cells.append((entry, unit, MatrixCell(pk, state)))
        computed_on = max(day, computed_on)
    return UnitMatrix.of(LEGEND, rows, cells, f"{day_words(computed_on)}计算", state=wanted.state)


def _cells(asked: Q) -> Iterator[tuple[int, int, int, str, date]]:
    rows = CoverageCell.objects.filter(asked).order_by()
    return rows.values_list("entry_id", "unit_id", "pk", "state", "computed_on").iterator()


def _rows(wanted: CoverageFilter) -> Iterator[MatrixRow]:
    """The duties below each heading of the first level, catalogue by catalogue."""
    children: dict[int | None, list[CatalogueEntry]] = {}
    ordered = CatalogueEntry.objects.select_related("catalogue").order_by(
        "catalogue__position", "catalogue__code", "position", "code"
    )
    for entry in ordered:
        children.setdefault(entry.parent_id, []).append(entry)
    for top in children.get(None, []):
        if wanted.catalogue in {"", top.catalogue.code} and wanted.heading in {"", top.code}:
            yield from _duties(top, children, section=top.name)


def _duties(
    entry: CatalogueEntry, children: Mapping[int | None, list[CatalogueEntry]], *, section: str, above: str = ""
) -> Iterator[MatrixRow]:
    """The duties at the ends of the tree, each with the headings over it."""
    if entry.pk not in children:
        yield _row(entry, section=section, above=above)
    path = f"{above} > {entry.name}" if above else entry.name
    for child in children.get(entry.pk, []):
        yield from _duties(child, children, section=section, above=path)


def _row(entry: CatalogueEntry, *, section: str, above: str) -> MatrixRow:
    head = Truncator(entry.name).chars(NAME_CHARACTERS)
    return MatrixRow(
        pk=entry.pk,
        key=entry.code,
        section=section,
        head=head,
        beside="",
        option=f"{entry.code} {head}",
        label=entry.name,
        title=entry.name,
        text=above,
    )


def headings_of_the_first_level() -> list[tuple[str, str]]:
    """Code and name, as a filter offers them."""
    tops = CatalogueEntry.objects.filter(parent=None).order_by("catalogue__position", "position", "code")
    return list(tops.values_list("code", "name"))


# The page, and how it is narrowed; every choice is closed, and what is none of them shows nothing and says so.


class MatrixForm(forms.Form):
    """公开覆盖图的筛选."""

    catalogue = forms.ChoiceField(label="目录", required=False)
    heading = forms.ChoiceField(label="一级事项", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False, choices=[ALL, *Unit.Kind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[ALL, *((str(state), state.label) for state in STATES)]
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._offer("catalogue", list(BasicCatalogue.objects.values_list("code", "name")))
        self._offer("heading", headings_of_the_first_level())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [ALL, *choices]

    @property
    def wanted(self) -> CoverageFilter:
        return CoverageFilter(**self.cleaned_data)


@require_safe
def matrix(request: AuthenticatedRequest) -> HttpResponse:
    """公开覆盖图 as it is narrowed; `?unit=` and `?entry=` choose one column or one row of it."""
    form = MatrixForm(request.GET.dict())
    shown = read_matrix(form.wanted) if form.is_valid() else None
    return matrix_page(
        request,
        "admin/disclosure/coverage/matrix.html",
        name="公开覆盖图",
        trail=[("公开覆盖", reverse("admin:disclosure_coveragecell_changelist"))],
        form=form,
        shown=shown,
        site=lambda: site_checks(at=clock.now()),
    )


# The list of cells with its filters and files, the matrix, and the page of one cell.

NEWEST = 10  # items and findings that a cell shows


@admin.register(CoverageCell)
class CoverageCellAdmin(ReadOnlyAdmin[CoverageCell]):
    """As the last round found it; the page of a cell says how it stands now."""

    group = DeskGroup.CATALOGUE
    rank = 1
    tones = {"state": TONES}
    list_display = ("entry", "unit", "state", "due_on", "days_late", "last_published_on", "items", "computed_on")
    list_filter = ("state", "entry__catalogue", "unit__kind", "unit")
    search_fields = ("entry__name", "entry__code", "unit__short_name")
    list_select_related = ("entry", "unit")
    ordering = ("-days_late", "entry__position", "unit__position", "pk")

    def get_urls(self) -> list[URLPattern]:
        return [office_path("matrix/", matrix, "disclosure_coverage_matrix"), *super().get_urls()]

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        cells = CoverageCell.objects.select_related("entry__catalogue", "unit", "last_item")
        return cell_page(request, get_object_or_404(cells, pk=pk))


def cell_page(request: AuthenticatedRequest, cell: CoverageCell) -> HttpResponse:
    """One duty of one unit: how it stands now and how that was found, the last items, the findings."""
    today = clock.today()
    found = find_cells(on=today, calendar=WorkCalendar.load(), unit=cell.unit, entry=cell.entry)
    now = next(found, None)
    units = OwingUnits.read(on=today).units_behind(cell.unit_id)
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


# 公开问题: what is missing and what was, unit by unit; narrowed, and taken along as a file.


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
    rank = 2
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


# 公开覆盖 on the office's desk.
@desk_part(order=20)
def coverage(user: User, on: date, year: int | None) -> DeskPart:
    """What is missing, late and due soon, as the last round found it; and the interpretations that did not come."""
    matrix = reverse("admin:disclosure_coverage_matrix")
    counts = dict(CoverageCell.objects.order_by().values_list("state").annotate(Count("pk")))
    missing = CoverageFinding.Kind.NO_INTERPRETATION
    number = CoverageFinding.objects.filter(kind=missing, closed_on=None).count()
    findings = f"{reverse('admin:disclosure_coveragefinding_changelist')}?open=yes&kind__exact={missing}"
    rows = [(state.label, counts.get(state, 0), f"{matrix}?state={state}", TONES[state]) for state in ON_THE_DESK]
    rows.append((missing.label, number, findings, "late"))
    shown = {"rows": [row for row in rows if row[1]], "asked": sum(counts.values()), "matrix": matrix}
    return DeskPart("admin/disclosure/coverage/_desk.html", shown)
