"""One inbox for everybody (今天要办): whatever waits for a person, in one list sorted by lateness.

Each kind of waiting work is declared once, in the `waiting.py` of the room to which its records lead.

    @waits
    class ReportsToConfirm(WaitingKind[ProgressReport]):
        label, verb, roles = "进展填报待确认", "确认", OFFICE
        def records(self, user: User, on: date) -> QuerySet[ProgressReport]: ...

Doors, headings and lists count by the same `records`, so they agree; what `records` finds is what the rules let this
person act on now, so that a piece is gone after its act.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast, get_args

import redis
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DateField, Expression, F, Min, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from ninghai.accounts.permission_table import IN_THE_ADMIN
from ninghai.calendar import clock
from ninghai.models import Role, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.web.http import AuthenticatedRequest

M = TypeVar("M", bound=Model)
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
FEW = 3  # so many pieces of a kind stand singly where there is a list of all of them
SOON = 7  # days
NO_DAY: Expression = Cast(Value(None), DateField())


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row: a piece of work, or many equal ones with the list behind them."""

    title: str
    verb: str  # on the button
    url: str
    unit: str = ""  # whose it is
    words: str = ""  # why it waits
    since: date | None = None
    due: date | None = None
    left: int | None = None  # days until it is due; negative is late
    what: str = ""  # is due, so that nobody takes a late report for a late task (报送, 任务)
    is_sent_back: bool = False
    count: int = 1

    @property
    def due_words(self) -> str:
        """报送逾期3天, 任务今天到期, 整改还有12天."""
        if self.left is None:
            return ""
        if self.left < 0:
            return f"{self.what}逾期{-self.left}天"
        return f"{self.what}还有{self.left}天" if self.left else f"{self.what}今天到期"

    @property
    def tone(self) -> str:
        if self.left is None:
            return ""
        return "late" if self.left < 0 else "due" if self.left <= SOON else "info"

    @property
    def urgency(self) -> tuple[Any, ...]:
        """What is overdue longest first, then what is due soonest, then what waits longest."""
        return self.due or date.max, not self.is_sent_back, self.since or date.max


@dataclass(frozen=True, slots=True)
class WaitingTally:
    """How many pieces of a kind there are, since when the oldest waits, when the first is due, and how many are overdue."""

    count: int
    since: date | None = None
    due: date | None = None
    late: int = 0


