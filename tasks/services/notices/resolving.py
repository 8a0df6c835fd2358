"""Resolving names to units (确定单位): an open group at each point, a name that no unit bears."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import AuditEntry, Unit, User
from ninghai.moves import StaleError
from tasks.models import Responsibility
from tasks.services.notices.choices import keep_choice
from tasks.services.notices.holding import claim_point


@transaction.atomic
def resolve_responsibility(
    *,
    responsibility: Responsibility,
    units: Iterable[Unit],
    by: User,
    at: datetime,
    version: int | None = None,
    all_alike: bool = False,
    learn_name: bool = False,
    keep_as: str = "",
) -> int:
    """Say which units a name means at its point; returns how many places were resolved.

    1. `version` is the point's, as this person saw it.
    2. With `all_alike`, the same name is resolved wherever this notice still leaves it open.
    3. With `learn_name`, the one unit keeps the name among its 其他叫法 for the notices to come.
    4. With `keep_as`, the units are kept under that title, to be chosen again for the same name (常用单位组合).
    """
    chosen = _existing(units, on=timezone.localdate(at))
    places = [responsibility, *(_alike(responsibility) if all_alike else [])]
    detail = {"name": responsibility.name, "units": [unit.code for unit in chosen]}
    for point in {place.point_id: place.point for place in places}.values():
        seen = version if point.pk == responsibility.point_id else None
        claim_point(point, version=seen or point.version, by=by, at=at, action="resolve", detail=detail)
    for place in places:
        _resolve(place, chosen)
    if learn_name:
        _learn(chosen, name=responsibility.name, by=by, at=at)
    if keep_as:
        keep_choice(name=responsibility.name, title=keep_as, units=chosen, by=by, at=at)
    responsibility.refresh_from_db()
    return len(places)


def _existing(units: Iterable[Unit], *, on: date) -> list[Unit]:
    """The units, once they all exist today: whoever has ceased since the notice's date can owe nothing."""
    wanted = {unit.pk for unit in units}
    chosen = list(Unit.objects.valid(on=on).filter(pk__in=wanted))
    if not chosen:
        raise ValidationError({"units": "请至少选择一个单位。"})
    if len(chosen) < len(wanted):
        raise ValidationError({"units": f"所选单位中有{on:%Y-%m-%d}不存在的单位，请重新选择。"})
    return chosen


def _alike(responsibility: Responsibility) -> Sequence[Responsibility]:
    """The same name where this notice still leaves it open."""
    return list(
        Responsibility.objects.select_related("point__notice")
        .filter(point__notice=responsibility.point.notice, name=responsibility.name, is_resolved=False)
        .exclude(pk=responsibility.pk)
    )


def _resolve(place: Responsibility, units: list[Unit]) -> None:
    if not Responsibility.objects.filter(pk=place.pk).update(is_resolved=True):
        raise StaleError(place)
    place.units.set(units)


def _learn(units: list[Unit], *, name: str, by: User, at: datetime) -> None:
    if len(units) != 1:
        raise ValidationError({"learn_name": "只有对应一个单位时，才能把这个名称记为该单位的叫法。"})
    unit = Unit.objects.select_for_update().get(pk=units[0].pk)
    if name not in unit.names:
        unit.aliases = [*unit.aliases, name]
        unit.save(update_fields=["aliases"])
        AuditEntry.objects.record(action="learn_name", target=unit, by=by, at=at, detail={"name": name})
