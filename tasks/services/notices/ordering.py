"""The order of a notice's points: positions rise through the document, and may have gaps."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import F

from tasks.models import WorkPoint, WorkPointNotice


def make_room(notice: WorkPointNotice, *, after: WorkPoint | None, count: int = 1) -> int:
    """The first of `count` free positions behind a point, or at the very front; all that follows is moved back.

    Raises ValidationError when the point behind which there should be room is gone.
    """
    behind = notice.points.filter(pk=after.pk).values_list("position", flat=True).first() if after else -1
    if behind is None:
        raise ValidationError({"after": "所选的要点刚刚被删除或合并了，请重新选择。"})
    notice.points.filter(position__gt=behind).update(position=F("position") + count)
    return behind + 1


def line_up(points: Sequence[WorkPoint], *, after: WorkPoint | None) -> None:
    """Put these points, in this order, behind another one or at the very front."""
    start = make_room(points[0].notice, after=after, count=len(points))
    for position, point in enumerate(points, start=start):
        point.position = position
    WorkPoint.objects.bulk_update(points, ["position"])


def neighbour_of(point: WorkPoint, *, up: bool) -> WorkPoint | None:
    """The point before (`up`) or behind this one."""
    others = point.notice.points.exclude(pk=point.pk)
    if up:
        return others.filter(position__lte=point.position).order_by("position", "pk").last()
    return others.filter(position__gte=point.position).order_by("position", "pk").first()


def are_together(points: Sequence[WorkPoint], in_order: Sequence[WorkPoint]) -> bool:
    """Whether nothing else stands between them."""
    places = sorted(in_order.index(point) for point in points)
    return places == list(range(places[0], places[-1] + 1))
