"""The points of a notice as they stand, and as they stood on an earlier day (要点的各个版本).

An amendment writes a point anew; its earlier words stay in editions, so that what is read of a day before stays as it was.
`compare_points` says what one edition changes in another. `match` finds which points are the same: those with the same
number and much the same words, else much the same words, so that a point that was only numbered anew stays itself; what
is left under the same number was rewritten.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from ninghai.calendar.clock import end_of
from ninghai.models import Unit, UnitGroup
from ninghai.personal_data.folding import fold
from tasks.models import Responsibility, WorkPoint, WorkPointEdition, WorkPointNotice
from tasks.models.notice import label_of_point, name_of_point
from tasks.notices.responsibilities import UnitRole, UnitRoles, divide
from tasks.notices.titles import title_of

# Two editions of a text as one, with what went and what came marked (修改标记).

LONGEST_MARKED = 4000  # characters; longer texts are shown one after the other


class Marked(NamedTuple):
    """A stretch of text: `kept`, `gone` or `new`."""

    how: str
    text: str


def marked(before: str, after: str) -> Iterator[Marked]:
    """The stretches in reading order; what was replaced stands before what replaces it."""
    if len(before) + len(after) > LONGEST_MARKED:
        yield from (Marked("gone", before), Marked("new", after))
        return
    for how, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            yield Marked("kept", before[start:end])
            continue
        if end > start:
            yield Marked("gone", before[start:end])
        if new_end > new_start:
            yield Marked("new", after[new_start:new_end])


ALIKE = 0.6  # so much of the words in common makes two points one; below, the office is asked to look


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnits:
    """A name in its role, and the units that it means; none means that it is not resolved."""

    name: str
    role: str
    is_group: bool
    units: tuple[Unit, ...] = ()  # in the order of the units
    group: UnitGroup | None = field(default=None, compare=False)

    @property
    def identity(self) -> tuple[str, str]:
        return (self.name, self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point as one edition has it (要点). `pk` is its record's, where there is one."""

    key: str
    part_number: str = ""
    part_title: str = ""
    section_number: str = ""
    section_title: str = ""
    number: str = ""
    title: str = field(default="", compare=False)  # empty: to be made of the text
    text: str
    due_date: date
    due_date_is_default: bool = False
    names: tuple[NamedUnits, ...] = ()
    responsibility_texts: tuple[str, ...] = field(default=(), compare=False)
    limits: Mapping[str, Any] = field(default_factory=dict, compare=False)
    pk: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        return name_of_point(self.key)

    @property
    def label(self) -> str:
        return label_of_point(self.key, self.title or title_of(self.text))

    @property
    def heading(self) -> str:
        """Where it stands: 一、着力加强主动公开 （一）围绕重点领域公开 第3条."""
        part = f"{self.part_number}、{self.part_title}" if self.part_number else self.part_title
        number = f"第{self.number}条" if self.number else ""
        return " ".join(filter(None, (part, f"{self.section_number}{self.section_title}", number))) or "不分部分"

    @property
    def roles(self) -> UnitRoles:
        """Each unit that owes it, in its one role."""
        return divide(UnitRole(unit, each.role, not each.is_group) for each in self.names for unit in each.units)

    @property
    def roles_in_words(self) -> list[str]:
        return in_words(self.roles)


def point_of(record: WorkPoint) -> Point:
    """The point of a record (responsibilities with their units and groups prefetched)."""
    return Point(
        pk=record.pk,
        **{name: getattr(record, name) for name in WRITTEN},
        title=record.title,
        names=tuple(_named(each) for each in sorted(record.responsibilities.all(), key=lambda each: each.position)),
        responsibility_texts=tuple(record.responsibility_texts),
        limits=record.limits,
    )


# What a point's own row holds and a change may touch.
PLACE = ("part_number", "part_title", "section_number", "section_title", "number")
WRITTEN = ("key", *PLACE, "text", "due_date", "due_date_is_default")


def _named(each: Responsibility) -> NamedUnits:
    units = sorted(each.units.all(), key=lambda unit: (unit.position, unit.code))
    return NamedUnits(name=each.name, role=each.role, is_group=each.is_group, units=tuple(units), group=each.group)


