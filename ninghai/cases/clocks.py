"""The clocks of a case: the one that the law sets (法定时限), shown to everybody, and inner ones (内部期限) that never change it.

An event moves them by its rule. `legal_runs` finds how the legal clock stands from the events alone; the rows of
`ninghai.calendar.duty_clocks` say the same, and have the due day ready for lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ninghai.calendar.duty_clocks import (
    StatutoryDuty,
    close_clock,
    extend_clock,
    pause_clock,
    pauses_now,
    restart_clock,
    resume_clock,
    start_clock,
)
from ninghai.calendar.law import NoRuleSet
from ninghai.calendar.legal_duties import LegalDuty, NoSuchRule, UnknownDuty, of_law
from ninghai.calendar.reckoning import Extension, History, Pause, Restart, local_day
from ninghai.cases.kinds import CaseKind, ClockAct, EngineEvent, EventRule, kind_of
from ninghai.models import Case, CaseEvent, DutyClock, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import TransitionError

OF_A_LETTER = "按文书写明的期限答复"
NOT_STARTED = "时限还没有起算：请先确认收到日期。"
LATE_REDATE = "时限已经暂停、延长或者重新起算过，不能再更正收到日期。登记有误的，请作废后重新登记。"


# The legal clock.


def duty_on(kind: CaseKind, case: Case, moment: datetime) -> tuple[LegalDuty, Limit] | None:
    """What the law of that day asks for, and within which limit; None for a kind without a limit."""
    if kind.duty is None:
        return None
    duty = kind.duty(local_day(moment))
    limit = duty.limit or kind.limit(case)
    return (duty, limit) if limit else None


def pause_reason(kind: CaseKind, asked_by: str, of: str) -> str:
    """For what the clock is held; each open question has its own."""
    label = kind.rule(asked_by).label
    return f"{label}（{of}）" if of else label


def move_clocks(case: Case, *, event: CaseEvent, rule: EventRule, is_closed: bool) -> None:
    """What the event does to the clocks; a case that is closed has none that runs."""
    for act in rule.clock:
        _act(case, act, event=event, rule=rule)
    _move_inner_clocks(case, event=event, rule=rule)
    if is_closed:
        for inner in open_inner_clocks(case):
            close_clock(clock=inner, by=event.by, at=event.entered_at, happened_at=_not_before(inner, event))


def _act(case: Case, act: ClockAct, *, event: CaseEvent, rule: EventRule) -> None:
    kind, clock = kind_of(case), case.legal_clock
    if kind.duty is None:
        return
    if act == ClockAct.START:
        _start(case, event)
        return
    if clock is None or clock.state == DutyClock.State.CLOSED:
        if act in {ClockAct.RESUME, ClockAct.CLOSE}:
            return  # the answer is out already, or the case ends before its limit began
        raise TransitionError(NOT_STARTED if clock is None else "时限已经办结，不能再变动。")
    told: dict[str, Any] = {"clock": clock, "by": event.by, "at": event.entered_at, "happened_at": event.happened_at}
    if act == ClockAct.PAUSE:
        pause_clock(reason=pause_reason(kind, rule.code, event.of), **told)
    elif act == ClockAct.RESUME:
        resume_clock(reason=pause_reason(kind, rule.answers, event.of), **told)
    elif act == ClockAct.EXTEND:
        _extend(case, event, rule, told)
    elif act == ClockAct.RESTART:
        _restart(case, event, rule, told)
    else:
        _close(rule, event, told)


def _start(case: Case, event: CaseEvent) -> None:
    found = duty_on(kind_of(case), case, event.happened_at)
    if found is None:
        return
    duty, limit = found
    clock = start_clock(
        duty=as_statutory(duty, limit),
        target=case,
        happened_at=event.happened_at,
        by=event.by,
        at=event.entered_at,
        limit=limit,
    )
    Case.objects.filter(pk=case.pk).update(legal_clock=clock)
    case.legal_clock = clock


def as_statutory(duty: LegalDuty, limit: Limit) -> StatutoryDuty:
    return StatutoryDuty(code=duty.code, words=f"{duty.words}：{limit}", basis=str(duty.basis), limit=limit)


def _extend(case: Case, event: CaseEvent, rule: EventRule, told: dict[str, Any]) -> None:
    """By what was approved; beyond the longest of the law only where it allows that, with the reason."""
    amount = event.fact("amount")
    run = legal_runs(case, case.events.order_by("number"))[-1]  # this extension is in it
    longest = run.duty.longest_extension
    if longest is not None and run.history.extended_by > longest and not event.fact("beyond"):
        raise TransitionError(f"“{run.duty.words}”最多延长{longest}{run.limit.extension_unit.label}。")
    if event.fact("beyond") and run.duty.beyond is None:
        raise TransitionError(f"“{run.duty.words}”不能延长超过{longest}{run.limit.extension_unit.label}。")
    extend_clock(amount=amount, reason=event.reason or rule.label, approved_by=_approver(event), **told)


def _approver(event: CaseEvent) -> User | None:
    """None where a register of before does not say who it was."""
    approved_by = event.fact("approved_by")
    return User.objects.get(pk=approved_by) if approved_by else None


def _restart(case: Case, event: CaseEvent, rule: EventRule, told: dict[str, Any]) -> None:
    """The same clock begins anew; where other rules hold by now, it ends and one by these rules begins, held by all that held it."""
    if not _is_under_other_rules(case, event):
        restart_clock(reason=rule.label, **told)
        return
    held_for = [each.reason for each in pauses_now(told["clock"].events.order_by("number"))]
    close_clock(reason=rule.label, **told)
    _start(case, event)
    for reason in held_for:
        pause_clock(reason=reason, **told | {"clock": case.legal_clock})


def _is_under_other_rules(case: Case, event: CaseEvent) -> bool:
    clock, found = case.legal_clock, duty_on(kind_of(case), case, event.happened_at)
    return clock is not None and found is not None and (clock.limit, clock.basis) != (found[1], str(found[0].basis))


def _close(rule: EventRule, event: CaseEvent, told: dict[str, Any]) -> None:
    if rule.code != EngineEvent.REDATE:
        close_clock(reason=event.reason or rule.label, **told)
        return
    if told["clock"].events.count() > 1:
        raise TransitionError(LATE_REDATE)
    close_clock(reason=event.reason, **told | {"happened_at": event.entered_at})


# Inner clocks.


def open_inner_clocks(case: Case) -> QuerySet[DutyClock]:
    return DutyClock.objects.about(case).open().exclude(pk=case.legal_clock_id or 0)


def _move_inner_clocks(case: Case, *, event: CaseEvent, rule: EventRule) -> None:
    for code in {*rule.ends, *rule.starts}:  # what starts anew takes the place of what ran
        for inner in open_inner_clocks(case).filter(duty=inner_code(code, event.of)):
            close_clock(clock=inner, by=event.by, at=event.entered_at, happened_at=_not_before(inner, event))
    for code in rule.starts:
        if duty := _inner_duty(code, event):
            start_clock(duty=duty, target=case, happened_at=event.happened_at, by=event.by, at=event.entered_at)


def inner_code(code: str, of: str) -> str:
    """One clock for each of whom something is awaited at once."""
    return f"{code}:{of}" if of else code


def _inner_duty(code: str, event: CaseEvent) -> StatutoryDuty | None:
    """The limit of the law of that day, or the `days` that a letter sets where the law sets none; None without either."""
    days, named = event.fact("days"), inner_code(code, event.of)
    own = Limit(LimitUnit.WORKING_DAY, days) if days else None
    try:
        duty = of_law(code, on=local_day(event.happened_at))
    except (UnknownDuty, NoSuchRule, NoRuleSet):
        return StatutoryDuty(code=named, words=f"{OF_A_LETTER}：{own}", limit=own) if own else None
    limit = own or duty.limit
    return replace(as_statutory(duty, limit), code=named) if limit else None


def _not_before(clock: DutyClock, event: CaseEvent) -> datetime:
    return max(event.happened_at, clock.started_at)


# How the legal clock stands, from the events alone.


@dataclass(frozen=True, slots=True)
class LegalRun:
    """One run of the legal clock: the duty and limit by which it counts, and what happened to it."""

    duty: LegalDuty
    limit: Limit
    history: History


def legal_runs(case: Case, events: Iterable[CaseEvent]) -> list[LegalRun]:
    """The runs one after the other, the last one is that which counts; none before the day of receipt is known."""
    kind, runs = kind_of(case), list[LegalRun]()
    for event in events:
        rule = kind.rule(event.kind)
        for act in rule.clock:
            _run_on(runs, act, event=event, rule=rule, case=case)
    return runs


def _run_on(runs: list[LegalRun], act: ClockAct, *, event: CaseEvent, rule: EventRule, case: Case) -> None:
    kind, at = kind_of(case), event.happened_at
    found = duty_on(kind, case, at)
    if found is None:
        return
    if act == ClockAct.START:
        runs.append(LegalRun(*found, History(started=at)))
        return
    if not runs or runs[-1].history.closed:
        return
    run = runs[-1]
    if act == ClockAct.RESTART and (run.limit, run.duty.basis) != (found[1], found[0].basis):
        held = tuple(replace(each, begun=at) for each in run.history.pauses if each.ended is None)
        runs[-1] = replace(run, history=replace(run.history, closed=at))
        runs.append(LegalRun(*found, History(started=at, pauses=held)))
        return
    runs[-1] = replace(run, history=_told(run.history, act, event=event, rule=rule, kind=kind))


def _told(history: History, act: ClockAct, *, event: CaseEvent, rule: EventRule, kind: CaseKind) -> History:
    """The history, with what this event adds to it."""
    at = event.happened_at
    if act == ClockAct.PAUSE:
        pause = Pause(at, None, pause_reason(kind, rule.code, event.of))
        return replace(history, pauses=tuple(sorted((*history.pauses, pause), key=lambda each: each.begun)))
    if act == ClockAct.RESUME:
        reason = pause_reason(kind, rule.answers, event.of)
        return replace(history, pauses=tuple(_ended(each, reason, at) for each in history.pauses))
    if act == ClockAct.EXTEND:
        approved_by = str(_approver(event) or "")
        extension = Extension(at, event.fact("amount"), event.reason or rule.label, approved_by)
        return replace(history, extensions=(*history.extensions, extension))
    if act == ClockAct.RESTART:
        return replace(history, restarts=(*history.restarts, Restart(at, rule.label)))
    return replace(history, closed=event.entered_at if rule.code == EngineEvent.REDATE else at)


def _ended(pause: Pause, reason: str, at: datetime) -> Pause:
    return replace(pause, ended=at) if pause.ended is None and pause.reason == reason else pause
