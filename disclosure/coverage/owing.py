"""Who owes which duty on a day (公开责任).

A heading counts by the duties below it: a unit named at a heading owes each of them, unless a duty names its own units.
What a dissolved unit owed, its heir owes (职责承接单位). A retired duty, or one below a retired heading, is owed by nobody,
and neither is what is given on request only (依申请公开).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from disclosure.models import CatalogueEntry, EntryUnit
from disclosure.states import DisclosureMethod
from ninghai.models import Unit

Key = tuple[int, int]  # a duty and a unit


@dataclass(frozen=True)
class Owing:
    """The duties of a day and who owes them; `since` is the day from which a unit owes it, where somebody said so."""

    on: date
    entries: Mapping[int, CatalogueEntry]
    since: Mapping[Key, date | None]
    heirs: Mapping[int, int]  # by unit: who stands in for it on the day
    offices: frozenset[int] = frozenset()  # the county's own office

    @classmethod
    def read(cls, *, on: date) -> "Owing":
        entries = {entry.pk: entry for entry in CatalogueEntry.objects.all()}
        units = {unit.pk: unit for unit in Unit.objects.only("pk", "kind", "valid_until", "successor")}
        heirs = _heirs(units, on)
        since = {
            (entry, heirs[unit]): day
            for entry, named in _named(entries, on=on).items()
            for unit, day in sorted(named.items(), key=lambda each: each[0] == heirs.get(each[0]))  # one's own day wins
            if unit in heirs
        }
        offices = frozenset(pk for pk, unit in units.items() if unit.kind == Unit.Kind.OFFICE)
        return cls(on=on, entries=entries, since=since, heirs=heirs, offices=offices)

    @cached_property
    def duties(self) -> frozenset[int]:
        return frozenset(entry for entry, _ in self.since)

    def units_behind(self, unit: int) -> set[int]:
        """The unit and those for which it stands in."""
        return {each for each, heir in self.heirs.items() if heir == unit}


def _named(entries: Mapping[int, CatalogueEntry], *, on: date) -> dict[int, dict[int, date | None]]:
    """By duty in use: the units named for it, there or at the nearest heading that names any."""
    named: dict[int, dict[int, date | None]] = {}
    in_force = EntryUnit.objects.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on))
    for each in in_force:
        named.setdefault(each.entry_id, {})[each.unit_id] = each.since
    headings = {entry.parent_id for entry in entries.values()}
    found = {}
    for entry in entries.values():
        line = list(_upwards(entry, entries))
        is_retired = any(each.retired_on and each.retired_on <= on for each in line)
        if entry.pk not in headings and not is_retired and entry.method == DisclosureMethod.PROACTIVE:
            found[entry.pk] = next((named[each.pk] for each in line if each.pk in named), {})
    return found


def _upwards(entry: CatalogueEntry, entries: Mapping[int, CatalogueEntry]) -> Iterator[CatalogueEntry]:
    """The duty and the headings above it."""
    passed: set[int] = set()
    while entry.pk not in passed:  # who made a circle of headings sees no endless page
        passed.add(entry.pk)
        yield entry
        entry = entries.get(entry.parent_id or 0, entry)


def _heirs(units: Mapping[int, Unit], on: date) -> dict[int, int]:
    """Each unit's own number while it exists, later its successor's; who ended without one is not there."""
    heirs = {}
    for pk, unit in units.items():
        for _ in range(len(units)):
            if unit.valid_until is None or unit.valid_until >= on or unit.successor_id is None:
                break
            unit = units[unit.successor_id]
        if unit.valid_until is None or unit.valid_until >= on:
            heirs[pk] = unit.pk
    return heirs
