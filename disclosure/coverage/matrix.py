"""The matrix (公开覆盖图): duties by units, read from the cells of the last round; three statements, however large."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from disclosure.coverage.services import AT_FAULT
from disclosure.coverage.site_checks import site_checks
from disclosure.coverage.views import TONES
from disclosure.models import BasicCatalogue, CatalogueEntry, CoverageCell
from disclosure.models.coverage import CellState
from ninghai.calendar import clock
from ninghai.models import Unit
from ninghai.staff_site.unit_matrix import ALL, MatrixCell, MatrixLegend, MatrixRow, UnitMatrix, day_words, matrix_page
from ninghai.web.http import AuthenticatedRequest

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
    cells: dict[int, dict[int, MatrixCell]] = {}
    asked = Q(entry__in=[row.pk for row in rows])
    asked &= Q(state=wanted.state) if wanted.state else Q()
    asked &= Q(unit__kind=wanted.kind) if wanted.kind else Q()
    computed_on = date.min
    for entry, unit, pk, state, day in _cells(asked):
        cells.setdefault(entry, {})[unit] = MatrixCell(pk, state)
        computed_on = max(day, computed_on)
    return UnitMatrix.of(LEGEND, rows, cells, f"{day_words(computed_on)}计算")


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
