"""Reshaping a draft: a point is moved (移动), cut in two (拆分) or joined with another (合并); the words stay, nobody who is named gets lost.
Several points are asked of one more unit (批量添加)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import CharField, F, Max, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from ninghai.models import Unit, User
from ninghai.personal_data.folding import fold
from tasks.models import Place, Responsibility, WorkPoint, WorkPointNotice
from tasks.notices import correcting
from tasks.notices.titles import title_after

GONE, CHANGED = "刚刚被删除或合并了。", "刚刚有人修改过，请打开核对。"

# Moving a point (移动): a step up or down, behind another point, under another heading. Its key follows its place.


@transaction.atomic
def move_by_one(*, point: WorkPoint, version: int, up: bool, by: User, at: datetime) -> WorkPoint:
    """Move the point by one (上移, 下移): past its neighbour, or first out of its section into the neighbour's."""
    correcting.lock_and_log_point(
        point, version=version, by=by, at=at, action="move_point", detail={"to": "up" if up else "down"}
    )
    point.refresh_from_db(fields=["position"])
    neighbour = correcting.neighbour_of(point, up=up)
    if neighbour is None:
        raise ValidationError("这已经是第一条，不能再上移。" if up else "这已经是最后一条，不能再下移。")
    if neighbour.place == point.place:
        point.position, neighbour.position = neighbour.position, point.position
        WorkPoint.objects.bulk_update([point, neighbour], ["position"])
    else:
        _settle([point], neighbour.place)
    return point


@transaction.atomic
def move_point(*, point: WorkPoint, version: int, after: WorkPoint | None, by: User, at: datetime) -> WorkPoint:
    """Move the point behind another one and into its part and section (移到…之后); without one, to the very front."""
    if after == point:
        raise ValidationError({"after": "请选择另一条要点。"})
    detail = {"after": after.key if after else ""}
    correcting.lock_and_log_point(point, version=version, by=by, at=at, action="move_point", detail=detail)
    neighbour = after or point.notice.points.exclude(pk=point.pk).order_by("position", "pk").first()
    correcting.place_behind([point], after=after)
    _settle([point], neighbour.place if neighbour else point.place)
    return point


@transaction.atomic
def change_heading(
    *, point: WorkPoint, version: int, place: Place, with_following: bool, by: User, at: datetime
) -> WorkPoint:
    """Put the point under another heading of part and section, an existing or a new one (修改部分和节).

    1. With `with_following`, the points that follow it under the same heading go with it: a heading is corrected once.
    2. Under a heading that stands elsewhere in the notice they become its last points; else they stay where they are.
    """
    detail = {"place": place._asdict(), "with_following": with_following}
    correcting.lock_and_log_point(point, version=version, by=by, at=at, action="move_point", detail=detail)
    in_order = list(point.notice.points.select_related("notice").order_by("position", "pk"))
    group = _group(point, in_order, place) if with_following else [point]
    WorkPoint.objects.filter(pk__in=[each.pk for each in group[1:]]).update(version=F("version") + 1)
    elsewhere = [each for each in in_order if each.place == place and each not in group]
    if elsewhere and not correcting.are_together([*elsewhere, *group], in_order):
        correcting.place_behind(group, after=elsewhere[-1])
    _settle(group, place, parts_only=point.place[2:] == place[2:])
    return point


# Headings and keys.


def _group(point: WorkPoint, in_order: list[WorkPoint], place: Place) -> list[WorkPoint]:
    """The point and those that follow it under the heading that is changed: its section's, or only its part's."""
    level = 2 if point.place[2:] == place[2:] else 4
    behind = in_order[in_order.index(point) :]
    return list(takewhile(lambda each: each.place[:level] == point.place[:level], behind))


