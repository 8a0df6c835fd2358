"""Kinds of cases as data (办件类别): the states a kind has, the events that lead from one to the next, its numbers and its limit.

An app describes its kind once and registers it in `ready()`; the engine knows nothing else of the matter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from ninghai.calendar.legal_duties import LegalDuty
from ninghai.models import Case, ClockEvent, User
from ninghai.models.calendar import Limit

ClockAct = ClockEvent.Kind  # what an event does to the legal clock

# States.


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """`public` is what the applicant reads, where that differs from the unit's word."""

    code: str
    label: str
    public: str = ""
    is_open: bool = True

    @property
    def public_label(self) -> str:
        return self.public or self.label


VOID = CaseState(code="void", label="作废", public="登记有误，已作废", is_open=False)
SPLIT = CaseState(code="split", label="已拆分", is_open=False)
MERGED = CaseState(code="merged", label="已并入", is_open=False)
DUPLICATE = CaseState(code="duplicate", label="重复", is_open=False)
MOVED = CaseState(code="moved", label="已转办", public="已转由其他单位办理。", is_open=False)
ENGINE_STATES = (VOID, SPLIT, MERGED, DUPLICATE, MOVED)


# Events.


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """What an event needs, and what it does.

    It happens `after` one of these states, without any in every open one, and leads `to` a state, or leaves the case where it is.
    What `asks` puts the case into that state until the event that `answers` it; several questions may be open at
    once, of one kind told apart by `of`. One that does not hold the case (`holds`) leaves possible all that was so before it, and
    its state shows until something else happens. `clock` moves the legal clock, `starts` and `ends` are codes of inner limits.
    """

    code: str
    label: str
    after: frozenset[str] = frozenset()
    to: str = ""
    asks: str = ""
    holds: bool = True
    answers: str = ""
    clock: tuple[ClockAct, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()  # facts that must be given
    needs_reason: bool = False
    once: bool = False  # not again until the case is reopened
    is_public: bool = False  # the applicant reads it


class EngineEvent:
    """The events that every kind has; the codes as they stand in the database."""

    ENTER, RECEIVE, REDATE, REGISTER, CORRECT = "enter", "receive", "redate", "register", "correct"
    NOTE, RATE, NEW_CODE = "note", "rate", "new_code"
    PAPER_OUT, PAPER_IN, HANDED_OVER, DELIVERED = "paper_out", "paper_in", "handed_over", "delivered"
    ASSIGN, ACCEPT, GIVE_BACK = "assign", "accept", "give_back"
    FORGET = "forget"
    VOID, REOPEN, SPLIT, MERGE, DUPLICATE, JOINED = "void", "reopen", "split", "merge", "duplicate", "joined"
    MOVE = "move"


def engine_rules(kind: "CaseKind") -> Iterable[EventRule]:
    """Those of every kind; a rule of the kind's own with the same code takes the place of one."""
    anywhere = frozenset(state.code for state in kind.all_states)
    closed = frozenset(state.code for state in kind.states if not state.is_open)
    ends = (ClockAct.CLOSE,)
    return (
        EventRule(code=EngineEvent.ENTER, label="录入", after=frozenset({""}), to=kind.first),
        EventRule(code=EngineEvent.RECEIVE, label="确认收到", clock=(ClockAct.START,), once=True, is_public=True),
        EventRule(
            code=EngineEvent.REDATE, label="更正收到日期", clock=(ClockAct.CLOSE, ClockAct.START), needs_reason=True
        ),
        EventRule(code=EngineEvent.REGISTER, label="登记", after=frozenset({kind.first}), is_public=True),
        EventRule(code=EngineEvent.CORRECT, label="更正登记内容", after=anywhere, needs=frozenset({"case"})),
        EventRule(code=EngineEvent.NOTE, label="记录", after=anywhere),
        EventRule(code=EngineEvent.RATE, label="评价", after=closed, needs=frozenset({"score"}), once=True),
        EventRule(
            code=EngineEvent.NEW_CODE, label="更换查询码", after=anywhere, needs=frozenset({"checked"}), is_public=True
        ),
        EventRule(code=EngineEvent.PAPER_OUT, label="发出文书", after=anywhere, is_public=True),
        EventRule(code=EngineEvent.PAPER_IN, label="收到文书", after=anywhere),
        EventRule(code=EngineEvent.HANDED_OVER, label="交付送达", after=anywhere),
        EventRule(code=EngineEvent.DELIVERED, label="送达", after=anywhere, is_public=True),
        EventRule(code=EngineEvent.ASSIGN, label="分办"),
        EventRule(code=EngineEvent.ACCEPT, label="签收分办"),
        EventRule(code=EngineEvent.GIVE_BACK, label="退回分办", needs_reason=True),
        EventRule(code=EngineEvent.VOID, label="作废", to=VOID.code, clock=ends, needs_reason=True, is_public=True),
        EventRule(
            code=EngineEvent.REOPEN,
            label="重新办理",
            after=closed,
            to=kind.reopened or kind.registered,
            clock=(ClockAct.START,),
            needs_reason=True,
            is_public=True,
        ),
        EventRule(code=EngineEvent.SPLIT, label="拆分", to=SPLIT.code, clock=ends, is_public=True),
        EventRule(code=EngineEvent.MERGE, label="并入", to=MERGED.code, clock=ends, is_public=True),
        EventRule(code=EngineEvent.DUPLICATE, label="认定重复", to=DUPLICATE.code, clock=ends, is_public=True),
        EventRule(code=EngineEvent.MOVE, label="转办", to=MOVED.code, clock=ends, needs_reason=True, is_public=True),
        EventRule(code=EngineEvent.FORGET, label="按期限销毁个人信息", after=anywhere, once=True),
        EventRule(code=EngineEvent.JOINED, label="并入一件", needs=frozenset({"from"})),
    )


# Kinds.


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeries:
    """A series of numbers of letters, of a unit and year: “{unit}公复〔{year}〕{serial}号”."""

    code: str
    pattern: str


def _nothing_more(case: Case) -> None:
    pass


def _nothing_beside(first: Case, follower: Case, by: User | None, at: datetime) -> None:
    pass


def _no_limit(case: Case) -> Limit | None:
    return None


@dataclass(frozen=True, kw_only=True)
class CaseKind:
    """`duty` is the limit that the law of a day sets; where it leaves the amount to the county, `limit` knows it.

    A case is entered in the state `first`; registering leads to `registered`, or to `unconfirmed` while the day from which the
    law counts is not known (待确认).
    """

    code: str
    label: str
    number: str  # such as “{unit}公开申〔{year}〕{serial}号”
    states: tuple[CaseState, ...]
    first: str
    unconfirmed: str
    registered: str
    rules: tuple[EventRule, ...]
    reopened: str = ""
    duty: Callable[[date], LegalDuty] | None = None
    limit: Callable[[Case], Limit | None] = _no_limit
    rule_set: Callable[[date], str] = field(default=lambda day: "")
    papers: tuple[PaperSeries, ...] = ()
    retention_years: int = 10
    forget: Callable[[Case], None] = (
        _nothing_more  # what else of people is kept outside the seal, once nobody may know it
    )
    hand_on: Callable[[Case, Case, User | None, datetime], None] = (
        _nothing_beside  # what is kept beside a case, for its part or for the unit that takes it over
    )

    @cached_property
    def all_states(self) -> tuple[CaseState, ...]:
        return (*self.states, *ENGINE_STATES)

    @cached_property
    def _states(self) -> dict[str, CaseState]:
        return {state.code: state for state in self.all_states}

    @cached_property
    def _rules(self) -> dict[str, EventRule]:
        return {rule.code: rule for rule in (*engine_rules(self), *self.rules)}

    def state(self, code: str) -> CaseState:
        return self._states[code]

    def rule(self, code: str) -> EventRule:
        return self._rules[code]

    @property
    def events(self) -> list[EventRule]:
        """All that can happen to a case of this kind."""
        return list(self._rules.values())

    def series(self, code: str) -> PaperSeries:
        return next(each for each in self.papers if each.code == code)

    def number_of(self, *, unit: str, year: int, serial: int, part: int = 0) -> str:
        """The number in the register as it is printed; a part that was split off adds its own."""
        number = self.number.format(unit=unit, year=year, serial=serial)
        return f"{number}-{part}" if part else number


_kinds: dict[str, CaseKind] = {}


def register_kind(kind: CaseKind) -> CaseKind:
    """Make the kind known; raises ValueError for rules that name a state or an event which the kind does not have."""
    _require_sound(kind)
    _kinds[kind.code] = kind
    Case.status_labels[kind.code] = {state.code: state.label for state in kind.all_states}
    return kind


def kind_of(case: Case) -> CaseKind:
    return _kinds[case.kind]


def kind_called(code: str) -> CaseKind:
    return _kinds[code]


def _require_sound(kind: CaseKind) -> None:
    states = {state.code for state in kind.all_states} | {""}
    named = {kind.first, kind.unconfirmed, kind.registered, kind.reopened}
    for rule in kind.events:
        named |= {*rule.after, rule.to, rule.asks}
    if unknown := named - states:
        raise ValueError(f"{kind.code}: no such state: {', '.join(sorted(unknown))}")
    closed = {state.code for state in kind.all_states if not state.is_open}
    if running := {rule.code for rule in kind.events if rule.to in closed and ClockAct.CLOSE not in rule.clock}:
        raise ValueError(f"{kind.code}: the clock runs on after: {', '.join(sorted(running))}")
    asking = {rule.code for rule in kind.events if rule.asks}
    if unknown := {rule.answers for rule in kind.events if rule.answers} - asking:
        raise ValueError(f"{kind.code}: nothing asks: {', '.join(sorted(unknown))}")
