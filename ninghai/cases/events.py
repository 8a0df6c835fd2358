"""What happened to a case (经过), and what follows from it: `record` writes an event and what it changes, in one transaction.

Status, dates, number and every other column are found from the events alone, in the order in which they were entered
(`replay`). So a column can never say what no event has said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.reckoning import local_day, months_later
from ninghai.cases.clocks import move_clocks
from ninghai.cases.kinds import CaseKind, ClockAct, EngineEvent, EventRule, kind_of
from ninghai.models import AuditEntry, Case, CaseEvent, CasePaper, User
from ninghai.models.state_machine import TransitionError, Version
from ninghai.personal_data.detectors.surnames import bare_name
from ninghai.personal_data.finder import find_personal_data

DERIVED = frozenset(
    {
        *("unit", "channel", "subject", "category", "rule_set", "received_on"),
        *("year", "serial", "part", "number", "parent", "relation", "void_reason"),
    }
)  # the columns that an event may set; status and the moment of the closing follow from the moves

LASTING = frozenset({EngineEvent.RECEIVE})  # happens once, whatever is reopened


# Where a case stands.


@dataclass(frozen=True, slots=True)
class Wait:
    """A question that is open: which event asked it, of whom, and the state of the case meanwhile."""

    asked_by: str
    of: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events so far say. `base` is the state apart from open questions, `done` what has happened since the last
    (re)opening."""

    kind: CaseKind
    base: str = ""
    waits: tuple[Wait, ...] = ()
    closed_at: datetime | None = None
    done: frozenset[str] = frozenset()
    columns: Mapping[str, Any] = field(default_factory=dict)
    events: int = 0

    @property
    def status(self) -> str:
        """As `held`; where only questions are open that hold nothing, that of the latest of them, until the case goes on."""
        beside = [wait.state for wait in self.waits if self.base in self.kind.rule(wait.asked_by).after]
        return beside[-1] if beside and self.held == self.base else self.held

    @property
    def held(self) -> str:
        """The state that decides what can happen: that of the latest open question that holds the case, else its own."""
        holding = [wait.state for wait in self.waits if self.kind.rule(wait.asked_by).holds]
        return holding[-1] if holding else self.base

    @property
    def is_received(self) -> bool:
        return self.columns.get("received_on") is not None

    @property
    def retain_until(self) -> date | None:
        """The last day on which people and words of a closed case are kept (保存期限)."""
        return months_later(local_day(self.closed_at), 12 * self.kind.retention_years) if self.closed_at else None

    def waits_for(self, asked_by: str, of: str) -> bool:
        return any((wait.asked_by, wait.of) == (asked_by, of) for wait in self.waits)

    def after(self, event: CaseEvent) -> Self:
        """Where it stands once this event has happened, too."""
        rule = self.kind.rule(event.kind)
        told = replace(
            self,
            columns={**self.columns, **_columns_told(event)},
            done=self.done & LASTING if event.kind == EngineEvent.REOPEN else self.done | {event.kind},
            events=self.events + 1,
        )
        return told._moved(rule, event)

    def _moved(self, rule: EventRule, event: CaseEvent) -> Self:
        base = self._base_after(rule)
        waits = tuple(wait for wait in self.waits if (wait.asked_by, wait.of) != (rule.answers, event.of))
        if rule.asks:
            waits = (*waits, Wait(rule.code, event.of, rule.asks))
        if base and not self.kind.state(base).is_open:
            return replace(self, base=base, waits=(), closed_at=self.closed_at or event.happened_at)
        return replace(self, base=base, waits=waits, closed_at=None)

    def _base_after(self, rule: EventRule) -> str:
        """Registering, and learning the day of receipt, lead on together: both are needed."""
        kind = self.kind
        if rule.code == EngineEvent.REGISTER:
            return kind.registered if self.is_received else kind.unconfirmed
        if rule.code == EngineEvent.RECEIVE and self.base == kind.unconfirmed:
            return kind.registered
        return rule.to or self.base

    def as_columns(self) -> dict[str, Any]:
        """The columns of Case, by the names under which the model keeps them."""
        fields = {each.name: each for each in Case._meta.concrete_fields}
        told = {fields[name].attname: fields[name].to_python(value) for name, value in self.columns.items()}
        return told | {"status": self.status, "closed_at": self.closed_at, "retain_until": self.retain_until}


def _columns_told(event: CaseEvent) -> dict[str, Any]:
    return dict(event.fact("case", {}))


def standing_after(kind: CaseKind, events: Iterable[CaseEvent]) -> Standing:
    """Where the events lead, given in the order of their numbers. Nothing is read or stored."""
    standing = Standing(kind)
    for event in events:
        standing = standing.after(event)
    return standing


def replay(case: Case) -> Standing:
    """Where the case stands by its events alone; its columns say the same."""
    return standing_after(kind_of(case), case.events.order_by("number"))


# Recording.


