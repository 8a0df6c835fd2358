"""The register (登记簿): a case is entered, gets its number, and may be voided, reopened, split, merged, found to be a duplicate, or
handed to another unit.

Numbers of a unit, kind and year have no gap: they are given under a lock in the transaction that keeps them. A void
number stays, with its reason.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day
from ninghai.cases.clocks import legal_runs
from ninghai.cases.events import record, replay
from ninghai.cases.kinds import ENGINE_STATES, EngineEvent, kind_called, kind_of
from ninghai.models import Case, CaseSeries, Unit, User
from ninghai.models.state_machine import TransitionError, Version
from ninghai.sealed.services import destroy

AT_ONCE = 200  # cases that are forgotten in one go
GONE = frozenset(state.code for state in ENGINE_STATES)  # nothing can join a case that has ended like this

logger = logging.getLogger(__name__)

# Entering.


@transaction.atomic
def enter_case(
    *,
    kind: str,
    unit: Unit,
    channel: str,
    subject: str,
    by: User | None,
    at: datetime,
    received_on: date | None = None,
    category: str = "",
    text: str = "",
    form_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Case:
    """Enter a case (录入); the same form sent again finds the first one's.

    It reaches the unit that has taken over where the unit is closed. `text` is sealed, lists show the `subject`. Without `received_on` its clock does not run yet.
    `happened_at` is for a case of a register of before: when it was entered there.
    """
    form_id = form_id or uuid4()
    if sent := Case.objects.filter(form_id=form_id).first():
        return sent
    unit = unit.standing_in(on=local_day(happened_at or at))
    told = {"unit": unit.pk, "channel": channel, "subject": subject, "category": category}
    columns: dict[str, Any] = {"unit": unit, "channel": channel, "subject": subject, "text": text, "entered_at": at}
    try:
        with transaction.atomic():
            case = Case.keyed(at=at, kind=kind_called(kind).code, form_id=form_id, **columns)
            case.save()
    except IntegrityError:  # sent twice at once
        return Case.objects.get(form_id=form_id)
    told_more = {**(facts or {}), "case": told}
    record(case=case, kind=EngineEvent.ENTER, by=by, at=at, happened_at=happened_at, facts=told_more)
    if received_on:
        confirm_receipt(case=case, received_on=received_on, by=by, at=at)
    return case


def confirm_receipt(
    *, case: Case, received_on: date, by: User | None, at: datetime, reason: str = "", seen: Version = ...
) -> None:
    """The day from which the law counts is known (确认收到): the clock starts."""
    record(
        case=case,
        kind=EngineEvent.RECEIVE,
        by=by,
        at=at,
        happened_at=beginning_of(received_on),
        reason=reason,
        seen=seen,
    )


def correct_receipt(*, case: Case, received_on: date, reason: str, by: User, at: datetime, seen: Version = ...) -> None:
    """Another day counts (更正收到日期), while nothing but the start has happened to the clock."""
    record(
        case=case,
        kind=EngineEvent.REDATE,
        by=by,
        at=at,
        happened_at=beginning_of(received_on),
        reason=reason,
        seen=seen,
    )


def moment_on(day: date, *, case: Case) -> datetime:
    """When something happened of which only the day is known: not before what else happened to the case that day."""
    same_day = [each.happened_at for each in case.events.all() if local_day(each.happened_at) == day]
    return max([beginning_of(day), *same_day])


# Registering.


@transaction.atomic
def register_case(
    *, case: Case, by: User | None, at: datetime, seen: Version = ..., came_from: Case | None = None
) -> Case:
    """Give it the next number in the register (登记) of its unit and year; `came_from` is the case that another unit handed over."""
    hold_calendar()
    held = Case.objects.select_related("unit").lock(case.pk, seen=seen)
    if held.number:
        raise TransitionError(f"已经登记，登记号是{held.number}。")
    kind, day = kind_of(held), local_day(at)
    unit = held.unit.standing_in(on=day)
    serial = next_in_series(unit=unit, series=kind.code, year=day.year)
    number = kind.number_of(unit=unit.short_name, year=day.year, serial=serial)
    told: dict[str, Any] = {"unit": unit.pk, "year": day.year, "serial": serial, "number": number}
    if came_from:
        told |= {"parent": came_from.pk, "relation": Case.Relation.MOVED}
    record(case=case, kind=EngineEvent.REGISTER, by=by, at=at, facts={"case": told})
    return case


def next_in_series(*, unit: Unit, series: str, year: int) -> int:
    """The next number of the series, kept if and only if this transaction is. Others wait for it here."""
    which = {"unit": unit, "series": series, "year": year}
    CaseSeries.objects.bulk_create([CaseSeries(**which)], ignore_conflicts=True)
    counter = CaseSeries.objects.select_for_update().get(**which)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def void_case(
    *,
    case: Case,
    reason: str,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    seen: Version = ...,
) -> None:
    """Entered by mistake (作废): the number stays, with the reason."""
    facts = {"case": {"void_reason": reason}}
    when: dict[str, Any] = {"at": at, "happened_at": happened_at}
    record(case=case, kind=EngineEvent.VOID, by=by, reason=reason, facts=facts, seen=seen, **when)


def reopen_case(
    *, case: Case, reason: str, by: User, at: datetime, decided_on: date | None = None, seen: Version = ...
) -> None:
    """Open a decided case again (重新办理): a full new period runs from the day of what made it necessary. Both answers stay."""
    happened_at = beginning_of(decided_on) if decided_on else at
    record(case=case, kind=EngineEvent.REOPEN, by=by, at=at, happened_at=happened_at, reason=reason, seen=seen)


# Cases that belong together.


@transaction.atomic
def split_case(
    *, case: Case, subjects: Sequence[str], by: User, at: datetime, seen: Version = ..., reason: str = ""
) -> list[Case]:
    """Make a case of each part (拆分), numbered n-1, n-2; they count from the same day as the whole would have."""
    hold_calendar()
    held = Case.objects.lock(case.pk, seen=seen)
    if not held.number or held.part or len(subjects) < 2:
        raise TransitionError("已登记、没有拆分过的办件才能拆分，并且至少拆成两件。")
    counted_from = _counted_from(held, otherwise="拆分；可以分别答复各项内容")
    record(case=case, kind=EngineEvent.SPLIT, by=by, at=at, reason=reason, facts={"parts": len(subjects)})
    whole = Case.objects.select_related("unit").get(pk=case.pk)
    return [
        _part_of(whole, number, subject=subject, counted_from=counted_from, by=by, at=at)
        for number, subject in enumerate(subjects, start=1)
    ]


def _counted_from(case: Case, *, otherwise: str) -> datetime | None:
    """From when the legal clock counts; TransitionError where pauses and extensions could not be carried over."""
    runs = legal_runs(case, case.events.order_by("number"))
    if not runs:
        return None
    history = runs[-1].history
    if replay(case).waits or history.extended_by or any(each.begun >= history.counted_from for each in history.pauses):
        raise TransitionError(f"时限暂停或者延长以后不能{otherwise}。")
    return history.counted_from


def _part_of(whole: Case, part: int, *, subject: str, counted_from: datetime | None, by: User, at: datetime) -> Case:
    case = _follower(whole, unit=whole.unit, subject=subject, counted_from=counted_from, by=by, at=at)
    told = {"parent": whole.pk, "relation": Case.Relation.SPLIT, "year": whole.year, "serial": whole.serial}
    told |= {"unit": whole.unit_id, "part": part, "number": f"{whole.number}-{part}"}
    record(case=case, kind=EngineEvent.REGISTER, by=by, at=at, facts={"case": told})
    kind_of(whole).hand_on(whole, case, by, at)
    return case


def _follower(first: Case, *, unit: Unit, subject: str, counted_from: datetime | None, by: User, at: datetime) -> Case:
    """A case for what another one asked. Its limit goes on; it was received when the first one was, whatever was amended since."""
    told: dict[str, Any] = {"kind": first.kind, "channel": first.channel, "category": first.category}
    case = enter_case(unit=unit, subject=subject, by=by, at=at, **told)
    if counted_from and first.received_on:
        facts = {"case": {"received_on": first.received_on.isoformat()}}
        record(case=case, kind=EngineEvent.RECEIVE, by=by, at=at, happened_at=counted_from, facts=facts)
    return case


@transaction.atomic
def move_case(*, case: Case, to: Unit, reason: str, by: User, at: datetime, seen: Version = ...) -> Case:
    """Hand it to another unit (转办), which registers it under a number of its own; the first number stays, the limit goes on."""
    hold_calendar()
    held, unit = Case.objects.select_related("unit").lock(case.pk, seen=seen), to.standing_in(on=local_day(at))
    if not held.number or unit == held.unit.standing_in(on=local_day(at)):
        raise TransitionError("已登记的办件才能转办，并且要转给另一个单位。")
    counted_from = _counted_from(held, otherwise="转办；请等恢复计算后再转，或者由本单位答复")
    follower = _follower(held, unit=unit, subject=held.subject, counted_from=counted_from, by=by, at=at)
    register_case(case=follower, by=by, at=at, came_from=held)
    record(case=case, kind=EngineEvent.MOVE, by=by, at=at, reason=reason, facts={"to": follower.pk})
    kind_of(held).hand_on(held, follower, by, at)
    return follower


def one_application(case: Case) -> list[int]:
    """The keys of the case and of those that it continues, as a part or at another unit; the first one stands last."""
    found = [case.pk]
    while case.parent and case.relation in {Case.Relation.SPLIT, Case.Relation.MOVED}:
        case = case.parent
        found.append(case.pk)
    return found


def merge_case(
    *,
    case: Case,
    into: Case,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    reason: str = "",
    seen: Version = ...,
) -> None:
    """Handle it together with another open case (并案): this one ends, the other one says what has joined it."""
    when: dict[str, Any] = {"at": at, "happened_at": happened_at or at}
    _join(case, into, kind=EngineEvent.MERGE, relation=Case.Relation.MERGED, by=by, when=when, reason=reason, seen=seen)


def mark_duplicate(
    *,
    case: Case,
    of: Case,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    reason: str = "",
    seen: Version = ...,
) -> None:
    """The same matter was sent twice under two forms (重复): this one ends, both numbers stay."""
    when: dict[str, Any] = {"at": at, "happened_at": happened_at or at}
    relation = Case.Relation.DUPLICATE
    _join(case, of, kind=EngineEvent.DUPLICATE, relation=relation, by=by, when=when, reason=reason, seen=seen)


@transaction.atomic
def _join(
    case: Case,
    other: Case,
    *,
    kind: str,
    relation: str,
    by: User | None,
    when: dict[str, Any],
    reason: str,
    seen: Version,
) -> None:
    hold_calendar()
    both = Case.objects.select_for_update().filter(pk__in=[case.pk, other.pk]).order_by("pk")  # in one order
    if len({(each.kind, each.unit_id) for each in both}) != 1 or len(both) != 2:
        raise TransitionError("只能与本单位同一类的另一件合并。")
    if any(each.status in GONE for each in both if each.pk == other.pk):
        raise TransitionError("另一件已经作废、拆分、转办或者并入别的办件，请核对登记号。")
    facts = {"case": {"parent": other.pk, "relation": relation}}
    record(case=case, kind=kind, by=by, reason=reason, facts=facts, seen=seen, **when)
    if kind == EngineEvent.MERGE:
        record(case=other, kind=EngineEvent.JOINED, by=by, facts={"from": case.pk}, **when)


# The end of retention (保存期满).


def past_retention(*, on: date) -> QuerySet[Case]:
    """Closed cases whose people and words are to be kept no longer."""
    return Case.objects.filter(closed_at__isnull=False, retain_until__lt=on, data_key__destroyed_at=None)


def forget_people(*, at: datetime) -> int:
    """Destroy the keys of all cases that are past their retention: numbers, categories, days and hashes stay.

    One that fails is named in the log and tried again with the next round; it stops no other.
    """
    forgotten = 0
    for case in past_retention(on=local_day(at)).order_by("retain_until", "pk").iterator(AT_ONCE):
        try:
            forgotten += end_retention(case=case, at=at)
        except (OperationalError, InterfaceError):  # the database is away, for every other one as well
            raise
        except Exception:
            logger.exception("the people of case %s could not be forgotten", case.pk)
        if forgotten >= AT_ONCE:
            break
    return forgotten


@transaction.atomic
def end_retention(*, case: Case, at: datetime) -> bool:
    """Nobody reads again who was concerned and what they wrote (按期限销毁); False if it was reopened meanwhile."""
    hold_calendar()
    held = Case.objects.lock(case.pk)
    if not past_retention(on=local_day(at)).filter(pk=held.pk).exists():
        return False
    record(case=held, kind=EngineEvent.FORGET, by=None, at=at)
    kind_of(held).forget(held)
    destroy(held.data_key, by=None, reason="保存期满", at=at)
    return True
