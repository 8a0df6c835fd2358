"""Correcting a draft notice beside its text (校对): its points, who is named at them, and the units that names mean (确定单位)."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Unit, User
from ninghai.models.state_machine import StaleError, TransitionError, Version, require
from ninghai.personal_data.folding import fold
from tasks import rules
from tasks.models import Place, Responsibility, UnitChoice, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.editions import WRITTEN, Point
from tasks.notices.reading.brackets import CLOSING, words_between
from tasks.notices.reading.parsed import Times
from tasks.notices.reading.points import times_of
from tasks.notices.responsibilities import Directory, as_they_stand
from tasks.notices.titles import title_after, title_of

# Locking and logging: the draft itself, the version seen of the point, the audit trail.


def lock_draft(notice: WorkPointNotice, *, by: User, too_late: str = "要点和责任单位不能再修改。") -> WorkPointNotice:
    """Lock the notice for this transaction, if it is still a draft and this person may correct it."""
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.lock(notice.pk)
    if held.status != NoticeStatus.DRAFT:
        raise TransitionError(f"通知{held.get_status_display()}，{too_late}")
    return held


def lock_and_log_point(
    point: WorkPoint, *, version: Version, by: User, at: datetime, action: str, detail: dict[str, Any]
) -> None:
    """Lock the draft, raise the point's version and log it; StaleError when somebody corrected the point meanwhile."""
    lock_draft(point.notice, by=by)
    point.next_version(seen=version)
    log_correction(point.notice, by=by, at=at, action=action, detail={"point": point.key, **detail})


def lock_and_log_places(
    places: Sequence[Responsibility],
    *,
    version: Version,
    by: User,
    at: datetime,
    action: str,
    detail: dict[str, Any],
    first: dict[str, Any] | None = None,
) -> None:
    """As `lock_and_log_point` for the first place, whose point this person saw, and for the others as they are now; `first` is
    noted in its row alone."""
    seen, keys = places[0].point, {place.point_id: place.point.key for place in places}
    lock_and_log_point(seen, version=version, by=by, at=at, action=action, detail={**detail, **(first or {})})
    others = {pk: key for pk, key in keys.items() if pk != seen.pk}
    WorkPoint.objects.filter(pk__in=others).update(version=F("version") + 1)
    for key in others.values():
        AuditEntry.objects.record(action=action, target=seen.notice, by=by, at=at, detail={"point": key, **detail})


def log_correction(notice: WorkPointNotice, *, by: User, at: datetime, action: str, detail: dict[str, Any]) -> None:
    """The notice's own version rises too, so that nobody issues what has changed under their eyes."""
    WorkPointNotice.objects.filter(pk=notice.pk).update(version=F("version") + 1)
    AuditEntry.objects.record(action=action, target=notice, by=by, at=at, detail=detail)


# Keys (编号)


def free_key(point: WorkPoint, number: str) -> str:
    """The point's key with this number; ValidationError when another point bears it. Without a number any key will do."""
    taken = other_keys(point)
    key = f"{point.part_number}{point.section_number}{number}"
    if number and key in taken:
        raise ValidationError({"number": f"编号“{key}”已有，请换一个序号。"})
    return key if number else unused_key(point, taken=taken)


def unused_key(point: WorkPoint, *, taken: set[str]) -> str:
    """What the document would call the point where it stands; #2 is added where another bears that name, as the reader does."""
    key = f"{point.part_number}{point.section_number}{point.number}" or f"第{point.position}项"
    repeats = (f"{key}#{count}" for count in itertools.count(2))
    return next(each for each in itertools.chain([key], repeats) if each not in taken)


def other_keys(*points: WorkPoint) -> set[str]:
    """The keys of the notice's other points."""
    others = points[0].notice.points.exclude(pk__in=[point.pk for point in points])
    return set(others.values_list("key", flat=True))


# Whole points written into their records (写入要点), for a workbook and for an amendment.


def release_keys(records: Iterable[WorkPoint]) -> None:
    """Give these points passing keys, so that others may bear theirs; each is written anew right after."""
    for record in records:
        WorkPoint.objects.filter(pk=record.pk).update(key=f"~{record.pk}")


def write_point(record: WorkPoint, point: Point) -> None:
    """Give the record the point's words, dates, names and units; whoever saw it before saw an earlier version."""
    changes = {name: getattr(point, name) for name in WRITTEN}
    written = point.title if point.title != title_of(point.text) else ""
    changes["title"] = written or title_after(record.text, record.title, point.text)
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
        title=point.title,
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


# Order: positions rise through the document, and may have gaps.


def make_room(notice: WorkPointNotice, *, after: WorkPoint | None, count: int = 1) -> int:
    """The first of `count` free positions behind a point, or at the very front; all that follows is moved back.

    Raises ValidationError when the point behind which there should be room is gone.
    """
    behind = notice.points.filter(pk=after.pk).values_list("position", flat=True).first() if after else -1
    if behind is None:
        raise ValidationError({"after": "所选的要点刚刚被删除或合并了，请重新选择。"})
    notice.points.filter(position__gt=behind).update(position=F("position") + count)
    return behind + 1


def place_behind(points: Sequence[WorkPoint], *, after: WorkPoint | None) -> None:
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


# Times (时限) that a point's words say, read again when its words have changed.


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


def reread_times(point: WorkPoint, *, instead: date | None) -> None:
    """Set the point's limits and due date to what its words say; `instead` is a due date that counts more."""
    times = times_in(point)
    point.limits = times.as_json()
    written = due_date_in(times, year=point.notice.year)
    point.due_date, point.due_date_is_default = (instead, False) if instead else written