# The difference.


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A unit stays, in another role."""

    unit: Unit
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.unit}由{label(self.before)}改为{label(self.after)}"


@dataclass(frozen=True, slots=True)
class PointChange:
    """A point that is in both editions, and differs."""

    before: Point
    after: Point

    @property
    def text_changed(self) -> bool:
        return self.before.text != self.after.text

    @property
    def was_rewritten(self) -> bool:
        """Few of its words stayed, beside what was added: the office looks whether it is the same point."""
        before, after = bigrams(self.before.text), bigrams(self.after.text)
        return (before & after).total() < ALIKE * min(before.total(), after.total())

    @property
    def marked_text(self) -> list[Marked]:
        return list(marked(self.before.text, self.after.text))

    @property
    def due_changed(self) -> bool:
        return self.before.due_date != self.after.due_date

    @property
    def place_changed(self) -> bool:
        return any(getattr(self.before, name) != getattr(self.after, name) for name in ("key", *PLACE))

    @property
    def names_changed(self) -> bool:
        return _by_identity(self.before) != _by_identity(self.after)

    @property
    def joined(self) -> UnitRoles:
        """The units that come, with their roles."""
        known = {unit for unit, _ in self.before.roles}
        return tuple((unit, role) for unit, role in self.after.roles if unit not in known)

    @property
    def joined_in_words(self) -> list[str]:
        return in_words(self.joined)

    @property
    def left(self) -> tuple[Unit, ...]:
        """The units that are named no longer."""
        still = {unit for unit, _ in self.after.roles}
        return tuple(unit for unit, _ in self.before.roles if unit not in still)

    @property
    def role_changes(self) -> tuple[RoleChange, ...]:
        then = dict(self.before.roles)
        return tuple(
            RoleChange(unit, then[unit], role) for unit, role in self.after.roles if then.get(unit, role) != role
        )

    @property
    def names_in_words(self) -> list[str]:
        """What was written differently without any unit coming or going."""
        before, after = _by_identity(self.before), _by_identity(self.after)
        gone = [before[identity] for identity in before if identity not in after]
        new = [after[identity] for identity in after if identity not in before]
        return [*(f"删去“{each.name}”（{label(each.role)}）" for each in gone), *(_name_added(each) for each in new)]

    def __bool__(self) -> bool:
        differs = self.text_changed or self.due_changed or self.place_changed or self.names_changed
        return differs or self.before.due_date_is_default != self.after.due_date_is_default


@dataclass(frozen=True, slots=True)
class NoticeDifference:
    """All of it, each list in the order of its document; `kept` are the points in which nothing differs."""

    added: tuple[Point, ...] = ()
    removed: tuple[Point, ...] = ()
    changed: tuple[PointChange, ...] = ()
    kept: tuple[PointChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def assignments(self) -> tuple[int, int, int]:
        """How many units come to points, how many leave, how many change their role."""
        come = sum(len(point.roles) for point in self.added) + sum(len(change.joined) for change in self.changed)
        go = sum(len(point.roles) for point in self.removed) + sum(len(change.left) for change in self.changed)
        return come, go, sum(len(change.role_changes) for change in self.changed)

    @property
    def summary(self) -> str:
        """将新增3条、修改5条、删除1条要点；任务分工增加4项、减少2项、角色变化1项。"""
        if not self:
            return "没有变化。"
        points = _counted(
            ("新增", len(self.added)), ("修改", len(self.changed)), ("删除", len(self.removed)), unit="条"
        )
        come, go, roles = self.assignments
        units = _counted(("增加", come), ("减少", go), ("角色变化", roles), unit="项")
        return f"将{points}要点" + (f"；任务分工{units}。" if units else "。")

    def as_detail(self, **more: object) -> dict[str, object]:
        """The difference as the audit trail keeps it: what was there before stays to be read."""
        return {
            **more,
            "summary": self.summary,
            "added": [point.key for point in self.added],
            "removed": [{"point": point.key, "text": point.text} for point in self.removed],
            "changed": [
                {
                    "point": change.before.key,
                    "text": change.before.text,
                    "due_date": change.before.due_date.isoformat(),
                    "units": {unit.code: role for unit, role in change.before.roles},
                }
                for change in self.changed
            ],
        }


def compare_points(pairs: Iterable[tuple[Point | None, Point | None]]) -> NoticeDifference:
    """The difference of points that are matched already: (before, after), None on one side where a point is missing."""
    pairs = list(pairs)
    both = [PointChange(before, after) for before, after in pairs if before and after]
    return NoticeDifference(
        added=tuple(after for before, after in pairs if after and not before),
        removed=tuple(before for before, after in pairs if before and not after),
        changed=tuple(change for change in both if change),
        kept=tuple(change for change in both if not change),
    )


def in_words(roles: UnitRoles) -> list[str]:
    return [f"{unit}（{label(role)}）" for unit, role in roles]


def label(role: str) -> str:
    return str(Responsibility.Role(role).label)


def _by_identity(point: Point) -> dict[tuple[str, str], NamedUnits]:
    return {each.identity: each for each in point.names}


def _name_added(each: NamedUnits) -> str:
    return f"增加“{each.name}”（{label(each.role)}{'' if each.units else '，未确定单位'}）"


def _counted(*parts: tuple[str, int], unit: str) -> str:
    return "、".join(f"{what}{count}{unit}" for what, count in parts if count)


def settled(before: Point, after: Point) -> Point:
    """The later point without what differs in width and blanks alone (（一） and (一)): that changes nothing."""
    same = {
        name: getattr(before, name)
        for name in ("key", *PLACE, "text")
        if fold(getattr(before, name)) == fold(getattr(after, name))
    }
    written = {(fold(each.name), each.role): each.name for each in before.names}
    names = (replace(each, name=written.get((fold(each.name), each.role), each.name)) for each in after.names)
    return replace(after, **same, names=tuple(names))


# Which points are the same.


def match(before: Sequence[Point], after: Sequence[Point]) -> list[tuple[Point | None, Point | None]]:
    """Pair the points of two editions, in the order of the second; what has no counterpart stands alone."""
    matching = Matching(before, after)
    matching.by_key_and_text()
    matching.by_text()
    matching.by_likeness(same_key=True)
    matching.by_likeness(same_key=False)
    matching.by_key()
    found = matching.found
    taken = set(found.values())
    return [
        *((before[found[place]] if place in found else None, point) for place, point in enumerate(after)),
        *((point, None) for place, point in enumerate(before) if place not in taken),
    ]


class Matching:
    """Pairs points step by step, the surest first; `found` gives the earlier point's place by the later one's."""

    def __init__(self, before: Sequence[Point], after: Sequence[Point]) -> None:
        self.before, self.after = before, after
        self.found: dict[int, int] = {}
        self.left = dict.fromkeys(range(len(before)))
        self.words = {id(point): bigrams(point.text) for point in (*before, *after)}

    def by_key_and_text(self) -> None:
        self._by(lambda point: (fold(point.key), fold(point.text)))

    def by_text(self) -> None:
        """A point that was only numbered anew."""
        self._by(lambda point: fold(point.text))

    def by_key(self) -> None:
        self._by(lambda point: fold(point.key))

    def by_likeness(self, *, same_key: bool) -> None:
        """The likest first."""
        candidates = sorted(self._alike(same_key=same_key), key=lambda each: (-each[0], each[1], each[2]))
        for _, old, new in candidates:
            if old in self.left and new not in self.found:
                self._pair(old, new)

    def _alike(self, *, same_key: bool) -> Iterator[tuple[float, int, int]]:
        for new in self._open():
            for old in self.left:
                if same_key and fold(self.before[old].key) != fold(self.after[new].key):
                    continue
                alike = likeness(self.words[id(self.before[old])], self.words[id(self.after[new])])
                if alike >= ALIKE:
                    yield alike, old, new

    def _by(self, place_of: Callable[[Point], object]) -> None:
        places: dict[object, list[int]] = {}
        for old in self.left:
            places.setdefault(place_of(self.before[old]), []).append(old)
        for new in self._open():
            if same := places.get(place_of(self.after[new])):
                self._pair(same.pop(0), new)

    def _open(self) -> list[int]:
        return [place for place in range(len(self.after)) if place not in self.found]

    def _pair(self, old: int, new: int) -> None:
        self.found[new] = old
        del self.left[old]


def bigrams(text: str) -> Counter[str]:
    """The text's pairs of neighbouring characters, blanks aside."""
    text = "".join(text.split())
    return Counter(text[place : place + 2] for place in range(max(len(text) - 1, 1)))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much two texts have in common, from 0 to 1 (Dice)."""
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


KEPT = ("position", "title", "responsibility_texts", *WRITTEN)  # what an edition keeps of its point


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


# The day of the figures (统计日期) that a form proposes.


def proposed_day(issued: QuerySet[WorkPointNotice], *, today: date) -> date:
    """Yesterday, the last day that is over; today if nothing was issued before it, for then yesterday has no figures."""
    yesterday = today - timedelta(days=1)
    if issued.filter(issued_at__lt=end_of(yesterday)).exists() or not issued.exists():
        return yesterday
    return today
