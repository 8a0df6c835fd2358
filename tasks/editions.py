"""The points of a notice as they stand (要点的各个版本): what a workbook, a page and a comparison read."""

from tasks.difference import Point, point_of
from tasks.models import WorkPointNotice


def points_of(notice: WorkPointNotice) -> list[Point]:
    """The notice's points in the order of the document, with their names and units. Four queries."""
    records = notice.points.prefetch_related("responsibilities__units", "responsibilities__group")
    return [point_of(record) for record in records.order_by("position")]
