"""Moving a point (移动): a step up or down, behind another point, under another heading. Its key follows its place.

Where another point of the place bears its number, the key gets #2, as where the reader finds a number twice.
"""

from datetime import datetime
from itertools import takewhile

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from ninghai.models import User
from tasks.models import Place, WorkPoint
from tasks.services.notices.holding import claim_point, keys_beside, unused_key
from tasks.services.notices.ordering import are_together, line_up, neighbour_of


@transaction.atomic
def step_point(*, point: WorkPoint, version: int, up: bool, by: User, at: datetime) -> WorkPoint:
    """Move the point by one (上移, 下移): past its neighbour, or first out of its section into the neighbour's."""
    claim_point(point, version=version, by=by, at=at, action="move_point", detail={"to": "up" if up else "down"})
    point.refresh_from_db(fields=["position"])
    neighbour = neighbour_of(point, up=up)
    if neighbour is None:
        raise ValidationError("这已经是第一条，不能再上移。" if up else "这已经是最后一条，不能再下移。")
    if neighbour.place == point.place:
        point.position, neighbour.position = neighbour.position, point.position
        WorkPoint.objects.bulk_update([point, neighbour], ["position"])
    else:
        _settle([point], neighbour.place)
    return point


@transaction.atomic
def move_point(*, point: WorkPoint, version: int, after: WorkPoint | None, by: User, at: datetime) -> WorkPoint:
    """Move the point behind another one and into its part and section (移到…之后); without one, to the very front."""
    if after == point:
        raise ValidationError({"after": "请选择另一条要点。"})
    detail = {"after": after.key if after else ""}
    claim_point(point, version=version, by=by, at=at, action="move_point", detail=detail)
    neighbour = after or point.notice.points.exclude(pk=point.pk).order_by("position", "pk").first()
    line_up([point], after=after)
    _settle([point], neighbour.place if neighbour else point.place)
    return point


@transaction.atomic
def head_point(
    *, point: WorkPoint, version: int, place: Place, with_following: bool, by: User, at: datetime
) -> WorkPoint:
    """Put the point under another heading of part and section, an existing or a new one (修改部分和节).

    1. With `with_following`, the points that follow it under the same heading go with it: a heading is corrected once.
    2. Under a heading that stands elsewhere in the notice they become its last points; else they stay where they are.
    """
    detail = {"place": place._asdict(), "with_following": with_following}
    claim_point(point, version=version, by=by, at=at, action="move_point", detail=detail)
    in_order = list(point.notice.points.select_related("notice").order_by("position", "pk"))
    group = _group(point, in_order, place) if with_following else [point]
    WorkPoint.objects.filter(pk__in=[each.pk for each in group[1:]]).update(version=F("version") + 1)
    elsewhere = [each for each in in_order if each.place == place and each not in group]
    if elsewhere and not are_together([*elsewhere, *group], in_order):
        line_up(group, after=elsewhere[-1])
    _settle(group, place, parts_only=point.place[2:] == place[2:])
    return point


# --- Headings and keys ------------------------------------------------------------------------------------


def _group(point: WorkPoint, in_order: list[WorkPoint], place: Place) -> list[WorkPoint]:
    """The point and those that follow it under the heading that is changed: its section's, or only its part's."""
    level = 2 if point.place[2:] == place[2:] else 4
    behind = in_order[in_order.index(point) :]
    return list(takewhile(lambda each: each.place[:level] == point.place[:level], behind))


def _settle(group: list[WorkPoint], place: Place, *, parts_only: bool = False) -> None:
    """Put these points under the heading, and give them the keys that they bear there."""
    for point in group:
        point.place = Place(*place[:2], *point.place[2:]) if parts_only else place
    taken = keys_beside(*group)
    ids = [point.pk for point in group]
    # No key may be in use twice while they are exchanged.
    WorkPoint.objects.filter(pk__in=ids).update(key=Concat(Value("~"), Cast("pk", CharField())))
    for point in group:
        point.key = unused_key(point, taken=taken)
        taken.add(point.key)
    WorkPoint.objects.bulk_update(group, ["key", *Place._fields])
