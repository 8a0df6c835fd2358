"""Correcting a draft notice beside its text (校对): each act names the version that the person saw of the point."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ninghai.models import User
from tasks.models import Place, Responsibility, WorkPoint, WorkPointNotice
from tasks.points.resolution import Directory
from tasks.services.notices.holding import claim_point, free_key, hold_draft, note
from tasks.services.notices.ordering import make_room
from tasks.services.notices.timing import times_in


def edit_facts(*, notice: WorkPointNotice, version: int, by: User, at: datetime, **facts: Any) -> WorkPointNotice:
    """Correct what stands at the head of the notice: title, 发文字号, 发文机关, 成文日期, year, with which default dates move."""
    with transaction.atomic():
        held = hold_draft(notice, by=by)
        if facts.get("year", held.year) != held.year:
            default = WorkPoint.default_due_date(facts["year"])
            held.points.filter(due_date_is_default=True).update(due_date=default)
        return notice.edit(version=version, by=by, at=at, **facts)


@transaction.atomic
def edit_point(
    *, point: WorkPoint, version: int, number: str, text: str, due_date: date, by: User, at: datetime
) -> WorkPoint:
    """Correct a point's number, text and due date (完成时限); a date set by hand is no default any more.

    What the words say about time is read again; it does not move the date.
    """
    before = {"number": point.number, "text": point.text, "due_date": point.due_date.isoformat()}
    claim_point(point, version=version, by=by, at=at, action="correct_point", detail={"before": before})
    if number != point.number:
        point.key = free_key(point, number)
    point.due_date_is_default = point.due_date_is_default and due_date == point.due_date
    point.number, point.text, point.due_date = number, text, due_date
    point.limits = times_in(point).as_json()
    point.save(update_fields=["key", "number", "text", "limits", "due_date", "due_date_is_default"])
    return point


@transaction.atomic
def add_point(
    *, notice: WorkPointNotice, after: WorkPoint | None, number: str, text: str, due_date: date, by: User, at: datetime
) -> WorkPoint:
    """Add a point that the reader did not see, after another one and in the same section."""
    hold_draft(notice, by=by)
    position = make_room(notice, after=after)
    point = WorkPoint(notice=notice, position=position, number=number, text=text, due_date=due_date)
    point.place = after.place if after else Place()
    point.limits = times_in(point).as_json()
    point.key = free_key(point, number)
    point.save(force_insert=True)
    note(notice, by=by, at=at, action="add_point", detail={"point": point.key})
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
    return _write(responsibility, name=name, role=role, is_group=is_group, on=timezone.localdate(at))


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
    return _write(responsibility, name=name, role=role, is_group=is_group, on=timezone.localdate(at))


@transaction.atomic
def remove_responsibility(*, responsibility: Responsibility, version: int, by: User, at: datetime) -> None:
    """Take out what the reader took for a responsible unit."""
    detail = {"name": responsibility.name, "role": responsibility.role}
    claim_point(responsibility.point, version=version, by=by, at=at, action="remove_responsibility", detail=detail)
    responsibility.delete()


# --- Writing a responsibility ---------------------------------------------------------------------------


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