def _settle(group: list[WorkPoint], place: Place, *, parts_only: bool = False) -> None:
    """Put these points under the heading, and give them the keys that they bear there."""
    for point in group:
        point.place = Place(*place[:2], *point.place[2:]) if parts_only else place
    taken = correcting.other_keys(*group)
    ids = [point.pk for point in group]
    # No key may be in use twice while they are exchanged.
    WorkPoint.objects.filter(pk__in=ids).update(key=Concat(Value("~"), Cast("pk", CharField())))
    for point in group:
        point.key = correcting.unused_key(point, taken=taken)
        taken.add(point.key)
    WorkPoint.objects.bulk_update(group, ["key", *Place._fields])


# Where a point's text can be cut in two (拆分处): the ends of its sentences, or an empty line that the clerk puts.

SENTENCE_END = re.compile(r"[。；;！？!?][”’」』）)\]】]*")
CLAUSE_END = re.compile(r"[，,：:]")
EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def cut_places(text: str) -> list[int]:
    """Behind each sentence but the last; in a text of one sentence, behind its clauses."""
    whole = len(text.rstrip())
    for ends in (SENTENCE_END, CLAUSE_END):
        if places := [found.end() for found in ends.finditer(text) if found.end() < whole]:
            return places
    return []


def halves(text: str, cut: int) -> tuple[str, str]:
    """The two texts, which put together are the whole; blanks at the cut stay with the first.

    Raises ValidationError when one of them would say nothing.
    """
    cut += len(text[cut:]) - len(text[cut:].lstrip())
    first, second = text[:cut], text[cut:]
    if not first.strip() or not second:
        raise ValidationError({"cut": "拆分处的前后都要有文字，请换一处。"})
    return first, second


def cut_marked(text: str, *, typed: str) -> int:
    """The place in `text` where the clerk has put one empty line, changing nothing else.

    Raises ValidationError with what to do instead.
    """
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    if _worded(typed) != _worded(text):
        raise ValidationError("这里只能加空行，不能改文字。要改文字的，请先在“修改要点”中修改，再来拆分。")
    marks = _gaps(typed) - _gaps(text)
    if len(marks) != 1:
        raise ValidationError("请在要拆开的地方按两次回车，空出一行，而且只空一处。")
    return _place_of(text, worded=marks.pop())


def _worded(text: str) -> str:
    return "".join(text.split())


def _gaps(text: str) -> set[int]:
    """How many characters, blanks not counted, stand before each empty line."""
    return {len(_worded(text[: gap.start()])) for gap in EMPTY_LINE.finditer(text)}


