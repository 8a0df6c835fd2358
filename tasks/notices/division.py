"""The division of a point among units (任务分解): one assignment for each unit, in one role; and the points that still have to be looked at (待处理)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from ninghai.models import Unit
from tasks.models import Responsibility, WorkPoint, WorkPointNotice

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
