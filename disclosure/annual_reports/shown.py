"""A report as it is looked at: its tables with what each cell opens, and what stands behind one cell."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from disclosure.annual_reports import register
from disclosure.annual_reports.blanks import COUNT, Blank, BlankRow, BlankTable, ReportCell, blank_of
from disclosure.annual_reports.county import UnitShare
from disclosure.annual_reports.figures import NOT_APPLICABLE, Value, value_at
from disclosure.annual_reports.tally import RequestFacts, is_counted
from disclosure.items.page import CASE_PAGES
from disclosure.models import AnnualReport
from disclosure.requests.rules.answers import ANSWERS
from ninghai.models import Case, User

NOUGHT = (None, 0, NOT_APPLICABLE)
LABELS = {answer.code: answer.label for answer in ANSWERS}


# A table.


@dataclass(frozen=True, slots=True)
class ShownCell:
    """What stands in a column of a row, and the address of what is behind it."""

    column: str
    value: Value
    url: str = ""

    @property
    def is_nought(self) -> bool:
        return self.value in NOUGHT


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: BlankRow
    cells: list[ShownCell]

    @property
    def is_nought(self) -> bool:
        """Whether it says nothing: on a phone it is left out."""
        return all(cell.is_nought for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ShownTable:
    table: BlankTable
    rows: list[ShownRow]

    @classmethod
    def of(cls, table: BlankTable, report: AnnualReport, *, opens: str) -> "ShownTable":
        """`opens`: the address below which cells open, empty where nothing stands behind them."""
        return cls(table, [ShownRow(row, list(_cells(table, row, report, opens))) for row in table.rows])

    @property
    def noughts(self) -> int:
        return sum(row.is_nought for row in self.rows)

    @property
    def is_nought(self) -> bool:
        return self.noughts == len(self.rows)


def _cells(table: BlankTable, row: BlankRow, report: AnnualReport, opens: str) -> Iterable[ShownCell]:
    for column in table.columns:
        cell = ReportCell(table.key, row.key, column)
        shown = ShownCell(column, value_at(report.figures, cell))
        has_more = opens and not shown.is_nought and (report.unit_id is None or is_counted(cell))
        yield ShownCell(column, shown.value, f"{opens}?{urlencode(cell._asdict())}") if has_more else shown


# What is behind a cell.


def cell_named(blank: Blank, named: Mapping[str, str]) -> tuple[ReportCell, str]:
    """The cell that the address names, and what it is called; Http404 where the form has no such cell."""
    cell = ReportCell(*(named.get(name, "") for name in ReportCell._fields))
    if cell not in blank.cells():
        raise Http404("表样里没有这一格。")
    table = blank.table(cell.table)
    row = next(row for row in table.rows if row.key == cell.row)
    name = row.label if row.key == row.label else f"{row.key} {row.label}"
    return cell, f"表{table.key}“{name}”{'' if cell.column == COUNT else f'：{cell.column}'}"


@dataclass(frozen=True, slots=True)
class CountedCell:
    """The requests that the register counts in a cell, with the address of each that this person may open."""

    rows: list[tuple[RequestFacts, str, str]]  # with its answer in words and its address
    hidden: int  # how many besides this person may not know of

    @property
    def count(self) -> int:
        return len(self.rows) + self.hidden


def counted_cell(report: AnnualReport, cell: ReportCell, *, user: User, mount: str) -> CountedCell:
    blank = blank_of(report.year)
    behind = register.counted(report).behind(cell, blank) if is_counted(cell) else []
    visible = Case.objects.visible_to(user).filter(pk__in={each.case for each in behind})
    known = visible.values_list("pk", "kind", "information_request", "opinion_event")
    pages = {pk: CASE_PAGES[mount][kind] if any(kept) else "" for pk, kind, *kept in known}
    rows = [
        (each, LABELS.get(each.answer, ""), reverse(pages[each.case], args=[each.case]) if pages[each.case] else "")
        for each in sorted(behind, key=lambda each: (each.received_on, each.case))
        if each.case in pages
    ]
    return CountedCell(rows, len(behind) - len(rows))


def parts_of(
    told: Iterable[UnitShare], cell: ReportCell, *, url: Callable[[UnitShare], str]
) -> list[tuple[UnitShare, Value, str]]:
    """Each unit's part of a cell of the county's, what is nought last."""
    parts = [(share, share.of(cell), url(share)) for share in told if share.is_in]
    return sorted(parts, key=lambda part: part[1] in NOUGHT)