class WaitingKind(Generic[M]):
    """A kind of waiting work: who has it, what stands in the list, and the one verb."""

    key: ClassVar[str]  # of the class's name: what an address calls it
    model: ClassVar[type[Model]]
    label: ClassVar[str]  # in the office's words
    verb: ClassVar[str]
    verb_for_many: ClassVar[str] = "逐条办理"
    roles: ClassVar[frozenset[Role]]
    place: ClassVar[str] = "tasks:work"  # the entry of a unit's menu that counts it
    group: ClassVar[DeskGroup | None] = None  # the part of the office's work that counts it
    listed_with: ClassVar[type[Model] | None] = (
        None  # whose list in that part counts it; that of its model where this is empty
    )
    since: ClassVar[str | Expression] = NO_DAY  # a field or expression: from which day each waits
    due: ClassVar[str | Expression] = NO_DAY  # by which day
    what_is_due: ClassVar[str] = ""  # the noun of that day (报送, 任务, 整改); the verb where this is empty
    is_among_the_dates: ClassVar[bool] = False  # a calendar has the day already (`desk_dates`)
    dates_itself: ClassVar[bool] = False  # its `pieces` reckon the days, and not the database
    has_list: ClassVar[bool] = True  # whether the office's list of its model narrows to what waits
    is_queued: ClassVar[bool] = False  # whether they are decided one after another (`staff_site.queue`)
    is_asked_anew: ClassVar[bool] = False  # its `records` look at more than who asks and the day

    def __init_subclass__(cls) -> None:
        cls.key = CAPITAL.sub("-", cls.__name__).lower()
        named = [arg for base in getattr(cls, "__orig_bases__", ()) for arg in get_args(base) if isinstance(arg, type)]
        if named:
            cls.model = named[0]

    def records(self, user: User, on: date) -> QuerySet[M]:
        """What waits for this person at the end of the day."""
        raise NotImplementedError

    def for_list(self, records: QuerySet[M]) -> QuerySet[M]:
        """With the names that a row shows."""
        return records

    def title(self, record: M) -> str:
        return str(record)

    def unit(self, record: M) -> str:
        return ""

    def words(self, record: M) -> str:
        return self.label

    def address(self, record: M, user: User) -> str:
        raise NotImplementedError

    def behind(self, user: User) -> str:
        """The list in which this person finds all of them and nothing else, where there is one."""
        in_admin = self.has_list and works_in_the_admin(user) and admin.site.is_registered(self.model)
        return list_in_admin(self.model, waiting=self.key) if in_admin else ""

    def verb_of(self, record: M) -> str:
        return self.verb

    def is_sent_back(self, record: M) -> bool:
        return False

    # What the inbox asks.

    def tally(self, user: User, on: date) -> QuerySet[M, Any]:
        """How much there is, in a row that goes into one statement with those of the other kinds."""
        records: Any = self.records(user, on).order_by()
        records = records.annotate(kind_of_work=Value(self.key), waiting_due=_day(self.due)).values("kind_of_work")
        counted = records.annotate(
            how_many=Count("pk", distinct=True),
            first_since=Min(_day(self.since)),
            first_due=Min("waiting_due"),
            how_many_late=Count("pk", filter=Q(waiting_due__lt=on), distinct=True),
        )
        rows: QuerySet[M, Any] = counted.values_list(
            "kind_of_work", "how_many", "first_since", "first_due", "how_many_late"
        )
        return rows

    def pieces(self, user: User, on: date) -> list[Waiting]:
        """Each of them as a row."""
        records: Any = self.records(user, on).annotate(waiting_since=_day(self.since), waiting_due=_day(self.due))
        return [self.row(record, user, on) for record in self.for_list(records)]

    def row(self, record: M, user: User, on: date) -> Waiting:
        due: date | None = record.waiting_due  # type: ignore[attr-defined]  # annotated
        return Waiting(
            title=self.title(record),
            verb=self.verb_of(record),
            url=self.address(record, user),
            unit=self.unit(record),
            words=self.words(record),
            since=record.waiting_since,  # type: ignore[attr-defined]  # annotated
            due=due,
            left=days_left(due, on=on),
            what=self.what_is_due or self.verb,
            is_sent_back=self.is_sent_back(record),
        )

    def together(self, tally: WaitingTally, user: User, on: date) -> Waiting:
        """All of them as one row."""
        return Waiting(
            title=self.label,
            verb=self.verb_for_many,
            url=self.behind(user),
            since=tally.since,
            due=tally.due,
            left=days_left(tally.due, on=on),
            what=self.what_is_due or self.verb,
            count=tally.count,
        )

    def door(self, user: User) -> str:
        """What counts it: a part of the office's work, or an entry of the unit's menu."""
        return str(self.group) if self.group and works_in_the_admin(user) else self.place

    @property
    def entry(self) -> str:
        """The address of the office's list that counts it, behind that door; empty where there is none."""
        model = self.listed_with or self.model
        return list_in_admin(model) if self.group and admin.site.is_registered(model) else ""


class ReckonedKind(WaitingKind[M]):
    """Of which only Python can tell what waits: its `pieces` are what is counted."""

    def pieces(self, user: User, on: date) -> list[Waiting]:
        raise NotImplementedError

    def behind(self, user: User) -> str:
        return ""


KINDS: list[WaitingKind[Any]] = []
K = TypeVar("K", bound=type[WaitingKind[Any]])


def waits(kind: K) -> K:
    """Declare a kind of waiting work; earlier ones stand before later ones that are as urgent."""
    KINDS.append(kind())
    return kind


def kinds_of(user: User) -> list[WaitingKind[Any]]:
    role = user.acting.role if user.acting and user.is_active else None
    return [kind for kind in KINDS if role in kind.roles]


def works_in_the_admin(user: User) -> bool:
    return user.acting is not None and user.acting.role in IN_THE_ADMIN


