"""Correcting a draft notice beside its text (校对): words, times, and the units that names mean (确定单位、常用单位组合)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from ninghai.folding import fold
from ninghai.models import AuditEntry, Unit, User
from ninghai.models.state_machine import StaleError, Version, require
from tasks import rules
from tasks.models import Place, Responsibility, UnitChoice, WorkPoint, WorkPointNotice
from tasks.notices.drafts import free_key, hold_draft, lock_and_log_point, make_room, note
from tasks.notices.reading.brackets import CLOSING, words_between
from tasks.notices.reading.parsed import Times
from tasks.notices.reading.points import times_of
from tasks.notices.resolution import Directory

# What a point's words say about time (时限), read again when its words have changed.


def due_date_in(times: Times, *, year: int) -> tuple[date, bool]:
    """The last day that is named, else the last of the year; whether that is only the default."""
    named = [deadline.date for deadline in times.deadlines]
    return (max(named), False) if named else (WorkPoint.default_due_date(year), True)


def times_in(point: WorkPoint) -> Times:
    """What the reader finds in the point's text and brackets as they are now."""
    brackets = [words_between(shown, closed=shown[-1:] in CLOSING) for shown in point.responsibility_texts]
    return times_of(point.text, brackets, year=point.notice.year, issued_on=point.notice.issued_on)


def date_set_by_hand(point: WorkPoint) -> date | None:
    """The due date if the office has set it to something else than the words say."""
    written, _ = due_date_in(times_in(point), year=point.notice.year)
    return None if point.due_date_is_default or point.due_date == written else point.due_date


def read_again(point: WorkPoint, *, instead: date | None) -> None:
    """Set the point's limits and due date to what its words say; `instead` is a due date that counts more."""
    times = times_in(point)
    point.limits = times.as_json()
    written = due_date_in(times, year=point.notice.year)
    point.due_date, point.due_date_is_default = (instead, False) if instead else written


# Correcting a draft notice beside its text (校对): each act names the version that the person saw of the point.


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
    lock_and_log_point(point, version=version, by=by, at=at, action="correct_point", detail={"before": before})
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
    lock_and_log_point(point, version=version, by=by, at=at, action="remove_point", detail={"text": point.text})
    point.delete()


@transaction.atomic
def add_responsibility(
    *, point: WorkPoint, version: int, name: str, role: str, is_group: bool, by: User, at: datetime
) -> Responsibility:
    """Add a name that the reader did not see, resolved at once where it can mean only one thing."""
    lock_and_log_point(
        point, version=version, by=by, at=at, action="add_responsibility", detail={"name": name, "role": role}
    )
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
    lock_and_log_point(point, version=version, by=by, at=at, action="correct_responsibility", detail={"before": before})
    if name == responsibility.name:
        responsibility.role, responsibility.is_group = role, is_group
        return _save(responsibility)
    return _write(responsibility, name=name, role=role, is_group=is_group, on=timezone.localdate(at))


@transaction.atomic
def remove_responsibility(*, responsibility: Responsibility, version: int, by: User, at: datetime) -> None:
    """Take out what the reader took for a responsible unit."""
    detail = {"name": responsibility.name, "role": responsibility.role}
    lock_and_log_point(
        responsibility.point, version=version, by=by, at=at, action="remove_responsibility", detail=detail
    )
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


# 常用单位组合: a resolution that the office keeps, to be used again wherever a notice writes the same name.


def choices_for(name: str) -> QuerySet[UnitChoice]:
    """What is offered for a name, however it is written."""
    return UnitChoice.objects.filter(name=fold(name), is_offered=True).prefetch_related("units")


@transaction.atomic
def keep_choice(*, name: str, title: str, units: Sequence[Unit], by: User, at: datetime) -> UnitChoice:
    """Keep these units under a title of their own, for this name; ValidationError when the title is taken."""
    require(rules.can_import_notice(by))
    choice = UnitChoice(name=fold(name), title=title, kept_by=by, kept_at=at)
    _refuse_twin(choice, field="keep_as")
    choice.save()
    choice.units.set(units)
    AuditEntry.objects.record(action="create", target=choice, by=by, at=at, detail={"units": _codes(units)})
    return choice


@transaction.atomic
def change_choice(
    *,
    choice: UnitChoice,
    version: int,
    title: str,
    units: Sequence[Unit],
    is_offered: bool,
    by: User,
    at: datetime,
) -> UnitChoice:
    """Rename a choice, let it mean other units, or offer it no more; what was resolved with it stays as it is."""
    require(rules.can_import_notice(by))
    before = {"title": choice.title, "units": _codes(choice.units.all()), "is_offered": choice.is_offered}
    choice.next_version(seen=version)
    choice.title, choice.is_offered = title, is_offered
    _refuse_twin(choice, field="title")
    choice.save(update_fields=["title", "is_offered"])
    choice.units.set(units)
    detail = {"before": before, "after": {"title": title, "units": _codes(units), "is_offered": is_offered}}
    AuditEntry.objects.record(action="edit", target=choice, by=by, at=at, detail=detail)
    return choice


def _refuse_twin(choice: UnitChoice, *, field: str) -> None:
    if UnitChoice.objects.filter(name=choice.name, title=choice.title).exclude(pk=choice.pk).exists():
        message = f"“{choice.name}”已有名为“{choice.title}”的组合，请换一个名称，或到“常用单位组合”中修改它。"
        raise ValidationError({field: message})


def _codes(units: Sequence[Unit] | QuerySet[Unit]) -> list[str]:
    return sorted(unit.code for unit in units)


# Resolving names to units (确定单位): an open group at each point, a name that no unit bears.


@transaction.atomic
def resolve_responsibility(
    *,
    responsibility: Responsibility,
    units: Iterable[Unit],
    by: User,
    at: datetime,
    version: Version = ...,
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
        seen = version if point.pk == responsibility.point_id else ...
        lock_and_log_point(point, version=seen, by=by, at=at, action="resolve", detail=detail)
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
