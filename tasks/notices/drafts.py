"""What every correction of a draft holds, keeps in order and notes: the draft itself, the version seen of a point, its place among the others, the audit trail."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TransitionError, Version, require
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.difference import WRITTEN, Point

# What every correction of a draft holds and notes: the draft itself, the version seen of the point, the audit trail.


def hold_draft(notice: WorkPointNotice, *, by: User, too_late: str = "要点和责任单位不能再修改。") -> WorkPointNotice:
    """Lock the notice for this transaction, if it is still a draft and this person may correct it."""
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.lock(notice.pk)
    if held.status != NoticeStatus.DRAFT:
        raise TransitionError(f"通知{held.get_status_display()}，{too_late}")
    return held


def lock_and_log_point(
    point: WorkPoint, *, version: Version, by: User, at: datetime, action: str, detail: dict[str, Any]
) -> None:
    """Hold the draft, raise the point's version and note it; StaleError when somebody corrected the point meanwhile."""
    hold_draft(point.notice, by=by)
    point.next_version(seen=version)
    note(point.notice, by=by, at=at, action=action, detail={"point": point.key, **detail})


def note(notice: WorkPointNotice, *, by: User, at: datetime, action: str, detail: dict[str, Any]) -> None:
    """The notice's own version rises too, so that nobody issues what has changed under their eyes."""
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    AuditEntry.objects.record(action=action, target=notice, by=by, at=at, detail=detail)


# --- Keys ---------------------------------------------------------------------------------------------


def free_key(point: WorkPoint, number: str) -> str:
    """The point's key with this number; ValidationError when another point bears it. Without a number any key will do."""
    taken = keys_beside(point)
    key = f"{point.part_number}{point.section_number}{number}"
    if number and key in taken:
        raise ValidationError({"number": f"编号“{key}”已有，请换一个序号。"})
    return key if number else unused_key(point, taken=taken)


def unused_key(point: WorkPoint, *, taken: set[str]) -> str:
    """What the document would call the point where it stands; #2 is added where another bears that name, as the reader does."""
    key = f"{point.part_number}{point.section_number}{point.number}" or f"第{point.position}项"
    repeats = (f"{key}#{count}" for count in itertools.count(2))
    return next(each for each in itertools.chain([key], repeats) if each not in taken)


def keys_beside(*points: WorkPoint) -> set[str]:
    """The keys of the notice's other points."""
    others = points[0].notice.points.exclude(pk__in=[point.pk for point in points])
    return set(others.values_list("key", flat=True))


# Writing points into their records (写入要点): words, names, units and order, for a workbook and for an amendment.


def make_way(records: Iterable[WorkPoint]) -> None:
    """Take the keys off these points, so that others may bear them; each is written anew right after."""
    for record in records:
        WorkPoint.objects.filter(pk=record.pk).update(key=f"~{record.pk}")


def write_point(record: WorkPoint, point: Point) -> None:
    """Give the record the point's words, dates, names and units; whoever saw it before saw an earlier version."""
    changes = {name: getattr(point, name) for name in WRITTEN}
    facts = {"responsibility_texts": list(point.responsibility_texts), "limits": dict(point.limits)}
    WorkPoint.objects.filter(pk=record.pk).update(**changes, **facts, version=F("version") + 1)
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


# The order of a notice's points: positions rise through the document, and may have gaps.


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
