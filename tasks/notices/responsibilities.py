"""Names and units: which units a name means (单位识别), how a point is divided among them (任务分解), where that is open (待处理).

A name is compared after folding full and half width and dropping blanks: 各乡镇（街道） is 各乡镇(街道). Only units that
exist on the day count, since names come and go with reforms of the county's bodies.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, NamedTuple, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from ninghai.models import Unit, UnitGroup
from ninghai.personal_data.folding import fold
from tasks.models import Responsibility, WorkPoint, WorkPointNotice


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


# A guess (推荐) for a name that is nobody's here: 财政部 of the state is done in the county by 县财政局.

LEVELS = re.compile("^(国家|国务院|中国|中央|全国|省|市|县|宁波市?|浙江省?|宁海县?|人民政府)+")
KINDS = re.compile(
    "(人民政府|委员会办公室|办公室|委员会|总局|总署|总队|分局|部|局|委|办|署|厅|处|会|院|队|中心|公司)+$"
)
GUESSES, LIKELY = 3, 0.6


def guesses(name: str, units: Iterable[Unit]) -> list[Unit]:
    """The units whose matter sounds like the name's, the likeliest first; none where nothing is alike."""
    matter = _matter(name)
    if len(matter) < 2:
        return []
    alike = [(max(_likeness(matter, _matter(each)) for each in unit.names), unit) for unit in units]
    likely = sorted((each for each in alike if each[0] >= LIKELY), key=lambda each: (-each[0], each[1].position))
    return [unit for _, unit in likely[:GUESSES]]


def _matter(name: str) -> str:
    """What a body is for, without whose it is and what kind: 国家发展改革委 and 县发展和改革局 are for 发展改革."""
    return KINDS.sub("", LEVELS.sub("", fold(name))).replace("和", "").replace("与", "")


def _likeness(one: str, other: str) -> float:
    """How much of the shorter is in the other, in order, from 0 to 1; less where the other is much longer."""
    alike = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return (alike / max(1, min(len(one), len(other))) + 2 * alike / max(1, len(one) + len(other))) / 2


def as_they_stand(places: Sequence[Responsibility]) -> dict[str, Any]:
    """What the places mean before they are resolved, and which versions their points have afterwards."""
    held = Responsibility.objects.filter(pk__in=[place.pk for place in places]).prefetch_related("units")
    points = WorkPoint.objects.filter(pk__in={place.point_id for place in places}).values_list("pk", "version")
    return {
        "meant": {str(each.pk): [each.is_resolved, sorted(unit.pk for unit in each.units.all())] for each in held},
        "versions": {str(pk): version + 1 for pk, version in points},
    }


def _by_name(units: Iterable[Unit]) -> dict[str, tuple[Unit, ...]]:
    named: dict[str, tuple[Unit, ...]] = {}
    for unit in units:
        for name in {fold(name) for name in unit.names}:
            named[name] = (*named.get(name, ()), unit)
    return named


# The division of a point among units (任务分解): one assignment for each unit, in one role.

UnitRoles = tuple[tuple[Unit, str], ...]


class UnitRole(NamedTuple):
    """A responsibility asks something of a unit."""

    unit: Unit
    role: str
    is_named: bool

    @property
    def precedence(self) -> tuple[bool, int]:
        """Lower wins."""
        return (not self.is_named, Responsibility.strength.index(self.role))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Who owes a point, in which role, in the order of the units."""

    point: WorkPoint
    roles: UnitRoles

    @property
    def count(self) -> int:
        return len(self.roles)


def break_down(point: WorkPoint, *, instead: dict[int, list[Unit]] | None = None) -> Breakdown:
    """Divide the point among the units of its responsibilities (prefetched); `instead` tries other units for some of them."""
    return Breakdown(point=point, roles=divide(_claims(point.responsibilities.all(), instead or {})))


def divide(claims: Iterable[UnitRole]) -> UnitRoles:
    """Each unit once, in the role that wins, in the order of the units."""
    winners: dict[int, UnitRole] = {}
    for claim in claims:
        held = winners.get(claim.unit.pk)
        if held is None or claim.precedence < held.precedence:
            winners[claim.unit.pk] = claim
    in_order = sorted(winners.values(), key=lambda claim: (claim.unit.position, claim.unit.code))
    return tuple((claim.unit, claim.role) for claim in in_order)


def _claims(responsibilities: Iterable[Responsibility], instead: dict[int, list[Unit]]) -> Iterable[UnitRole]:
    for responsibility in responsibilities:
        units = instead.get(responsibility.pk)
        for unit in responsibility.units.all() if units is None else units:
            yield UnitRole(unit=unit, role=responsibility.role, is_named=not responsibility.is_group)


# The points of a draft that the office has still to look at before the notice can be issued (待处理).


def open_points(notice: WorkPointNotice) -> QuerySet[WorkPoint]:
    """Where nobody is named, a name is not resolved, or the due date lies before the notice: in the order of the document."""
    return notice.points.filter(unnamed() | unresolved() | early(notice)).order_by("position", "pk")


def unnamed() -> Q:
    return Q(~Exists(_names()))


def unresolved() -> Q:
    return Q(Exists(_names().filter(is_resolved=False)))


def early(notice: WorkPointNotice) -> Q:
    """Due before the notice itself, or the one that it amends; a notice without a date has none such."""
    begun_on = notice.amends.issued_on if notice.amends else notice.issued_on
    return Q(due_date__lt=begun_on) if begun_on else Q(pk__in=[])


def _names() -> QuerySet[Responsibility]:
    return Responsibility.objects.filter(point=OuterRef("pk"))