def _place_of(text: str, *, worded: int) -> int:
    """Behind so many characters, blanks not counted."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return places[worded] if worded < len(places) else len(text)


# Splitting a point in two (拆分) and merging two into one (合并): the words stay, nobody who is named gets lost.

TIMED = ["limits", "due_date", "due_date_is_default"]


class SplitShare(models.TextChoices):
    """Which half of a split point keeps a name."""

    BOTH = "both", "两条都要"
    FIRST = "first", "只要前一条"
    SECOND = "second", "只要后一条"


@transaction.atomic
def split_point(
    *, point: WorkPoint, version: int, cut: int, number: str, shares: Mapping[str, str], by: User, at: datetime
) -> WorkPoint:
    """Cut the point's text before character `cut`; returns the new point that follows it, numbered `number`.

    1. Both stand in the same part and section, beside the same brackets.
    2. `shares` says by name which half keeps it, in all its roles; who is not mentioned stays with both.
    3. Limits and due date of each half are read from its own words; a date set by hand holds for both.
    """
    point.require_version(version)
    texts = halves(point.text, cut)
    correcting.lock_and_log_point(
        point, version=version, by=by, at=at, action="split_point", detail={"texts": texts, "number": number}
    )
    by_hand = correcting.date_set_by_hand(point)
    second = _twin(point, text=texts[1], number=number)
    second.position = correcting.make_room(point.notice, after=point)
    second.key = correcting.free_key(second, number)
    point.title, point.text = title_after(point.text, point.title, texts[0]), texts[0]
    for half in (point, second):
        correcting.reread_times(half, instead=by_hand)
    point.save(update_fields=["title", "text", *TIMED])
    second.save(force_insert=True)
    _share(point, second, shares)
    return second


def halves_to_be(point: WorkPoint, cut: int) -> tuple[WorkPoint, WorkPoint]:
    """The two points as a split there would leave them, not saved: to be looked at before."""
    by_hand = correcting.date_set_by_hand(point)
    pair = tuple(_twin(point, text=text, number=point.number) for text in halves(point.text, cut))
    for half in pair:
        correcting.reread_times(half, instead=by_hand)
    return pair[0], pair[1]


@transaction.atomic
def merge_points(
    *, point: WorkPoint, version: int, other: WorkPoint, other_version: int, by: User, at: datetime
) -> WorkPoint:
    """Join two points of one notice in the one that stands first, which keeps its place and number; returns it.

    1. The texts follow each other as they are.
    2. A name that stands in both keeps the stronger role and the units of both; it is open if it was open in one.
    3. Limits and due date are read from the joined words; where a date was set by hand, the later of the two counts.
    """
    if point.pk == other.pk or point.notice_id != other.notice_id:
        raise ValidationError("只能合并同一份通知中的两条要点。")
    seen = {point.pk: version, other.pk: other_version}
    notice = correcting.lock_draft(point.notice, by=by)
    for each in (point, other):
        each.next_version(seen=seen[each.pk])
    first, second = notice.points.filter(pk__in=seen).select_related("notice").order_by("position", "pk")
    if len({first.carried_from_id, second.carried_from_id} - {None}) > 1:
        raise ValidationError("两条要点各有一条上年结转的来源，不能合并。")
    detail = {"point": first.key, "merged": second.key, "texts": [first.text, second.text]}
    correcting.log_correction(notice, by=by, at=at, action="merge_points", detail=detail)
    _unite(first, second)
    _take_over(first, second)
    second.delete()
    return first


# Splitting.


def _twin(point: WorkPoint, *, text: str, number: str) -> WorkPoint:
    """A point that follows this one, in its place of the document."""
    twin = WorkPoint(
        notice=point.notice,
        position=point.position,
        number=number,
        text=text,
        responsibility_texts=point.responsibility_texts,
        carried_from_id=point.carried_from_id,
        due_date=point.due_date,
    )
    twin.place = point.place
    return twin


def _share(first: WorkPoint, second: WorkPoint, shares: Mapping[str, str]) -> None:
    for named in first.responsibilities.prefetch_related("units"):
        share = shares.get(named.name, SplitShare.BOTH)
        if share == SplitShare.SECOND:
            _give(named, second)
        elif share == SplitShare.BOTH:
            _copy(named, second)


def _give(named: Responsibility, point: WorkPoint) -> None:
    named.point = point
    named.save(update_fields=["point"])


def _copy(named: Responsibility, point: WorkPoint) -> None:
    units = list(named.units.all())
    copy = Responsibility(point=point)
    for field in ("position", "name", "role", "is_group", "group_id", "is_resolved"):
        setattr(copy, field, getattr(named, field))
    copy.save(force_insert=True)
    copy.units.set(units)


# Merging.


def _take_over(first: WorkPoint, second: WorkPoint) -> None:
    later = _later_date(first, second)
    joined = first.text + second.text
    first.title, first.text = title_after(first.text, first.title, joined), joined
    first.responsibility_texts = list(dict.fromkeys([*first.responsibility_texts, *second.responsibility_texts]))
    first.carried_from_id = first.carried_from_id or second.carried_from_id
    correcting.reread_times(first, instead=later)
    first.save(update_fields=["title", "text", "responsibility_texts", "carried_from", *TIMED])


def _later_date(*points: WorkPoint) -> date | None:
    """The later date that is no default, if the office has set one by hand; else the joined words say it themselves.

    (The half of a date may say another one: 11月底 cut behind its first figure leaves 1月底.)
    """
    if not any(correcting.date_set_by_hand(point) for point in points):
        return None
    return max(point.due_date for point in points if not point.due_date_is_default)


def _unite(first: WorkPoint, second: WorkPoint) -> None:
    """The names of both points in the first."""
    ours, theirs = _by_name(first), _by_name(second)
    last = max((named.position for rows in ours.values() for named in rows), default=0)
    for name, rows in theirs.items():
        held = ours.get(name, [])
        winners, losers = (rows, held) if not held or _strength(rows) < _strength(held) else (held, rows)
        for loser in losers:
            _give_way(loser, winners)
        for winner in winners:
            winner.position = winner.position if winner.point_id == first.pk else winner.position + last
            winner.point = first
            winner.save(update_fields=["point", "position", "is_resolved"])


def _give_way(loser: Responsibility, winners: list[Responsibility]) -> None:
    """Its units go to the same role, else to the strongest; a name that is open in one place is open in both."""
    heir = next((each for each in winners if each.role == loser.role), None) or min(winners, key=_place)
    heir.units.add(*loser.units.all())
    heir.is_resolved = heir.is_resolved and loser.is_resolved
    loser.delete()


def _by_name(point: WorkPoint) -> dict[str, list[Responsibility]]:
    named: defaultdict[str, list[Responsibility]] = defaultdict(list)
    for responsibility in point.responsibilities.order_by("position").prefetch_related("units"):
        named[fold(responsibility.name)].append(responsibility)
    return named


def _strength(rows: Iterable[Responsibility]) -> int:
    return min(_place(each) for each in rows)


def _place(named: Responsibility) -> int:
    """Lower is stronger."""
    return Responsibility.strength.index(named.role)


# Several points are asked of one more unit (批量添加): in the same few statements for any number of them.


@transaction.atomic
def add_unit(
    *, notice: WorkPointNotice, seen: Mapping[int, int], unit: Unit, role: str, by: User, at: datetime
) -> dict[int, str]:
    """Ask the points, each in the version that was seen, of a unit that exists today; returns why not, for those left as they are."""
    held = correcting.lock_draft(notice, by=by)
    correcting.existing_units([unit], on=timezone.localdate(at))
    points = held.points.in_bulk(seen)
    left = {
        pk: GONE if pk not in points else CHANGED for pk in seen if pk not in points or points[pk].version != seen[pk]
    }
    left |= why_not_add(points, unit, role=role)
    if chosen := [point for pk, point in points.items() if pk not in left]:
        _name_unit(chosen, unit, role=role)
        WorkPoint.objects.filter(pk__in=[point.pk for point in chosen]).update(version=F("version") + 1)
        detail = {"points": [point.key for point in chosen], "name": unit.short_name, "role": role}
        correcting.log_correction(held, by=by, at=at, action="add_responsibility", detail=detail)
    return left


def why_not_add(points: Iterable[int], unit: Unit, *, role: str) -> dict[int, str]:
    """A sentence for each point, by its number, that names the unit already."""
    is_there = Q(units=unit) | Q(name=unit.short_name, role=role)
    named = Responsibility.objects.filter(is_there, point__in=list(points)).order_by("-position")
    return {each.point_id: f"{unit}已经是这条要点的{each.get_role_display()}单位。" for each in named}


def _name_unit(points: Sequence[WorkPoint], unit: Unit, *, role: str) -> None:
    """Behind those who are named, and certain."""
    counted = Responsibility.objects.filter(point__in=points).order_by().values_list("point").annotate(Max("position"))
    last = dict(counted)
    added = Responsibility.objects.bulk_create(
        Responsibility(
            point=point, position=last.get(point.pk, 0) + 1, name=unit.short_name, role=role, is_resolved=True
        )
        for point in points
    )
    through = Responsibility.units.through._default_manager
    through.bulk_create(through.model(responsibility=each, unit=unit) for each in added)