def list_in_admin(model: type[Model], **narrowed: str) -> str:
    """The office's list of these records, narrowed."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(narrowed)}" if narrowed else address


def page_in_admin(record: Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def told_apart(rows: Sequence[Waiting]) -> list[Waiting]:
    """Of rows with one title of one unit, each says in its title why it waits."""
    alike = Counter((row.title, row.unit) for row in rows)
    return [
        replace(row, title=f"{row.title}（{row.words}）", words="")
        if alike[row.title, row.unit] > 1 and row.words
        else row
        for row in rows
    ]


def days_left(due: date | None, *, on: date) -> int | None:
    return (due - on).days if due else None


def tally_of(pieces: Sequence[Waiting]) -> WaitingTally:
    return WaitingTally(
        sum(piece.count for piece in pieces),
        min((piece.since for piece in pieces if piece.since), default=None),
        min((piece.due for piece in pieces if piece.due), default=None),
        sum(piece.count for piece in pieces if piece.tone == "late"),
    )


def _day(said: str | Expression) -> Expression | F:
    return F(said) if isinstance(said, str) else said


class WaitingFilter(admin.SimpleListFilter):
    """待我办理: of any list of the office, what of one kind waits for this person; the same that the inbox counts."""

    title, parameter_name = "待我办理", "waiting"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        kinds = kinds_of(cast(User, request.user))
        counted = [kind for kind in kinds if kind.has_list and not isinstance(kind, ReckonedKind)]
        self.kinds = {kind.key: kind for kind in counted if kind.model is model_admin.model}
        return [(key, kind.label) for key, kind in self.kinds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.kinds.get(self.value() or "")
        if kind is None:
            return queryset
        return queryset.filter(pk__in=kind.records(cast(User, request.user), clock.today()).values("pk"))


class Inbox:
    """What waits for one person on a day; each question is asked of the database once."""

    def __init__(self, user: User, *, on: date) -> None:
        self.user, self.on, self.kinds = user, on, kinds_of(user)
        self._read: dict[WaitingKind[Any], list[Waiting]] = {}

    @classmethod
    def of(cls, request: AuthenticatedRequest, *, on: date) -> "Inbox":
        """The one of this request, whoever asks for it first."""
        kept = request.__dict__.get("inbox")
        if not isinstance(kept, cls) or kept.on != on:
            kept = request.__dict__["inbox"] = cls(request.user, on=on)
        return kept

    @cached_property
    def tallies(self) -> dict[WaitingKind[Any], WaitingTally]:
        """How much there is of each kind: one statement for all kinds that the database counts."""
        counted = {name: WaitingTally(*figures) for name, *figures in self._counted()}
        return {
            kind: tally_of(self._pieces(kind))
            if isinstance(kind, ReckonedKind)
            else counted.get(kind.key, WaitingTally(0))
            for kind in self.kinds
        }

    def _counted(self) -> Iterator[Sequence[Any]]:
        for kind in self.kinds:
            if kind.is_asked_anew:
                yield from kind.tally(self.user, self.on)
        sql, parameters = question_of(self.user, on=self.on)
        if sql:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                yield from cursor.fetchall()

    @cached_property
    def total(self) -> int:
        return sum(tally.count for tally in self.tallies.values())

    @cached_property
    def by_door(self) -> dict[str, int]:
        """How much waits behind each door of the menu; what has nothing is not named."""
        return self._counted_by(lambda kind: kind.door(self.user))

    @cached_property
    def by_entry(self) -> dict[str, int]:
        """How much waits in each list of the office; what has nothing, or no list, is not named."""
        return self._counted_by(lambda kind: kind.entry) if works_in_the_admin(self.user) else {}

    def _counted_by(self, place: Callable[[WaitingKind[Any]], str]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for kind, tally in self.tallies.items():
            if tally.count:
                counts[place(kind)] += tally.count
        counts.pop("", None)
        return dict(counts)

    @cached_property
    def rows(self) -> list[Waiting]:
        """The list: what is overdue longest first, then what is due soonest, then what waits longest."""
        rows = [row for kind, tally in self.tallies.items() if tally.count for row in self._rows_of(kind, tally)]
        return told_apart(sorted(rows, key=lambda row: row.urgency))

    @property
    def dated(self) -> list[Waiting]:
        """For a calendar: what has a day that is in no list of dates."""
        kinds = [kind for kind, tally in self.tallies.items() if tally.count and not kind.is_among_the_dates]
        return [row for kind in kinds for row in self._rows_of(kind, self.tallies[kind]) if row.due]

    @cached_property
    def late(self) -> int:
        """How many pieces are overdue, in whatever row they stand."""
        return sum(self._dated(kind).late for kind, tally in self.tallies.items() if tally.count)

    @property
    def clear(self) -> list[str]:
        """The kinds of work of which nothing waits."""
        return [kind.label for kind, tally in self.tallies.items() if not tally.count]

    def _rows_of(self, kind: WaitingKind[Any], tally: WaitingTally) -> list[Waiting]:
        if tally.count <= FEW or not kind.behind(self.user):
            return self._pieces(kind)
        return [kind.together(self._dated(kind), self.user, self.on)]

    def _dated(self, kind: WaitingKind[Any]) -> WaitingTally:
        """The tally with the days that only the pieces know."""
        return tally_of(self._pieces(kind)) if kind.dates_itself else self.tallies[kind]

    def _pieces(self, kind: WaitingKind[Any]) -> list[Waiting]:
        if kind not in self._read:
            self._read[kind] = kind.pieces(self.user, self.on)
        return self._read[kind]


# For the menus of every page: what waits behind each door, asked of the database once in a while.

COUNTED_FOR = 60  # seconds; what a person does oneself is counted at once


class MenuCounts(NamedTuple):
    """How much waits behind each door, and in each list behind the office's doors."""

    doors: dict[str, int]
    entries: dict[str, int]


