"""What every correction of a draft holds and notes: the draft itself, the version seen of the point, the audit trail."""

import itertools
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import WorkPoint, WorkPointNotice
from tasks.states import NoticeStatus


def hold_draft(notice: WorkPointNotice, *, by: User, too_late: str = "要点和责任单位不能再修改。") -> WorkPointNotice:
    """Lock the notice for this transaction, if it is still a draft and this person may correct it."""
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status != NoticeStatus.DRAFT:
        raise TransitionError(f"通知{held.get_status_display()}，{too_late}")
    return held


def claim_point(point: WorkPoint, *, version: int, by: User, at: datetime, action: str, detail: dict[str, Any]) -> None:
    """Hold the draft and raise the point's version; StaleError when somebody corrected the point meanwhile."""
    hold_draft(point.notice, by=by)
    raise_version(point, seen=version)
    note(point.notice, by=by, at=at, action=action, detail={"point": point.key, **detail})


def raise_version(point: WorkPoint, *, seen: int) -> None:
    """Only what was seen as it is may be changed; for use below `hold_draft`."""
    if not WorkPoint.objects.filter(pk=point.pk, version=seen).update(version=F("version") + 1):
        raise StaleError(point)


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