# The office's corrections: each names the version that the person saw of the point.


def edit_notice(*, notice: WorkPointNotice, version: int, by: User, at: datetime, **facts: Any) -> WorkPointNotice:
    """Correct what stands at the head of the notice: title, 发文字号, 发文机关, 成文日期, year, with which default dates move."""
    with transaction.atomic():
        held = lock_draft(notice, by=by)
        if facts.get("year", held.year) != held.year:
            default = WorkPoint.default_due_date(facts["year"])
            held.points.filter(due_date_is_default=True).update(due_date=default)
        return notice.edit(version=version, by=by, at=at, **facts)


@transaction.atomic
def edit_point(
    *,
    point: WorkPoint,
    version: int,
    number: str,
    text: str,
    due_date: date,
    title: str | None = None,
    by: User,
    at: datetime,
) -> WorkPoint:
    """Correct a point's number, short title, text and due date (完成时限); a date set by hand is no default any more.

    What the words say about time is read again; it does not move the date. A title that nobody wrote follows the words.
    """
    before = {"number": point.number, "title": point.title, "text": point.text, "due_date": point.due_date.isoformat()}
    lock_and_log_point(point, version=version, by=by, at=at, action="correct_point", detail={"before": before})
    if number != point.number:
        point.key = free_key(point, number)
    point.due_date_is_default = point.due_date_is_default and due_date == point.due_date
    if title is None or title == point.title:
        point.title = title_after(point.text, point.title, text)
    else:
        point.title = title or title_of(text)
    point.number, point.text, point.due_date = number, text, due_date
    point.limits = times_in(point).as_json()
    point.save(update_fields=["key", "number", "title", "text", "limits", "due_date", "due_date_is_default"])
    return point


@transaction.atomic
def retitle_point(*, point: WorkPoint, version: int, title: str, by: User, at: datetime) -> WorkPoint:
    """Give the point another short title (短标题), also after the notice was issued: it is our label, none of its words."""
    notice = WorkPointNotice.objects.lock(point.notice_id)
    require(rules.can_retitle_point(by, notice), f"通知{notice.get_status_display()}，短标题不能再修改。")
    point.next_version(seen=version)
    detail = {"point": point.key, "before": point.title, "after": title}
    log_correction(notice, by=by, at=at, action="retitle_point", detail=detail)
    point.title = title
    point.save(update_fields=["title"])
    return point


@transaction.atomic
def add_point(
    *, notice: WorkPointNotice, after: WorkPoint | None, number: str, text: str, due_date: date, by: User, at: datetime
) -> WorkPoint:
    """Add a point that the reader did not see, after another one and in the same section."""
    lock_draft(notice, by=by)
    position = make_room(notice, after=after)
    point = WorkPoint(notice=notice, position=position, number=number, text=text, due_date=due_date)
    point.place = after.place if after else Place()
    point.limits = times_in(point).as_json()
    point.key = free_key(point, number)
    point.save(force_insert=True)
    log_correction(notice, by=by, at=at, action="add_point", detail={"point": point.key})
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
def remove_responsibility(
    *, responsibility: Responsibility, version: int, by: User, at: datetime, all_alike: bool = False
) -> int:
    """Take out what is no unit, with `all_alike` wherever the notice leaves the name open; returns from how many places."""
    detail = {"name": responsibility.name, "role": responsibility.role}
    lock_draft(responsibility.point.notice, by=by)
    places = [responsibility, *(_alike(responsibility) if all_alike else [])]
    lock_and_log_places(places, version=version, by=by, at=at, action="remove_responsibility", detail=detail)
    Responsibility.objects.filter(pk__in=[place.pk for place in places]).delete()
    return len(places)


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


# Resolving names to units (确定单位)


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

    Without 3 and 4 it may be undone for a moment (`taking_back`).
    """
    lock_draft(responsibility.point.notice, by=by)  # nobody decides another place between the look and the act
    chosen = existing_units(units, on=timezone.localdate(at))
    places = [responsibility, *(_alike(responsibility) if all_alike else [])]
    detail = {"name": responsibility.name, "units": [unit.code for unit in chosen]}
    undoable = {} if learn_name or keep_as else {**as_they_stand(places), **clock.stamp(at)}
    lock_and_log_places(places, version=version, by=by, at=at, action="resolve", detail=detail, first=undoable)
    _resolve(places, chosen)
    if learn_name:
        _learn(chosen, name=responsibility.name, by=by, at=at)
    if keep_as:
        keep_choice(name=responsibility.name, title=keep_as, units=chosen, by=by, at=at)
    responsibility.refresh_from_db()
    return len(places)


def existing_units(units: Iterable[Unit], *, on: date) -> list[Unit]:
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


def _resolve(places: Sequence[Responsibility], units: list[Unit]) -> None:
    mine = Responsibility.objects.filter(pk__in=[place.pk for place in places])
    if mine.update(is_resolved=True) < len(places):
        raise StaleError(places[0])
    through = Responsibility.units.through._default_manager
    through.filter(responsibility__in=mine.values("pk")).delete()
    through.bulk_create(through.model(responsibility=place, unit=unit) for place in places for unit in units)


def _learn(units: list[Unit], *, name: str, by: User, at: datetime) -> None:
    if len(units) != 1:
        raise ValidationError({"learn_name": "只有对应一个单位时，才能把这个名称记为该单位的叫法。"})
    unit = Unit.objects.select_for_update().get(pk=units[0].pk)
    if name not in unit.names:
        unit.aliases = [*unit.aliases, name]
        unit.save(update_fields=["aliases"])
        AuditEntry.objects.record(action="learn_name", target=unit, by=by, at=at, detail={"name": name})
