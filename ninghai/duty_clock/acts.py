"""What can be done to a clock: start, pause, resume, extend, close. Each is one event that stays as it is.

The duty's own services call these after asking their own rules; nobody else does. `happened_at` is when it happened and
counts; it may lie before `at`, when it was recorded, but never before what is recorded already.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from ninghai.duty_clock.calendar_lock import calendar_to_count_with
from ninghai.duty_clock.duties import Duty
from ninghai.duty_clock.history import History
from ninghai.duty_clock.standing import Standing
from ninghai.limits import Limit
from ninghai.models import AuditEntry, ClockEvent, DutyClock, User
from ninghai.moves import TransitionError
from ninghai.workdays import WorkCalendar

LONGEST_EXTENSION = 1000  # of the limit's unit; more is a slip of the pen

ACTS = {
    ClockEvent.Kind.START: AuditEntry.Action.START_CLOCK,
    ClockEvent.Kind.PAUSE: AuditEntry.Action.PAUSE_CLOCK,
    ClockEvent.Kind.RESUME: AuditEntry.Action.RESUME_CLOCK,
    ClockEvent.Kind.EXTEND: AuditEntry.Action.EXTEND_CLOCK,
    ClockEvent.Kind.CLOSE: AuditEntry.Action.CLOSE_CLOCK,
}
RUNNING, PAUSED = DutyClock.State.RUNNING, DutyClock.State.PAUSED


@transaction.atomic
def start_clock(
    *,
    duty: Duty,
    target: models.Model,
    happened_at: datetime,
    by: User | None,
    at: datetime,
    limit: Limit | None = None,
) -> DutyClock:
    """Start the duty's clock (起算) for the record; `limit` where the duty's own does not fit, such as a named day.

    Raises TransitionError while another clock of this duty is open for the record.
    """
    calendar = calendar_to_count_with()
    if DutyClock.objects.about(target).open().filter(duty=duty.code).exists():
        raise TransitionError(f"“{target}”已有正在计时的时限：{duty.words}。")
    counted = limit or duty.limit
    standing = Standing.of(limit=counted, history=History(started=happened_at), calendar=calendar)
    clock = DutyClock.objects.create(
        duty=duty.code,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:200],
        words=duty.words,
        basis=duty.basis,
        limit_unit=counted.unit,
        limit_amount=counted.amount,
        limit_date=counted.by,
        started_at=happened_at,
        **standing.columns(),
    )
    _add_event(clock, ClockEvent.Kind.START, by=by, at=at, happened_at=happened_at, number=1)
    return clock


def pause_clock(
    *, clock: DutyClock, reason: str, by: User, at: datetime, happened_at: datetime | None = None
) -> DutyClock:
    """Pause (暂停): the following days are not counted until it is resumed, such as while a third party is asked."""
    _require_reason(reason)
    return _act(clock, ClockEvent.Kind.PAUSE, {RUNNING}, by=by, at=at, happened_at=happened_at, reason=reason)


def resume_clock(*, clock: DutyClock, by: User, at: datetime, happened_at: datetime | None = None) -> DutyClock:
    """Resume (恢复): the days after this one are counted again."""
    return _act(clock, ClockEvent.Kind.RESUME, {PAUSED}, by=by, at=at, happened_at=happened_at)


def extend_clock(
    *,
    clock: DutyClock,
    amount: int,
    reason: str,
    approved_by: User,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
) -> DutyClock:
    """Extend (延长) by an amount of the limit's own unit, as approved; a limit that has run out is not extended."""
    _require_reason(reason)
    if not 1 <= amount <= LONGEST_EXTENSION:
        raise TransitionError(f"延长的数量应在 1 到 {LONGEST_EXTENSION} 之间。")
    granted = {"amount": amount, "approved_by": approved_by, "reason": reason}
    return _act(clock, ClockEvent.Kind.EXTEND, {RUNNING, PAUSED}, by=by, at=at, happened_at=happened_at, **granted)


def close_clock(
    *, clock: DutyClock, by: User | None, at: datetime, happened_at: datetime | None = None, reason: str = ""
) -> DutyClock:
    """Close (办结): the duty is done, or there is none any more. From now on no calendar changes its due date."""
    return _act(clock, ClockEvent.Kind.CLOSE, {RUNNING, PAUSED}, by=by, at=at, happened_at=happened_at, reason=reason)


@transaction.atomic
def _act(
    clock: DutyClock,
    kind: ClockEvent.Kind,
    allowed: set[DutyClock.State],
    *,
    by: User | None,
    at: datetime,
    happened_at: datetime | None,
    **words: Any,
) -> DutyClock:
    """Add the event to the clock as it is now, whoever else acts on it, and find where it stands."""
    calendar = calendar_to_count_with()
    held = DutyClock.objects.select_for_update().get(pk=clock.pk)
    last = held.events.latest("number")
    happened_at = happened_at or at
    _require_possible(held, last, kind=kind, allowed=allowed, happened_at=happened_at, at=at)
    _add_event(held, kind, by=by, at=at, happened_at=happened_at, number=last.number + 1, **words)
    _keep_standing(held, calendar)
    clock.refresh_from_db()
    return clock


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise TransitionError("请填写理由。")


def _require_possible(
    clock: DutyClock,
    last: ClockEvent,
    *,
    kind: ClockEvent.Kind,
    allowed: set[DutyClock.State],
    happened_at: datetime,
    at: datetime,
) -> None:
    if clock.state not in allowed:
        raise TransitionError(f"时限现在是“{DutyClock.State(clock.state).label}”，不能{kind.label}。")
    if happened_at > at:
        raise TransitionError("发生时间不能晚于现在。")
    is_called_off = kind == ClockEvent.Kind.CLOSE and last.kind == ClockEvent.Kind.START  # perhaps before it began
    if happened_at < last.happened_at and not is_called_off:
        raise TransitionError(f"发生时间不能早于上一次记录（{last.get_kind_display()}）。")
    has_run_out = clock.due_at is not None and happened_at > clock.due_at
    if has_run_out and kind in {ClockEvent.Kind.PAUSE, ClockEvent.Kind.EXTEND}:
        raise TransitionError(f"时限已经届满，不能再{kind.label}。")


def _add_event(
    clock: DutyClock, kind: ClockEvent.Kind, *, by: User | None, at: datetime, happened_at: datetime, **words: Any
) -> None:
    """Write the event and its row in the audit trail."""
    ClockEvent.objects.create(clock=clock, kind=kind, by=by, recorded_at=at, happened_at=happened_at, **words)
    AuditEntry.objects.record(action=ACTS[kind], target=clock, by=by, at=at, reason=words.get("reason", ""))


def _keep_standing(clock: DutyClock, calendar: WorkCalendar) -> None:
    history = History.of(clock.events.select_related("approved_by").order_by("number"))
    standing = Standing.of(limit=clock.limit, history=history, calendar=calendar)
    DutyClock.objects.filter(pk=clock.pk).update(**standing.columns())
