"""Whose act on a matter of the hotline each is: the office's, which takes calls (话务) and hands on, its head's, or that of a unit that
leads or helps. Who may not know of it at all, `HotlineCase.objects.visible_to` says before.
"""

from collections.abc import Callable, Set
from datetime import date

from disclosure.hotline.kind import OPEN, REVIEWED, WITH_UNIT, WORKED_ON
from disclosure.hotline.standards import limit_on
from disclosure.models import HotlineCase, HotlineLimit
from disclosure.public_opinion.rules import is_office, lead_of, leads, own_work
from disclosure.requests.limits import LimitWords, limit_words
from ninghai.accounts.audit.history import not_own_work
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import CaseAssignment, Role, User, acts_as
from ninghai.models.state_machine import Allowed, as_long_as

CallRule = Callable[[User, HotlineCase], Allowed]
MOVED_ON = "工单的办理状态已经变化，不能这样办理。请打开最新页面，按现在的状态办理。"
MOST_PROMISES = 2  # the first one, and one more with its reason
EARLY = frozenset({"handed_on", "handling"})
HANDLING = frozenset({"handling"})
TAKEN = frozenset({"taken"})


def takes_calls(user: User) -> bool:
    return is_office(user)


def in_one_of(call: HotlineCase, states: Set[str]) -> Allowed:
    return as_long_as(call.case.status in states, MOVED_ON)


def _office(states: Set[str]) -> CallRule:
    return lambda user, call: is_office(user) and in_one_of(call, states)


def _lead(states: Set[str]) -> CallRule:
    return lambda user, call: leads(user, call) and in_one_of(call, states)


can_hand_on = can_answer_at_once = can_refuse = _office(TAKEN)
can_guide = _office(TAKEN | EARLY)
can_join = _office(TAKEN | EARLY)
can_recall = _office(EARLY)
can_correct = can_void = can_note_again = _office(OPEN)
can_rule_on_return = _office({"returning"})
can_urge = _office(WITH_UNIT)
can_escalate = _office(WITH_UNIT | TAKEN)
can_call_back = _office({"calling"})
can_rule_on_end = _office({"ending"})
can_redo = _office({"closed"})
can_ask_end = _lead(HANDLING)
can_answer = _lead(WORKED_ON)


def can_keep(user: User, call: HotlineCase) -> Allowed:
    """Whoever was not content is heard: it is done again, or looked into and left as it is."""
    return can_be_kept(user, call) and as_long_as(call.is_disputed, "没有待处理的不满意评价。")


can_be_kept = _office({"closed", "direct"})


def can_sign(user: User, call: HotlineCase) -> Allowed:
    work = own_work(user, call)
    if work is None:
        return False
    states = frozenset({"handed_on"}) if work.part == CaseAssignment.Part.LEAD else WITH_UNIT | REVIEWED
    return in_one_of(call, states) and as_long_as(work.accepted_at is None, "已经签收。")


def can_ask_return(user: User, call: HotlineCase) -> Allowed:
    lead = lead_of(call)
    is_free = as_long_as(not (lead and lead.is_designated), "这一件由县政府办公室指定办理，不能退回。")
    return leads(user, call) and in_one_of(call, EARLY) and is_free


def can_give_part(user: User, call: HotlineCase) -> Allowed:
    work = own_work(user, call)
    helps = work is not None and work.part == CaseAssignment.Part.CO
    return helps and in_one_of(call, WORKED_ON | {"handed_on"})


def can_ask_caller(user: User, call: HotlineCase) -> Allowed:
    return leads(user, call) and in_one_of(call, HANDLING)


def can_note_caller(user: User, call: HotlineCase) -> Allowed:
    return (is_office(user) or leads(user, call)) and in_one_of(call, frozenset({"asking"}))


def limits_of(call: HotlineCase) -> HotlineLimit:
    """Those by which it was first handed on, or would be today."""
    first = call.case.events.filter(kind="handed_on").order_by("number").first()
    return limit_on(call.matter, call.urgency, on=local_day(first.happened_at) if first else clock.today())


def due_day(call: HotlineCase) -> date | None:
    legal = call.case.legal_clock
    return local_day(legal.due_at) if legal and legal.due_at else None


def limit_of_call(call: HotlineCase, *, calendar: WorkCalendar | None = None) -> LimitWords:
    """How it stands against the caller's limit today."""
    if call.case.legal_clock is None:
        return LimitWords(None, "还没有转办，期限还没有起算" if call.case.is_open else "", "info")
    if call.case.status in REVIEWED:
        return LimitWords(None, "承办单位已经答复", "info", call.case.legal_clock.derivation)
    return limit_words(call.case, calendar=calendar)


def can_ask_extension(user: User, call: HotlineCase) -> Allowed:
    """Once; the day until which it may be asked is for the service to say, beside the form."""
    if not leads(user, call):
        return False
    was_extended = call.case.events.filter(kind__in=("extended", "promised")).exists()
    return (
        in_one_of(call, HANDLING)
        and as_long_as(limits_of(call).extension > 0, "这一类诉求的时限不能延长；确有困难的，可以承诺限期办结。")
        and as_long_as(not was_extended, "已经延期或者承诺过，不能再申请延期。")
    )


def can_decide_extension(user: User, call: HotlineCase) -> Allowed:
    """The office where the limits say so, its head always, and never who has asked."""
    is_others = not_own_work(user, also=call.case.people_who("extension_asked"))
    may = acts_as(user, Role.SIGNER, Role(limits_of(call).approver))
    return may and is_others and in_one_of(call, frozenset({"extending"}))


def can_promise(user: User, call: HotlineCase) -> Allowed:
    if not leads(user, call):
        return False
    made = call.case.events.filter(kind="promised").count()
    return in_one_of(call, HANDLING) and as_long_as(made < MOST_PROMISES, "已经承诺过两次，不能再承诺。")


def can_review(user: User, call: HotlineCase) -> Allowed:
    """Every reply is looked at by another person than any who wrote at it."""
    is_others = not_own_work(user, also=call.case.people_who("answered"))
    return is_office(user) and is_others and in_one_of(call, frozenset({"answered"}))
