"""Importing a table (导入目录): applied whole or not at all, and only as it was shown."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.basic_catalogue.changes import summary
from disclosure.basic_catalogue.keeping import may_keep, renumber
from disclosure.basic_catalogue.rows import PLAIN
from disclosure.basic_catalogue.workbook.proposal import Import, Planned, propose
from disclosure.basic_catalogue.workbook.reading import CatalogueSheet
from disclosure.models import BasicCatalogue, CatalogueEntry, EntryUnit
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require


@transaction.atomic
def import_catalogue(
    *, catalogue: BasicCatalogue, sheet: CatalogueSheet, is_retiring: bool, seen: str, by: User, at: datetime
) -> Import:
    """Make the catalogue what the table says; with `is_retiring` what the table does not have is ended (停用).

    `seen` is the preview that the person was shown: StaleError when the catalogue has changed since then. Raises
    ValidationError with every error when the table has any.
    """
    require(may_keep(by))
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    today = timezone.localtime(at).date()
    found = propose(sheet, catalogue=locked, on=today, is_retiring=is_retiring)
    if found.problems:
        raise ValidationError([str(problem) for problem in found.problems])
    if found.seen != seen:
        raise StaleError(catalogue)
    changes = found.changes
    known = {entry.code: entry for entry in locked.entries.all()}
    for planned in found.planned:
        known[planned.row["code"]] = _keep(locked, planned, known)
    if is_retiring:
        CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in found.missing]).update(retired_on=today)
    _order(found, known)
    renumber(locked)
    detail = {"changes": summary(changes), "codes": [change["code"] for change in changes][:500]}
    AuditEntry.objects.record(action="import_catalogue", target=locked, by=by, at=at, detail=detail)
    return found


def _keep(catalogue: BasicCatalogue, planned: Planned, known: dict[str, CatalogueEntry]) -> CatalogueEntry:
    if planned.entry and planned.row == planned.was:
        return planned.entry
    entry = planned.entry or CatalogueEntry(catalogue=catalogue)
    entry.parent = known[planned.row["parent"]] if planned.row["parent"] else None
    for name in PLAIN:
        setattr(entry, name, planned.row[name])  # type: ignore[literal-required]
    entry.save()
    if planned.units is not None and (planned.was is None or planned.was["units"] != planned.row["units"]):
        entry.owed_by.all().delete()
        EntryUnit.objects.bulk_create(
            EntryUnit(entry=entry, unit=unit, since=since, until=until) for unit, since, until in planned.units
        )
    return entry


def _order(found: Import, known: dict[str, CatalogueEntry]) -> None:
    moved = []
    for position, code in enumerate(found.order(), start=1):
        known[code].position = position
        moved.append(known[code])
    CatalogueEntry.objects.bulk_update(moved, ["position"])
