"""Duty × unit (公开覆盖): how every duty of every unit stands on a day, and the table that the matrix is read from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from disclosure.coverage.holdings import Holding, OwingUnits, read_holdings
from disclosure.coverage.limits import Days, DutyRule
from disclosure.coverage.status import DutyStatus, standing
from disclosure.models import CatalogueEntry, CoverageCell
from disclosure.models.coverage import CellState
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Unit

LOCK = 330226_04  # no other advisory lock of the portal has this number
AT_FAULT = frozenset({CellState.EMPTY, CellState.STALE})  # owed, and not there
PIECE = 2000  # rows written at once
COMPUTED = ["last_item", "last_published_on", "items", "due_on", "days_late", "state", "computed_on"]


@dataclass(frozen=True, slots=True)
class FoundCell:
    """How a duty stands for a unit."""

    entry: CatalogueEntry
    unit: int
    holding: Holding | None
    standing: DutyStatus

    def cell(self, *, on: date) -> CoverageCell:
        """As the table keeps it."""
        return CoverageCell(
            entry=self.entry,
            unit_id=self.unit,
            last_item_id=self.holding.last if self.holding else None,
            last_published_on=self.holding.held.last.public_on if self.holding else None,
            items=self.holding.items if self.holding else 0,
            due_on=self.standing.due_on,
            days_late=self.standing.days_late,
            state=self.standing.state,
            computed_on=on,
        )


def find_cells(
    *, on: date, calendar: WorkCalendar, unit: Unit | None = None, entry: CatalogueEntry | None = None
) -> Iterator[FoundCell]:
    """Every duty that is owed at the end of the day; or those of one unit, or one of them."""
    owing = OwingUnits.read(on=on)
    asked = [
        key for key in owing.since if (entry is None or key[0] == entry.pk) and (unit is None or key[1] == unit.pk)
    ]
    holdings = read_holdings(
        owing, duties={duty for duty, _ in asked}, units=owing.units_behind(unit.pk) if unit else None
    )
    rules = {duty: DutyRule.of(owing.entries[duty]) for duty, _ in asked}
    days = Days(calendar)
    for duty, owes in asked:
        holding = holdings.get((duty, owes))
        held = holding.held if holding else None
        rule = rules[duty].for_unit(is_county_office=owes in owing.offices)
        stands = standing(rule, held, since=owing.since[duty, owes], on=on, days=days)
        yield FoundCell(owing.entries[duty], owes, holding, stands)


@transaction.atomic
def recompute_cells(*, on: date) -> list[FoundCell]:
    """Bring the table to how everything stands at the end of the day; what is owed no more leaves it."""
    with connection.cursor() as cursor:  # of two at once, one waits
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = list(find_cells(on=on, calendar=WorkCalendar.load()))
    CoverageCell.objects.bulk_create(
        [each.cell(on=on) for each in found],
        batch_size=PIECE,
        update_conflicts=True,
        unique_fields=["entry", "unit"],
        update_fields=COMPUTED,
    )
    still_owed = {(each.entry.pk, each.unit) for each in found}
    kept = CoverageCell.objects.values_list("pk", "entry", "unit").iterator()
    CoverageCell.objects.filter(pk__in=[pk for pk, *key in kept if tuple(key) not in still_owed]).delete()
    return found
