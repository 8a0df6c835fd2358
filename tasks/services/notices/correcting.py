"""Correcting a draft notice beside its text (校对): each act names the version that the person saw of the point."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max

from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.resolution import Directory
from tasks.states import NoticeStatus


def edit_facts(*, notice: WorkPointNotice, version: int, by: User, at: datetime, **facts: Any) -> WorkPointNotice:
    """Correct what stands at the head of the notice: title, 发文字号, 发文机关, 成文日期, year."""
    with transaction.atomic():
        hold_draft(notice, by=by)
        return notice.edit(version=version, by=by, at=at, **facts)


@transaction.atomic
def edit_point(
    *, point: WorkPoint, version: int, number: str, text: str, due_date: date, by: User, at: datetime
) -> WorkPoint:
    """Correct a point's number, text and due date (完成时限); a date set by hand is no default any more."""
    before = {"number": point.number, "text": point.text, "due_date": point.due_date.isoformat()}
    claim_point(point, version=version, by=by, at=at, action="correct_point", detail={"before": before})
    if number != point.number:
        point.key = _free_key(point, number)
    point.due_date_is_default = point.due_date_is_default and due_date == point.due_date
    point.number, point.text, point.due_date = number, text, due_date
    point.save(update_fields=["key", "number", "text", "due_date", "due_date_is_default"])
    return point


@transaction.atomic
def add_point(
    *, notice: WorkPointNotice, after: WorkPoint | None, number: str, text: str, due_date: date, by: User, at: datetime
) -> WorkPoint:
    """Add a point that the reader did not see, after another one and in the same section."""
    hold_draft(notice, by=by)
    position = after.position + 1 if after else 1
    notice.points.filter(position__gte=position).update(position=F("position") + 1)
    point = WorkPoint(notice=notice, position=position, number=number, text=text, due_date=due_date)
    for field in ("part_number", "part_title", "section_number", "section_title"):
        setattr(point, field, getattr(after, field) if after else "")
    point.key = _free_key(point, number)
    point.save(force_insert=True)
    _note(notice, by=by, at=at, action="add_point", detail={"point": point.key})
    return point


@transaction.atomic
def remove_point(*, point: WorkPoint, version: int, by: User, at: datetime) -> None:
    """Take out what the reader took for a point; its words stay in the notice's text."""
    claim_point(point, version=version, by=by, at=at, action="remove_point", detail={"text": point.text})
    point.delete()


@transaction.atomic
def add_responsibility(
    *, point: WorkPoint, version: int, name: str, role: str, is_group: bool, by: User, at: datetime
) -> Responsibility:
    """Add a name that the reader did not see, resolved at once where it can mean only one thing."""
    claim_point(point, version=version, by=by, at=at, action="add_responsibility", detail={"name": name, "role": role})
    last = point.responsibilities.aggregate(last=Max("position"))["last"] or 0
    responsibility = Responsibility(point=point, position=last + 1)
    return _write(responsibility, name=name, role=role, is_group=is_group, on=date_of(point.notice, at=at))


@transaction.atomic
def edit_responsibility(
    *, responsibility: Responsibility, version: int, name: str, role: str, is_group: bool, by: User, at: datetime
) -> Responsibility:
    """Correct a name, its role, or whether it is a group; another name is resolved anew."""
    point = responsibility.point
    before = {"name": responsibility.name, "role": responsibility.role, "is_group": responsibility.is_group}
    claim_point(point, version=version, by=by, at=at, action="correct_responsibility", detail={"before": before})
    if name == responsibility.name:
        responsibility.role, responsibility.is_group = role, is_group
        return _save(responsibility)
    return _write(responsibility, name=name, role=role, is_group=is_group, on=date_of(point.notice, at=at))


@transaction.atomic
def remove_responsibility(*, responsibility: Responsibility, version: int, by: User, at: datetime) -> None:
    """Take out what the reader took for a responsible unit."""
    detail = {"name": responsibility.name, "role": responsibility.role}
    claim_point(responsibility.point, version=version, by=by, at=at, action="remove_responsibility", detail=detail)
    responsibility.delete()


# --- What every correction holds and notes ----------------------------------------------------------


def date_of(notice: WorkPointNotice, *, at: datetime) -> date:
    """The day whose units the notice means: its own date, else today."""
    return notice.issued_on or at.date()


def hold_draft(notice: WorkPointNotice, *, by: User) -> WorkPointNotice:
    """Lock the notice for this transaction, if it is still a draft and this person may correct it."""
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status != NoticeStatus.DRAFT:
        raise TransitionError(f"通知{held.get_status_display()}，要点和责任单位不能再修改。")
    return held


def claim_point(point: WorkPoint, *, version: int, by: User, at: datetime, action: str, detail: dict[str, Any]) -> None:
    """Hold the draft and raise the point's version; StaleError when somebody corrected the point meanwhile."""
    hold_draft(point.notice, by=by)
    if not WorkPoint.objects.filter(pk=point.pk, version=version).update(version=F("version") + 1):
        raise StaleError(point)
    _note(point.notice, by=by, at=at, action=action, detail={"point": point.key, **detail})


def _note(notice: WorkPointNotice, *, by: User, at: datetime, action: str, detail: dict[str, Any]) -> None:
    """The notice's own version rises too, so that nobody issues what has changed under their eyes."""
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    AuditEntry.objects.record(action=action, target=notice, by=by, at=at, detail=detail)


def _free_key(point: WorkPoint, number: str) -> str:
    key = f"{point.part_number}{point.section_number}{number}"
    if point.notice.points.exclude(pk=point.pk).filter(key=key).exists():
        raise ValidationError({"number": f"编号“{key}”已有，请换一个序号。"})
    return key


def _write(responsibility: Responsibility, *, name: str, role: str, is_group: bool, on: date) -> Responsibility:
    meaning = Directory.load(on=on).look_up(name)
    responsibility.name, responsibility.role = name, role
    responsibility.is_group, responsibility.group = is_group or meaning.group is not None, meaning.group
    responsibility.is_resolved = meaning.is_certain
    _save(responsibility)
    responsibility.units.set(meaning.units)
    return responsibility


def _save(responsibility: Responsibility) -> Responsibility:
    twin = Responsibility.objects.filter(
        point=responsibility.point, name=responsibility.name, role=responsibility.role
    ).exclude(pk=responsibility.pk)
    if twin.exists():
        raise ValidationError({"name": "这条要点中该名称已有相同角色。"})
    responsibility.save()
    return responsibility
