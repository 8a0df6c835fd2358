"""Whose act on public opinion each is: the office's, its head's, the lead unit's, or that of a unit that helps."""

from typing import Protocol

from disclosure.models import OpinionEvent
from disclosure.public_opinion.kind import DECIDED, HANDED_OUT, IN_PUBLIC, UNANSWERED
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar import clock
from ninghai.models import Case, CaseAssignment, Role, User, acts_as
from ninghai.models.state_machine import Allowed, as_long_as

MOVED_ON = "舆情的办理状态已经变化，不能这样办理。请打开最新页面，按现在的状态办理。"


class WorkedOn(Protocol):
    """What stands beside a case on which units work."""

    @property
    def case(self) -> Case: ...


def standing(event: WorkedOn) -> list[CaseAssignment]:
    """Who works on it now, in the order in which they were given it."""
    return [each for each in event.case.assignments.all() if each.returned_at is None]


def lead_of(event: WorkedOn) -> CaseAssignment | None:
    return next((each for each in standing(event) if each.part == CaseAssignment.Part.LEAD), None)


def own_work(user: User, event: WorkedOn) -> CaseAssignment | None:
    """What the unit of this person, or one that it has replaced, was given."""
    acting = user.acting
    if acting is None or not acts_as(user, Role.EDITOR, Role.OFFICE):
        return None
    today = clock.today()
    return next((each for each in standing(event) if each.unit.standing_in(on=today).pk == acting.unit_id), None)


def leads(user: User, event: WorkedOn) -> bool:
    work = own_work(user, event)
    return work is not None and work.part == CaseAssignment.Part.LEAD


def in_one_of(event: OpinionEvent, states: frozenset[str]) -> Allowed:
    return as_long_as(event.case.status in states, MOVED_ON)


def is_office(user: User) -> bool:
    return acts_as(user, Role.OFFICE)


def can_enter(user: User) -> bool:
    """Who collects (收集) what people talk about."""
    return is_office(user)


def can_regrade(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and as_long_as(event.case.is_open, MOVED_ON)


def can_hand_out(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and in_one_of(event, frozenset({"judging"}))


def can_tell(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and in_one_of(event, HANDED_OUT)


def can_accept(user: User, event: OpinionEvent) -> Allowed:
    work = own_work(user, event)
    is_new = as_long_as(work is not None and work.accepted_at is None, "已经签收。")
    return work is not None and in_one_of(event, HANDED_OUT) and is_new


def can_give_back(user: User, event: OpinionEvent) -> Allowed:
    """The lead, before it has signed for it, unless the office designated it."""
    lead = lead_of(event)
    is_free = as_long_as(not (lead and lead.is_designated), "这一件由县政府办公室指定牵头，不能退回。")
    return leads(user, event) and in_one_of(event, frozenset({"assigned"})) and is_free


def can_supply(user: User, event: OpinionEvent) -> Allowed:
    """Every unit that has a part in it."""
    return own_work(user, event) is not None and in_one_of(event, HANDED_OUT)


def can_respond(user: User, event: OpinionEvent) -> Allowed:
    return leads(user, event) and in_one_of(event, HANDED_OUT - {"assigned"})


def can_withdraw(user: User, event: OpinionEvent) -> Allowed:
    """撤销登记的回应: who enters them."""
    return leads(user, event) and in_one_of(event, IN_PUBLIC)


def can_suggest(user: User, event: OpinionEvent) -> Allowed:
    return leads(user, event) and in_one_of(event, HANDED_OUT - {"assigned"})


def can_publish(user: User, event: OpinionEvent) -> Allowed:
    return leads(user, event) and in_one_of(event, IN_PUBLIC)


def can_propose_decline(user: User, event: OpinionEvent) -> Allowed:
    return (is_office(user) or leads(user, event)) and in_one_of(event, UNANSWERED)


def can_decide_decline(user: User, event: OpinionEvent) -> Allowed:
    """The office's head, who has not proposed it."""
    is_others = not_own_work(user, also=event.case.people_who("decline_proposed"))
    return acts_as(user, Role.SIGNER) and is_others and in_one_of(event, frozenset({"declining"}))


def can_close(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and in_one_of(event, IN_PUBLIC)


def can_evaluate(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and in_one_of(event, frozenset({"done"}))


def can_void(user: User, event: OpinionEvent) -> Allowed:
    return is_office(user) and as_long_as(event.case.is_open, MOVED_ON)


def can_reopen(user: User, event: OpinionEvent) -> Allowed:
    is_kept = as_long_as(not event.data_key.is_destroyed, "原文已经按期限销毁，不能重新办理，请重新登记一件。")
    return is_office(user) and in_one_of(event, DECIDED) and is_kept
