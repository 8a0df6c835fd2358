"""The points of a notice as they stand, and as they stood on an earlier day (要点的各个版本).

An amendment writes a point anew; its earlier words stay in editions, so that what is read of a day before stays as it was.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from tasks.models import WorkPoint, WorkPointEdition, WorkPointNotice
from tasks.notices.difference import WRITTEN, Point, point_of

KEPT = ("position", "responsibility_texts", *WRITTEN)  # what an edition keeps of its point


def points_of(notice: WorkPointNotice) -> list[Point]:
    """The notice's points of today in the order of the document, with their names and units. Four queries."""
    records = notice.points.prefetch_related("responsibilities__units", "responsibilities__group")
    return [point_of(record) for record in records.order_by("position")]


def as_written(points: Iterable[WorkPoint], *, on: date) -> list[WorkPoint]:
    """The points in the words and the order of the end of that day; what was added later is left out. One query.

    A point that was removed by then is still among them (`is_removed`): its finished work counts.
    """
    points = [point for point in points if point.added_on is None or point.added_on <= on]
    editions = WorkPointEdition.objects.filter(point__in=points, until__gt=on).order_by("-until", "-pk")
    earlier = {edition.point_id: edition for edition in editions}  # the first that gave way after that day
    for point in points:
        if edition := earlier.get(point.pk):
            for name in KEPT:
                setattr(point, name, getattr(edition, name))
    return sorted(points, key=lambda point: (point.notice_id, point.position))


def ever_in(notice: WorkPointNotice) -> QuerySet[WorkPoint]:
    """Every point that the notice has or had."""
    return WorkPoint.ever.filter(notice=notice)


def in_force(notice: WorkPointNotice, *, on: date) -> QuerySet[WorkPoint]:
    """The points that the notice had at the end of that day."""
    added = Q(added_on=None) | Q(added_on__lte=on)
    return ever_in(notice).filter(added, Q(removed_on=None) | Q(removed_on__gt=on))
