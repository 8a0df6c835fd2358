"""Writing points into their records (写入要点): words, names, units and order, for a workbook and for an amendment."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F

from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.points.difference import WRITTEN, Point


def make_way(records: Iterable[WorkPoint]) -> None:
    """Take the keys off these points, so that others may bear them; each is written anew right after."""
    for record in records:
        WorkPoint.objects.filter(pk=record.pk).update(key=f"~{record.pk}")


def write_point(record: WorkPoint, point: Point) -> None:
    """Give the record the point's words, dates, names and units; whoever saw it before saw an earlier version."""
    changes = {name: getattr(point, name) for name in WRITTEN}
    told = {"responsibility_texts": list(point.responsibility_texts), "limits": dict(point.limits)}
    WorkPoint.objects.filter(pk=record.pk).update(**changes, **told, version=F("version") + 1)
    record.refresh_from_db()
    _write_names(record, point)


def make_point(notice: WorkPointNotice, point: Point, *, position: int) -> WorkPoint:
    """A record for a point that has none."""
    record = WorkPoint.objects.create(
        notice=notice,
        position=position,
        **{name: getattr(point, name) for name in WRITTEN},
        responsibility_texts=list(point.responsibility_texts),
        limits=dict(point.limits),
    )
    _write_names(record, point)
    return record


def put_in_order(records: Sequence[WorkPoint]) -> None:
    """Number the positions from 1 on."""
    moved = []
    for position, record in enumerate(records, start=1):
        if record.position != position:
            record.position = position
            moved.append(record)
    WorkPoint.objects.bulk_update(moved, ["position"], batch_size=500)


def _write_names(record: WorkPoint, point: Point) -> None:
    """Names that stay keep their records; the others go."""
    there: Mapping[tuple[str, str], Responsibility] = {
        (each.name, each.role): each for each in record.responsibilities.all()
    }
    wanted = {named.identity for named in point.names}
    record.responsibilities.filter(pk__in=[each.pk for key, each in there.items() if key not in wanted]).delete()
    for position, named in enumerate(point.names, start=1):
        held = there.get(named.identity) or Responsibility(point=record, name=named.name, role=named.role)
        held.position, held.is_group, held.group = position, named.is_group, named.group
        held.is_resolved = bool(named.units)
        held.save()
        held.units.set(named.units)
