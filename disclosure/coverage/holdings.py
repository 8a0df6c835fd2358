"""What was public at the end of a day (公开情况的依据), by duty and unit: two statements for any number of items.

What was withdrawn later was public then. An item that was taken over counts from its day of then. What is only
named, and not disclosed (依申请公开、不予公开), fulfils nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import BooleanField, Count, Expression, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from disclosure.coverage.limits import PublicItem
from disclosure.coverage.owing import Key, Owing
from disclosure.coverage.rhythm import MONTHS
from disclosure.coverage.standing import Held
from disclosure.models import Item, PublicVersion
from disclosure.states import DisclosureMethod, ItemStatus, Validity
from ninghai.clock import end_of

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


def read_holdings(owing: Owing, *, duties: Collection[int], units: Collection[int] | None = None) -> dict[Key, Holding]:
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


def _counted(items: Items, owing: Owing) -> Iterable[Any]:
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
