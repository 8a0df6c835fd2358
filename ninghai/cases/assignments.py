"""Who works on a case (分办): one unit leads, others help; who is not competent gives it back and says who is; how they are told.

Whom the office has designated (指定) cannot give it back again. An inner day to reply by never changes the legal limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from ninghai.calendar.reckoning import local_day
from ninghai.cases.events import record
from ninghai.cases.kinds import EngineEvent
from ninghai.models import Case, CaseAssignment, CaseEvent, Role, Unit, User
from ninghai.models.state_machine import TransitionError, Version
from ninghai.notifications.notify import UNIT_ROLES, notify


@transaction.atomic
def assign_case(
    *,
    case: Case,
    unit: Unit,
    part: CaseAssignment.Part,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    reply_by: date | None = None,
    is_designated: bool = False,
    seen: Version = ...,
) -> CaseAssignment:
    """Give it to a unit (分办), or designate one for good (指定) where units disagree; a closed unit's successor gets it."""
    unit = unit.standing_in(on=local_day(happened_at or at))
    told = {"unit": unit.pk, "part": part, "designated": is_designated, "reply_by": reply_by and reply_by.isoformat()}
    when: dict[str, Any] = {"at": at, "happened_at": happened_at}
    record(case=case, kind=EngineEvent.ASSIGN, by=by, facts=told, seen=seen, **when)
    try:
        with transaction.atomic():
            return CaseAssignment.objects.create(
                case=case, unit=unit, part=part, given_at=at, is_designated=is_designated, reply_by=reply_by
            )
    except IntegrityError:
        raise TransitionError("这一件已有主办单位，或者已经分给这个单位。") from None


@transaction.atomic
def accept_assignment(
    *, assignment: CaseAssignment, by: User | None, at: datetime, happened_at: datetime | None = None
) -> None:
    """The unit takes it (签收)."""
    held = _standing(assignment)
    if held.accepted_at:
        raise TransitionError("已经签收。")
    _change(held, EngineEvent.ACCEPT, by=by, at=at, happened_at=happened_at, accepted_at=at)
    assignment.refresh_from_db()


@transaction.atomic
def give_back(
    *,
    assignment: CaseAssignment,
    reason: str,
    by: User | None,
    at: datetime,
    belongs_to: Unit | None,
    happened_at: datetime | None = None,
) -> None:
    """It is not this unit's (退回): why, and whose it is, where that is known. The case waits for another."""
    held = _standing(assignment)
    if held.is_designated:
        raise TransitionError("这一件由县政府办公室指定办理，不能退回。")
    given: dict[str, Any] = {"reason": reason, "returned_at": at, "belongs_to": belongs_to}
    _change(held, EngineEvent.GIVE_BACK, by=by, at=at, happened_at=happened_at, **given)
    assignment.refresh_from_db()


def _standing(assignment: CaseAssignment) -> CaseAssignment:
    held = CaseAssignment.objects.select_related("case").get(pk=assignment.pk)
    if held.returned_at:
        raise TransitionError("已经退回。")
    return held


def _change(
    held: CaseAssignment,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    happened_at: datetime | None,
    reason: str = "",
    belongs_to: Unit | None = None,
    **moments: datetime,
) -> None:
    """The event first: it locks the case, so that one of two who act at once finds nothing left to change."""
    told = {"unit": held.unit_id, "belongs_to": belongs_to and belongs_to.pk}
    record(case=held.case, kind=kind, by=by, at=at, happened_at=happened_at, facts=told, reason=reason)
    rows = CaseAssignment.objects.filter(pk=held.pk, **dict.fromkeys([*moments, "returned_at"]))
    if not rows.update(return_reason=reason, belongs_to=belongs_to, **moments):
        raise TransitionError("这一件的分办刚刚有了变动，请打开最新页面。")


# The same from the events alone.


@dataclass(frozen=True, slots=True)
class Work:
    """What the events say of one unit's work on a case."""

    unit: int
    part: str
    is_designated: bool
    reply_by: str | None
    given_at: datetime
    accepted_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str = ""
    belongs_to: int | None = None


def replay_work(events: Iterable[CaseEvent]) -> list[Work]:
    """Who was given the case, in that order, and what each did; the rows of CaseAssignment say the same."""
    works: list[Work] = []
    for event in events:
        unit, at = event.fact("unit"), event.entered_at
        if event.kind == EngineEvent.ASSIGN:
            works.append(Work(unit, event.fact("part"), event.fact("designated"), event.fact("reply_by"), at))
            continue
        place = next((n for n, each in enumerate(works) if each.unit == unit and each.returned_at is None), None)
        if place is None:
            continue
        if event.kind == EngineEvent.ACCEPT:
            works[place] = replace(works[place], accepted_at=at)
        elif event.kind == EngineEvent.GIVE_BACK:
            given = {"return_reason": event.reason, "belongs_to": event.fact("belongs_to")}
            works[place] = replace(works[place], returned_at=at, **given)
    return works


# How they are told.


def roles_in(unit: Unit) -> tuple[Role, ...]:
    """Who works on the cases of this unit: clerk and head; in the county's own office the office and its head."""
    return (Role.OFFICE, Role.SIGNER) if unit.kind == Unit.Kind.OFFICE else UNIT_ROLES


def tell_unit(unit: Unit, *, at: datetime, **message: Any) -> None:
    """A message (`notify`) to whoever works on cases in the unit, or in the one that has replaced it."""
    unit = unit.standing_in(on=local_day(at))
    notify(unit, roles=roles_in(unit), at=at, **message)
