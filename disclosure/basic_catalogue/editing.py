"""How the office keeps the duties: their codes, their order, the units that owe them, and their end (停用).

A duty is never deleted: what was published under it stays, and so does its place in earlier editions.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from disclosure.basic_catalogue.rows import in_tree_order
from disclosure.models import BasicCatalogue, CatalogueEntry, EntryUnit
from ninghai.accounts.roles import acts_as
from ninghai.models import AuditEntry, Role, Unit, User
from ninghai.models.state_machine import require

UP, DOWN = "up", "down"
FEWEST_DIGITS = 2


def may_keep(user: User) -> bool:
    """The office keeps the basic catalogue."""
    return acts_as(user, Role.OFFICE)


def next_code(catalogue: BasicCatalogue, parent: CatalogueEntry | None) -> str:
    """The code that a new duty gets: its heading's and the next number, two digits at least."""
    stem = parent.code if parent else ("" if catalogue.position == 0 else f"{catalogue.code}-")
    number = catalogue.entries.filter(parent=parent).count() + 1
    while CatalogueEntry.objects.filter(code=f"{stem}{number:0{FEWEST_DIGITS}}").exists():
        number += 1
    return f"{stem}{number:0{FEWEST_DIGITS}}"


def last_position(catalogue: BasicCatalogue) -> int:
    return catalogue.entries.aggregate(last=Max("position"))["last"] or 0


def renumber(catalogue: BasicCatalogue) -> None:
    """Let the positions follow the tree, so that a flat list in their order is the tree read from top to bottom."""
    entries = list(in_tree_order(catalogue.entries.order_by("position", "code")))
    moved = []
    for position, entry in enumerate(entries, start=1):
        if entry.position != position:
            entry.position = position
            moved.append(entry)
    CatalogueEntry.objects.bulk_update(moved, ["position"])


@transaction.atomic
def move_entry(*, entry: CatalogueEntry, direction: str, by: User, at: datetime) -> bool:
    """Change places with the neighbour above or below under the same heading; False at the end of the row."""
    require(may_keep(by))
    catalogue = lock_catalogue(entry)
    siblings = list(catalogue.entries.filter(parent=entry.parent).order_by("position", "code"))
    place = siblings.index(entry)
    other = place - 1 if direction == UP else place + 1
    if direction not in {UP, DOWN} or not 0 <= other < len(siblings):
        return False
    here, there = siblings[place], siblings[other]
    here.position, there.position = there.position, here.position
    CatalogueEntry.objects.bulk_update([here, there], ["position"])
    renumber(catalogue)
    detail = {"direction": direction, "past": there.name}
    AuditEntry.objects.record(action="edit", target=entry, by=by, at=at, detail=detail)
    return True


@transaction.atomic
def retire_entry(*, entry: CatalogueEntry, by: User, at: datetime, reason: str = "") -> list[CatalogueEntry]:
    """End the duty and all below it today (停用); what was published under them stays. Returns what was ended."""
    require(may_keep(by))
    catalogue, today = lock_catalogue(entry), timezone.localtime(at).date()
    ended = [each for each in _with_all_below(catalogue, entry) if _stands(each, on=today)]
    CatalogueEntry.objects.filter(pk__in=[each.pk for each in ended]).update(retired_on=today)
    for each in ended:
        detail = {"fields": ["retired_on"], "retired_on": today.isoformat()}
        AuditEntry.objects.record(action="edit", target=each, by=by, at=at, reason=reason, detail=detail)
    return ended


@transaction.atomic
def restore_entry(*, entry: CatalogueEntry, by: User, at: datetime) -> CatalogueEntry:
    """Let an ended duty stand again; its heading must stand first."""
    require(may_keep(by))
    lock_catalogue(entry)
    entry.refresh_from_db()
    if entry.parent and not _stands(entry.parent, on=timezone.localtime(at).date()):
        raise ValidationError(f"上级事项“{entry.parent}”已经停用，请先恢复它。")
    CatalogueEntry.objects.filter(pk=entry.pk).update(retired_on=None)
    AuditEntry.objects.record(action="edit", target=entry, by=by, at=at, detail={"fields": ["retired_on"]})
    entry.refresh_from_db()
    return entry


def let_units_owe(*, entry: CatalogueEntry, units: Iterable[Unit]) -> list[Unit]:
    """Add the units that do not owe the duty yet; return them."""
    owing = set(entry.owed_by.values_list("unit", flat=True))
    new = [unit for unit in dict.fromkeys(units) if unit.pk not in owing]
    EntryUnit.objects.bulk_create([EntryUnit(entry=entry, unit=unit) for unit in new])
    return new


def lock_catalogue(entry: CatalogueEntry) -> BasicCatalogue:
    """One person at a time changes the tree, until the transaction ends."""
    return BasicCatalogue.objects.select_for_update().get(pk=entry.catalogue_id)


def _stands(entry: CatalogueEntry, *, on: date) -> bool:
    return entry.retired_on is None or entry.retired_on > on


def _with_all_below(catalogue: BasicCatalogue, entry: CatalogueEntry) -> list[CatalogueEntry]:
    below = {entry.pk}
    found = []
    for each in in_tree_order(catalogue.entries.order_by("position", "code")):
        if each.pk in below or each.parent_id in below:
            below.add(each.pk)
            found.append(each)
    return found