def menu_counts(request: AuthenticatedRequest) -> MenuCounts:
    """As the page's own inbox counts, else as it was counted a moment ago."""
    if "inbox" not in request.__dict__ and "menu_counts" not in request.__dict__:
        with suppress(redis.RedisError):
            request.__dict__["menu_counts"] = cache.get_or_set(_key(request), lambda: _count(request), COUNTED_FOR)
    if "inbox" in request.__dict__:
        return _count(request)
    counted: MenuCounts | None = request.__dict__.get("menu_counts")
    return _count(request) if counted is None else counted


def doors_of(request: AuthenticatedRequest) -> dict[str, int]:
    """How much waits behind each door."""
    return menu_counts(request).doors


class CountAgainMiddleware:
    """Whoever has sent something finds the doors counted anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and isinstance(request.user, User):
            with suppress(redis.RedisError):
                cache.delete(_key(cast(AuthenticatedRequest, request)))
        return response


def _count(request: AuthenticatedRequest) -> MenuCounts:
    inbox = Inbox.of(request, on=clock.today())
    return MenuCounts(inbox.by_door, inbox.by_entry)


def _key(request: AuthenticatedRequest) -> str:
    acting = request.user.acting
    return f"menu:{request.user.pk}:{acting.pk if acting else 0}:{clock.today()}"


# The question for all tallies: writing it out takes as long as everything else on a page, and it depends on who asks and on
# the day alone, so that each process writes it out once.

QUESTIONS_KEPT = 500


@dataclass(frozen=True, slots=True)
class Asking:
    """All that a question depends on; `user` is who asks, as the rules want them."""

    person: int
    unit: int
    role: str
    on: date
    user: User = field(compare=False)


def question_of(user: User, *, on: date) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values; empty for who has nothing that the database counts."""
    acting = user.acting
    if acting is None or not user.is_active:
        return "", ()
    return _question(Asking(user.pk, acting.unit_id, acting.role, on, user))


@lru_cache(maxsize=QUESTIONS_KEPT)
def _question(asking: Asking) -> tuple[str, tuple[Any, ...]]:
    kinds = [kind for kind in kinds_of(asking.user) if not kind.is_asked_anew and not isinstance(kind, ReckonedKind)]
    asked = [kind.tally(asking.user, asking.on) for kind in kinds]
    try:
        return asked[0].union(*asked[1:], all=True).query.sql_with_params() if asked else ("", ())
    except EmptyResultSet:
        return "", ()
