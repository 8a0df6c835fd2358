"""The matrix (公开覆盖图): duties by units, read from the cells of the last round; three statements, however large."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from disclosure.coverage.cells import AT_FAULT
from disclosure.models import CatalogueEntry, CoverageCell
from disclosure.models.coverage import CellState
from ninghai.models import Unit


class CoverageMatrixCell(NamedTuple):
    pk: int
    state: str


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Which cells are wanted; what is empty narrows nothing."""

    catalogue: str = ""  # its code
    heading: str = ""  # code of a heading of the first level
    kind: str = ""  # of units
    state: str = ""


class CoverageTotals:
    """What stands at the end of a row or a column."""

    def __init__(self, cells: Collection[CoverageMatrixCell]) -> None:
        self.states = Counter(cell.state for cell in cells)
        self.owed = len(cells)

    @property
    def missing(self) -> int:
        """空白 and 逾期未更新."""
        return sum(self.states[state] for state in AT_FAULT)

    @property
    def kept_words(self) -> str:
        """How many of how many are not missing."""
        return f"{self.owed - self.missing}/{self.owed}"


@dataclass(frozen=True)
class Matrix:
    """Sections of duties in the order of the catalogue, units in theirs, and the cells where a unit owes a duty."""

    sections: list[tuple[str, list[CatalogueEntry]]]
    units: list[Unit]
    cells: Mapping[int, Mapping[int, CoverageMatrixCell]]  # by duty and unit
    computed_on: date | None

    @property
    def entries(self) -> Iterator[CatalogueEntry]:
        for _, entries in self.sections:
            yield from entries

    def row(self, entry: CatalogueEntry) -> Mapping[int, CoverageMatrixCell]:
        return self.cells.get(entry.pk, {})

    def column(self, unit: Unit) -> dict[int, CoverageMatrixCell]:
        return {entry: row[unit.pk] for entry, row in self.cells.items() if unit.pk in row}

    @cached_property
    def of_units(self) -> dict[int, CoverageTotals]:
        columns: dict[int, list[CoverageMatrixCell]] = {}
        for row in self.cells.values():
            for unit, cell in row.items():
                columns.setdefault(unit, []).append(cell)
        return {unit: CoverageTotals(cells) for unit, cells in columns.items()}

    @cached_property
    def total(self) -> CoverageTotals:
        return CoverageTotals([cell for row in self.cells.values() for cell in row.values()])


def read_matrix(wanted: CoverageFilter) -> Matrix:
    """The cells as they are narrowed; rows and columns without one are left out."""
    sections = list(_sections(wanted))
    cells: dict[int, dict[int, CoverageMatrixCell]] = {}
    asked = Q(entry__in=[entry.pk for _, entries in sections for entry in entries])
    asked &= Q(state=wanted.state) if wanted.state else Q()
    asked &= Q(unit__kind=wanted.kind) if wanted.kind else Q()
    computed_on = None
    for entry, unit, pk, state, day in _rows(asked):
        cells.setdefault(entry, {})[unit] = CoverageMatrixCell(pk, state)
        computed_on = max(day, computed_on or day)
    named = {unit for row in cells.values() for unit in row}
    kept = ((title, [entry for entry in entries if entry.pk in cells]) for title, entries in sections)
    return Matrix(
        sections=[(title, entries) for title, entries in kept if entries],
        units=[unit for unit in Unit.objects.order_by("position", "code") if unit.pk in named],
        cells=cells,
        computed_on=computed_on,
    )


def _rows(asked: Q) -> Iterator[tuple[int, int, int, str, date]]:
    rows = CoverageCell.objects.filter(asked).order_by()
    return rows.values_list("entry_id", "unit_id", "pk", "state", "computed_on").iterator()


def _sections(wanted: CoverageFilter) -> Iterator[tuple[str, list[CatalogueEntry]]]:
    """Each heading of the first level with the duties below it, catalogue by catalogue."""
    children: dict[int | None, list[CatalogueEntry]] = {}
    ordered = CatalogueEntry.objects.select_related("catalogue").order_by(
        "catalogue__position", "catalogue__code", "position", "code"
    )
    for entry in ordered:
        children.setdefault(entry.parent_id, []).append(entry)
    for top in children.get(None, []):
        is_asked = wanted.catalogue in {"", top.catalogue.code} and wanted.heading in {"", top.code}
        if is_asked:
            yield top.name, list(_duties(top, children))


def _duties(entry: CatalogueEntry, children: Mapping[int | None, list[CatalogueEntry]]) -> Iterator[CatalogueEntry]:
    """The duties at the ends of the tree."""
    if entry.pk not in children:
        yield entry
    for child in children.get(entry.pk, []):
        yield from _duties(child, children)


def headings_of_the_first_level() -> list[tuple[str, str]]:
    """Code and name, as a filter offers them."""
    tops = CatalogueEntry.objects.filter(parent=None).order_by("catalogue__position", "position", "code")
    return list(tops.values_list("code", "name"))


STATES = (
    CellState.EMPTY,
    CellState.STALE,
    CellState.LATE,
    CellState.SOON,
    CellState.CURRENT,
    CellState.PENDING,
)  # the most urgent first