@transaction.atomic
def record(
    *,
    case: Case,
    kind: str,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    of: str = "",
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    words: str = "",
    paper: CasePaper | None = None,
    seen: Version = ...,
) -> CaseEvent:
    """Write that this happened, and everything that follows: state, columns, clocks, a row of the audit trail.

    `by` is None for what the applicant or the portal does; `words` are sealed, everything else may be shown. Raises StaleError if somebody acted since `seen`,
    TransitionError if it cannot happen now, ValidationError for what tells of people.
    """
    hold_calendar()  # before the case is locked: who changes the calendar holds it, and then the clocks
    held = Case.objects.lock(case.pk, seen=seen)
    before, rule = replay(held), kind_of(held).rule(kind)
    happened_at = happened_at or at
    told = _completed(dict(facts or {}), rule, before.kind, happened_at)
    _require_possible(rule, before, of=of, told=told, reason=reason)
    _require_past(happened_at, at)
    require_nobody_named({"reason": reason, **_words_in(told)})
    event = held.events.create(
        number=before.events + 1,
        kind=kind,
        of=of,
        happened_at=happened_at,
        entered_at=at,
        by=by,
        facts=told,
        reason=reason,
        words=words or None,
        paper=paper,
        data_key=held.data_key,
    )
    _keep(held, before, before.after(event), event=event, rule=rule)
    case.refresh_from_db()
    return event


def _keep(case: Case, before: Standing, after: Standing, *, event: CaseEvent, rule: EventRule) -> None:
    """Columns, clocks and the trail as the event leaves them."""
    case.next_version(seen=..., **after.as_columns())
    move_clocks(case, event=event, rule=rule, is_closed=after.closed_at is not None)
    AuditEntry.objects.record(
        action=AuditEntry.Action.MOVE if before.events else AuditEntry.Action.CREATE,
        target=case,
        by=event.by,
        at=event.entered_at,
        from_status=before.status,
        to_status=after.status,
        reason=event.reason,
        detail={"kind": case.kind, "event": event.number, "what": rule.label},
    )


def _completed(told: dict[str, Any], rule: EventRule, kind: CaseKind, happened_at: datetime) -> dict[str, Any]:
    """With what follows from the day: the rules that hold for the clock that starts, and the day of receipt itself."""
    if {ClockAct.START, ClockAct.RESTART} & set(rule.clock):
        day = local_day(happened_at)
        columns = {"rule_set": kind.rule_set(day)}
        if rule.code in {EngineEvent.RECEIVE, EngineEvent.REDATE}:
            columns["received_on"] = day.isoformat()
        told["case"] = {**columns, **told.get("case", {})}  # a part keeps the day on which the whole was received
    if unknown := told.get("case", {}).keys() - DERIVED:
        raise ValueError(f"No event sets {', '.join(sorted(unknown))}.")
    return told


def _require_possible(rule: EventRule, before: Standing, *, of: str, told: Mapping[str, Any], reason: str) -> None:
    label = before.kind.state(before.status).label if before.status else "未录入"
    if not _is_after(rule, before):
        raise TransitionError(f"办件现在是“{label}”，不能{rule.label}。请打开最新页面，按现在的状态办理。")
    if rule.code == EngineEvent.REDATE and not before.is_received:
        raise TransitionError("还没有确认收到日期，请先确认。")
    if rule.once and rule.code in before.done:
        raise TransitionError(f"已经{rule.label}，不能再次{rule.label}。")
    if rule.asks and before.waits_for(rule.code, of):
        raise TransitionError(f"已经{rule.label}，还没有结果，不能重复。")
    if rule.answers and not before.waits_for(rule.answers, of):
        raise TransitionError(f"没有在等的“{before.kind.rule(rule.answers).label}”，不能{rule.label}。")
    if rule.needs_reason and not reason.strip():
        raise TransitionError("请填写理由。")
    if missing := sorted(name for name in rule.needs if told.get(name) in (None, "", [], {})):
        raise TransitionError(f"{rule.label}还缺少：{'、'.join(missing)}。")


def _is_after(rule: EventRule, before: Standing) -> bool:
    """Where the rule names no states: while the case is open, and was entered. One may ask while another question is open."""
    if rule.after:
        return not rule.after.isdisjoint({before.status, before.held, before.base if rule.asks else before.held})
    return before.status != "" and before.closed_at is None


def _require_past(happened_at: datetime, at: datetime) -> None:
    if happened_at > at:
        raise TransitionError("发生时间不能晚于现在。")


def _words_in(told: Mapping[str, Any]) -> dict[str, str]:
    columns = told.get("case", {})
    words = {"subject": str(columns.get("subject", ""))}
    return words | {name: value for name, value in told.items() if isinstance(value, str)}


def require_nobody_named(words: Mapping[str, str]) -> None:
    """Raise ValidationError where one of them surely tells of a person, or a reason has a bare name: lists, messages and the trail
    show these words."""
    for name, text in words.items():
        if name == "reason" and (bare := bare_name(text)):
            raise ValidationError({name: f"这里会显示在清单和通知中，“{bare}”像是姓名，请删去或者改写后再保存。"})
        if named := [hit for hit in find_personal_data(text) if hit.certain]:
            raise ValidationError({name: f"这里会显示在清单和通知中，其中有{named[0].kind.label}，请删去后再保存。"})
