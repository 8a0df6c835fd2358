"""Who owes what on a day, and what was public at its end (公开情况的依据), by duty and unit: few statements for any number.

What was withdrawn later was public then. An item that was taken over counts from its day of then. What is only
named, and not disclosed (依申请公开、不予公开), fulfils nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import BooleanField, Count, Expression, ExpressionWrapper, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from disclosure.coverage.status import MONTHS, Days, Held, PublicItem
from disclosure.models import CatalogueEntry, EntryUnit, Item, PublicVersion
from disclosure.models.states import DisclosureMethod, ItemStatus, Validity
from ninghai.calendar.clock import end_of
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Unit
from ninghai.models.calendar import Limit, LimitUnit

# Who owes which duty on a day (公开责任).

Key = tuple[int, int]  # a duty and a unit


@dataclass(frozen=True)
class OwingUnits:
    """The duties of a day and who owes them; `since` is the day from which a unit owes it, where somebody said so."""

    on: date
    entries: Mapping[int, CatalogueEntry]
    since: Mapping[Key, date | None]
    heirs: Mapping[int, int]  # by unit: who stands in for it on the day
    offices: frozenset[int] = frozenset()  # the county's own office

    @classmethod
    def read(cls, *, on: date) -> "OwingUnits":
        entries = {entry.pk: entry for entry in CatalogueEntry.objects.all()}
        units = {unit.pk: unit for unit in Unit.objects.only("pk", "kind", "valid_until", "successor")}
        heirs = _heirs(units, on)
        since = {
            (entry, heirs[unit]): day
            for entry, named in _named(entries, on=on).items()
            for unit, day in sorted(named.items(), key=lambda each: each[0] == heirs.get(each[0]))  # one's own day wins
            if unit in heirs
        }
        offices = frozenset(pk for pk, unit in units.items() if unit.kind == Unit.Kind.OFFICE)
        return cls(on=on, entries=entries, since=since, heirs=heirs, offices=offices)

    @cached_property
    def duties(self) -> frozenset[int]:
        return frozenset(entry for entry, _ in self.since)

    def units_behind(self, unit: int) -> set[int]:
        """The unit and those for which it stands in."""
        return {each for each, heir in self.heirs.items() if heir == unit}


def _named(entries: Mapping[int, CatalogueEntry], *, on: date) -> dict[int, dict[int, date | None]]:
    """By duty in use: the units named for it, there or at the nearest heading that names any."""
    named: dict[int, dict[int, date | None]] = {}
    in_force = EntryUnit.objects.filter(Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on))
    for each in in_force:
        named.setdefault(each.entry_id, {})[each.unit_id] = each.since
    headings = {entry.parent_id for entry in entries.values()}
    found = {}
    for entry in entries.values():
        line = list(_upwards(entry, entries))
        is_retired = any(each.retired_on and each.retired_on <= on for each in line)
        if entry.pk not in headings and not is_retired and entry.method == DisclosureMethod.PROACTIVE:
            found[entry.pk] = next((named[each.pk] for each in line if each.pk in named), {})
    return found


def _upwards(entry: CatalogueEntry, entries: Mapping[int, CatalogueEntry]) -> Iterator[CatalogueEntry]:
    """The duty and the headings above it."""
    passed: set[int] = set()
    while entry.pk not in passed:  # who made a circle of headings sees no endless page
        passed.add(entry.pk)
        yield entry
        entry = entries.get(entry.parent_id or 0, entry)


def _heirs(units: Mapping[int, Unit], on: date) -> dict[int, int]:
    """Each unit's own number while it exists, later its successor's; who ended without one is not there."""
    heirs = {}
    for pk, unit in units.items():
        for _ in range(len(units)):
            if unit.valid_until is None or unit.valid_until >= on or unit.successor_id is None:
                break
            unit = units[unit.successor_id]
        if unit.valid_until is None or unit.valid_until >= on:
            heirs[pk] = unit.pk
    return heirs


Items = QuerySet[Any, Any]  # of items, with what is annotated below


@dataclass(frozen=True, slots=True)
class Holding:
    """What a unit has public under a duty."""

    last: int  # the item's number
    items: int
    held: Held


def first_public_on(prefix: str = "") -> Expression:
    """The day on which an item first became public: here, or elsewhere if it was taken over from there."""
    return TruncDate(f"{prefix}published_at")


def public_on_day(on: date) -> Items:
    """The items that were public at the end of the day, with the day on which they became so (`public_on`)."""
    was_public = Q(status=ItemStatus.PUBLISHED) | Q(status=ItemStatus.WITHDRAWN, withdrawn_at__gte=end_of(on))
    was_here = Q(is_imported=False) | Q(drafted_at__lt=end_of(on))  # what is taken over later changes no earlier day
    rows: Items = Item.objects.filter(
        was_public, was_here, method=DisclosureMethod.PROACTIVE, published_at__lt=end_of(on)
    )
    with_day: Items = rows.annotate(public_on=first_public_on()).order_by()
    return with_day


def read_holdings(
    owing: OwingUnits, *, duties: Collection[int], units: Collection[int] | None = None
) -> dict[Key, Holding]:
    """What is public under these duties; of an heir also what the unit before it left."""
    items = public_on_day(owing.on).filter(entry__in=duties)
    if units is not None:
        items = items.filter(unit__in=units)
    last = {(row[0], row[1]): (row[2], public_item(*row[3:])) for row in _last_items(items)}
    revised = _revised_on(items, owing.on)
    found: dict[Key, Holding] = {}
    for entry, unit, number, holds, days in _counted(items, owing):
        if unit in owing.heirs and (entry, unit) in last:  # else its first item came between the two statements
            pk, item = last[entry, unit]
            news = tuple(sorted({*days, *revised.get((entry, unit), ())}))
            holding = Holding(pk, number, Held(item, news, bool(holds)))
            key = entry, owing.heirs[unit]
            found[key] = _together(found[key], holding) if key in found else holding
    return found


def _counted(items: Items, owing: OwingUnits) -> Iterable[Any]:
    """Duty, unit, how many, whether one of them is in force, and for what comes back the days."""
    coming_back = [pk for pk in owing.duties if owing.entries[pk].rhythm in MONTHS]
    in_force = _holds_until("expires_on__gte", owing.on, ended=Validity.EXPIRED)
    in_force &= _holds_until("repealed_on__gt", owing.on, ended=Validity.REPEALED)
    rows: Items = items.values("entry_id", "unit_id").annotate(
        number=Count("pk"),
        holds=BoolOr(in_force),
        days=ArrayAgg("public_on", filter=Q(entry__in=coming_back), distinct=True, default=[]),
    )
    counted: Items = rows.values_list("entry_id", "unit_id", "number", "holds", "days")
    return counted.iterator()


def _holds_until(day: str, on: date, *, ended: Validity) -> Q:
    """By its day where it has one: what expired or was repealed later was in force then. Else by its label of today."""
    column = day.partition("__")[0]
    return Q(**{day: on}) | Q(**{column: None}) & ~Q(validity=ended)


def _revised_on(items: Items, on: date) -> dict[Key, set[date]]:
    """The days on which a revision took the place of what was public."""
    revised: dict[Key, set[date]] = {}
    rows = PublicVersion.objects.filter(item__in=items.values("pk"), public_until__lt=end_of(on)).order_by()
    for entry, unit, moment in rows.values_list("item__entry_id", "item__unit_id", "public_until"):
        revised.setdefault((entry, unit), set()).add(timezone.localdate(moment))
    return revised


def _last_items(items: Items) -> Iterable[Any]:
    """Duty, unit, and the newest item of both, as a limit sees it."""
    newest = items.order_by("entry_id", "unit_id", "-public_on", "-pk").distinct("entry_id", "unit_id")
    return as_limits_see_it(newest, "entry_id", "unit_id").iterator()


def as_limits_see_it(items: Items, *before: str) -> Items:
    """Number, day, 成文日期, day of the document that it interprets, and whether nobody knows its day."""
    rows: Items = items.annotate(
        explains_public_on=first_public_on("explains__"),
        day_unknown=ExpressionWrapper(Q(is_imported=True, original_published_on=None), output_field=BooleanField()),
    )
    columns = ("pk", "public_on", "formed_date", "explains_public_on", "day_unknown")
    as_seen: Items = rows.values_list(*before, *columns)
    return as_seen


def public_item(
    public_on: date, formed_on: date | None, explains_public_on: date | None, day_unknown: bool
) -> PublicItem:
    return PublicItem(public_on, formed_on, explains_public_on, not day_unknown)


def _together(one: Holding, other: Holding) -> Holding:
    """What a unit and the one before it have public, as one."""
    newer = max(one, other, key=lambda each: (each.held.last.public_on, each.last))
    days = tuple(sorted({*one.held.news, *other.held.news}))
    return Holding(newer.last, one.items + other.items, Held(newer.held.last, days, one.held.holds or other.held.holds))


# Policy and interpretation (文件与解读): what owes an interpretation, by when, and whether it came.

LIMIT = Limit(LimitUnit.WORKING_DAY, 3)
BASIS = "国办发〔2016〕19号"


@dataclass(frozen=True, slots=True)
class OwedInterpretation:
    """A marked policy, when its interpretation is due, and when the first one became public."""

    document: int
    unit: int
    title: str
    public_on: date
    due_on: date
    interpreted_on: date | None

    def days_late(self, *, on: date) -> int:
        """By how many days it came late, or is late on that day."""
        return max(0, ((self.interpreted_on or on) - self.due_on).days)

    def is_missing(self, *, on: date) -> bool:
        return self.interpreted_on is None and self.due_on < on

    @property
    def derivation(self) -> str:
        return f"{self.public_on:%Y-%m-%d}公开，{LIMIT}内（当日不计）即{self.due_on:%Y-%m-%d}前应公开解读（{BASIS}）"

    def words(self, *, on: date) -> str:
        """How it stands on that day, in a sentence."""
        late = f"，逾期{self.days_late(on=on)}天" if self.days_late(on=on) else ""
        stands = f"{self.interpreted_on:%Y-%m-%d}已公开" if self.interpreted_on else "还没有公开"
        return f"《{self.title}》{self.derivation}，{stands}{late}。"


def owed_interpretations(
    *,
    on: date,
    calendar: WorkCalendar,
    units: Collection[int] | None = None,
    documents: Collection[int] | None = None,
) -> list[OwedInterpretation]:
    """Every marked policy that was public at the end of the day, or those of some units, or some; the latest first."""
    marked = public_on_day(on).filter(owes_interpretation=True)
    if units is not None:
        marked = marked.filter(unit__in=units)
    if documents is not None:
        marked = marked.filter(pk__in=documents)
    rows = list(marked.order_by("-public_on", "-pk").values_list("pk", "unit_id", "title", "public_on"))
    interpreted = _interpreted_on([row[0] for row in rows], on)
    return list(_owed(rows, interpreted, Days(calendar)))


def _owed(
    rows: Iterable[tuple[int, int, str, date]], interpreted: dict[int, date], days: Days
) -> Iterator[OwedInterpretation]:
    for pk, unit, title, public_on in rows:
        yield OwedInterpretation(pk, unit, title, public_on, days.after(LIMIT, public_on), interpreted.get(pk))


def _interpreted_on(documents: Collection[int], on: date) -> dict[int, date]:
    """By policy: the day on which the first of its interpretations became public."""
    items: Items = public_on_day(on).filter(explains__in=documents)
    return dict(items.values("explains").annotate(first=Min("public_on")).values_list("explains", "first"))
