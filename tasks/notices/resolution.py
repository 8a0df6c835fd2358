"""From a name as a notice writes it to the units that it means (单位识别).

A name is compared after folding full and half width and dropping blanks: 各乡镇（街道） is 各乡镇(街道). Only units that
exist on the notice's date count, since names come and go with reforms of the county's bodies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from ninghai.folding import fold
from ninghai.models import Unit, UnitGroup


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means: units, and the group through which it means them. An open group leaves the units unsaid."""

    units: tuple[Unit, ...] = ()
    group: UnitGroup | None = None

    @property
    def is_certain(self) -> bool:
        return bool(self.units)


UNKNOWN = Meaning()


@dataclass(frozen=True, slots=True)
class Directory:
    """Every name by which a notice of one day may call a unit or a group; a name that two units share says neither."""

    units: Mapping[str, tuple[Unit, ...]]
    groups: Mapping[str, UnitGroup]
    members: Mapping[int, tuple[Unit, ...]]

    @classmethod
    def load(cls, *, on: date) -> Self:
        """The names in use on that day."""
        groups = UnitGroup.objects.prefetch_related("members")
        valid = list(Unit.objects.valid(on=on))
        valid_ids = {unit.pk for unit in valid}
        return cls(
            units=_by_name(valid),
            groups={fold(name): group for group in groups for name in group.names},
            members={group.pk: tuple(unit for unit in group.members.all() if unit.pk in valid_ids) for group in groups},
        )

    @property
    def all_units(self) -> set[Unit]:
        """Every unit of that day that has a name of its own."""
        return {unit for units in self.units.values() for unit in units}

    def look_up(self, name: str) -> Meaning:
        """The unit of that name, else the group; the members of an open group stay unsaid."""
        folded = fold(name)
        units = self.units.get(folded, ())
        if len(units) == 1:
            return Meaning(units=units)
        group = self.groups.get(folded)
        if group is None:
            return UNKNOWN
        return Meaning(units=() if group.is_open else self.members[group.pk], group=group)


def _by_name(units: Iterable[Unit]) -> dict[str, tuple[Unit, ...]]:
    named: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        for name in {fold(name) for name in unit.names}:
            named[name] = (*named.get(name, ()), unit)
    return named
