"""Clocks for duties (办理时限): one engine for every limit that a rule sets, whatever the record.

1. An app describes its duty once (`register`): the printed words, their source, the limit.
2. A clock is started for a record, paused, resumed, extended, started anew and closed; each act is an event that stays as it is.
3. `reckoning` finds the due moment from the events and the calendar.
4. When the office edits the calendar, `restate_clocks` finds the due moments again, notes what changed, and tells the duty.

Requests for disclosure, public opinion and the hotline can stand on the same engine: a duty each, nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import Prefetch, QuerySet

from ninghai.calendar.reckoning import History, derivation, local_day, reckon
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, ClockEvent, DutyClock, User
from ninghai.models.calendar import Limit
from ninghai.models.state_machine import TransitionError

# The duties (事项) that clocks run for, each described once, by `register`, in the app whose duty it is.

DueMoved = Callable[[DutyClock, date | None, date | None], None]


@dataclass(frozen=True, slots=True)
class StatutoryDuty:
    """`words` and `basis` are printed beside each clock. `due_moved(clock, before, after)` is told when a changed
    calendar moved the due day, in the same transaction; for records that keep the day in a column of their own. A duty
    that `keeps_past` counts in figures of earlier days: no calendar moves its due day once it is over."""

    code: str
    words: str
    limit: Limit
    basis: str = ""
    due_moved: DueMoved | None = None
    keeps_past: bool = False


_duties: dict[str, StatutoryDuty] = {}


def register(duty: StatutoryDuty) -> StatutoryDuty:
    """Make the duty known to restating; called where the duty is described."""
    _duties[duty.code] = duty
    return duty


def duty_of(clock: DutyClock) -> StatutoryDuty | None:
    """The duty that the clock runs for; None when its app is no longer installed."""
    return _duties.get(clock.duty)


# The calendar while something is computed from it: nobody changes it until the transaction ends.

LOCK = 330226_01  # no other advisory lock of the portal has this number


def hold_calendar() -> None:
    """Let nobody change the calendar until this transaction ends; many may hold it at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def calendar_to_count_with() -> WorkCalendar:
    """The calendar, held as it is. Needs a transaction."""
    hold_calendar()
    return WorkCalendar.load()


def calendar_to_change() -> WorkCalendar:
    """The calendar, held for one who changes it; others wait. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return WorkCalendar.load()


# Where a clock stands, kept ready for lists.


@dataclass(frozen=True, slots=True)
class ClockState:
    state: DutyClock.State
    closed_at: datetime | None
    due_at: datetime | None
    derivation: str
    calendar_version: str

    @classmethod
    def of(cls, *, limit: Limit, history: History, calendar: WorkCalendar) -> Self:
        due = reckon(limit=limit, history=history, calendar=calendar)
        return cls(
            state=history.state,
            closed_at=history.closed,
            due_at=due.moment,
            derivation=derivation(limit=limit, history=history, due=due, calendar=calendar),
            calendar_version=calendar.version,
        )

    @property
    def due_day(self) -> date | None:
        return local_day(self.due_at) if self.due_at else None

    def columns(self) -> dict[str, Any]:
        """The columns of DutyClock that it fills."""
        return asdict(self)


# What can be done to a clock: start, pause, resume, extend, start anew, close. Each is one event that stays as it is.

LONGEST_EXTENSION = 1000  # of the limit's unit; more is a slip of the pen

ACTS = {
    ClockEvent.Kind.START: AuditEntry.Action.START_CLOCK,
    ClockEvent.Kind.PAUSE: AuditEntry.Action.PAUSE_CLOCK,
    ClockEvent.Kind.RESUME: AuditEntry.Action.RESUME_CLOCK,
    ClockEvent.Kind.EXTEND: AuditEntry.Action.EXTEND_CLOCK,
    ClockEvent.Kind.RESTART: AuditEntry.Action.RESTART_CLOCK,
    ClockEvent.Kind.CLOSE: AuditEntry.Action.CLOSE_CLOCK,
}
RUNNING, PAUSED = DutyClock.State.RUNNING, DutyClock.State.PAUSED
OPEN = {RUNNING, PAUSED}


@transaction.atomic
def start_clock(
    *,
    duty: StatutoryDuty,
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
    standing = ClockState.of(limit=counted, history=History(started=happened_at), calendar=calendar)
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
        limit_rolls=counted.rolls,
        started_at=happened_at,
        **standing.columns(),
    )
    _add_event(clock, ClockEvent.Kind.START, by=by, at=at, happened_at=happened_at, number=1)
    return clock


def pause_clock(
    *, clock: DutyClock, reason: str, by: User | None, at: datetime, happened_at: datetime | None = None
) -> DutyClock:
    """Pause (暂停): the following days are not counted until it is resumed, such as while a third party is asked. It may
    be paused for several reasons at once. A limit that has run out stays so, whatever is asked afterwards."""
    _require_reason(reason)
    return _act(clock, ClockEvent.Kind.PAUSE, OPEN, by=by, at=at, happened_at=happened_at, reason=reason)


def resume_clock(
    *, clock: DutyClock, by: User | None, at: datetime, happened_at: datetime | None = None, reason: str = ""
) -> DutyClock:
    """Resume (恢复): the days after this one are counted again, once no other reason holds the clock. `reason` is that
    for which it was paused; needed where there are several."""
    return _act(clock, ClockEvent.Kind.RESUME, {PAUSED}, by=by, at=at, happened_at=happened_at, reason=reason)


def restart_clock(
    *, clock: DutyClock, reason: str, by: User | None, at: datetime, happened_at: datetime | None = None
) -> DutyClock:
    """Start anew (重新起算): from that day on the whole limit counts, as when an amended application has come (补正)."""
    _require_reason(reason)
    return _act(clock, ClockEvent.Kind.RESTART, OPEN, by=by, at=at, happened_at=happened_at, reason=reason)


def extend_clock(
    *,
    clock: DutyClock,
    amount: int,
    reason: str,
    approved_by: User | None,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
) -> DutyClock:
    """Extend (延长) by an amount of the limit's own unit, as approved; a limit that has run out is not extended. Who approved it
    is None where a register of before, which is taken over, does not say."""
    _require_reason(reason)
    if not 1 <= amount <= LONGEST_EXTENSION:
        raise TransitionError(f"延长的数量应在 1 到 {LONGEST_EXTENSION} 之间。")
    granted = {"amount": amount, "approved_by": approved_by, "reason": reason}
    return _act(clock, ClockEvent.Kind.EXTEND, OPEN, by=by, at=at, happened_at=happened_at, **granted)


def close_clock(
    *, clock: DutyClock, by: User | None, at: datetime, happened_at: datetime | None = None, reason: str = ""
) -> DutyClock:
    """Close (办结): the duty is done, or there is none any more. From now on no calendar changes its due date."""
    return _act(clock, ClockEvent.Kind.CLOSE, OPEN, by=by, at=at, happened_at=happened_at, reason=reason)


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
    events = list(held.events.order_by("number"))
    happened_at = happened_at or at
    _require_state(held, kind, allowed)
    paused = pauses_now(events)
    if kind == ClockEvent.Kind.PAUSE and words["reason"] in {pause.reason for pause in paused}:
        raise TransitionError(f"已经因为“{words['reason']}”暂停，不能再暂停。")
    before = max(events, key=lambda event: (event.happened_at, event.number))
    if kind == ClockEvent.Kind.RESUME:
        before = _pause_meant(paused, words["reason"])
        words = {"reason": "", "ends": before.number}
    _require_possible(held, before, kind=kind, happened_at=happened_at, at=at)
    _add_event(held, kind, by=by, at=at, happened_at=happened_at, number=len(events) + 1, **words)
    _keep_standing(held, calendar)
    clock.refresh_from_db()
    return clock


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise TransitionError("请填写理由。")


def _require_state(clock: DutyClock, kind: ClockEvent.Kind, allowed: set[DutyClock.State]) -> None:
    if clock.state not in allowed:
        raise TransitionError(f"时限现在是“{DutyClock.State(clock.state).label}”，不能{kind.label}。")


def pauses_now(events: Iterable[ClockEvent]) -> list[ClockEvent]:
    """What holds the clock, each pause with its own reason."""
    paused: list[ClockEvent] = []
    for event in events:
        if event.kind == ClockEvent.Kind.PAUSE:
            paused.append(event)
        elif event.kind == ClockEvent.Kind.RESUME:
            paused = [each for each in paused if each.number != (event.ends or paused[-1].number)]
    return paused


def _pause_meant(paused: list[ClockEvent], reason: str) -> ClockEvent:
    """The pause that ends: the only one, or the one of that reason."""
    meant = [pause for pause in paused if not reason or pause.reason == reason]
    if len(meant) != 1:
        reasons = "、".join(f"“{pause.reason}”" for pause in paused)
        raise TransitionError(f"请写明结束的是哪一项暂停：{reasons}。")
    return meant[0]


def _require_possible(
    clock: DutyClock, before: ClockEvent, *, kind: ClockEvent.Kind, happened_at: datetime, at: datetime
) -> None:
    """`before` is what must have happened earlier: the latest event, for the end of a pause its beginning."""
    if happened_at > at:
        raise TransitionError("发生时间不能晚于现在。")
    is_called_off = kind == ClockEvent.Kind.CLOSE and before.kind == ClockEvent.Kind.START  # perhaps before it began
    if happened_at < before.happened_at and not is_called_off:
        raise TransitionError(f"发生时间不能早于上一次记录（{before.get_kind_display()}）。")
    has_run_out = clock.due_at is not None and happened_at > clock.due_at
    if has_run_out and kind == ClockEvent.Kind.EXTEND:
        raise TransitionError("时限已经届满，不能再延长。")


def _add_event(
    clock: DutyClock, kind: ClockEvent.Kind, *, by: User | None, at: datetime, happened_at: datetime, **words: Any
) -> None:
    """Write the event and its row in the audit trail."""
    ClockEvent.objects.create(clock=clock, kind=kind, by=by, recorded_at=at, happened_at=happened_at, **words)
    AuditEntry.objects.record(action=ACTS[kind], target=clock, by=by, at=at, reason=words.get("reason", ""))


def _keep_standing(clock: DutyClock, calendar: WorkCalendar) -> None:
    history = History.of(clock.events.select_related("approved_by").order_by("number"))
    standing = ClockState.of(limit=clock.limit, history=history, calendar=calendar)
    DutyClock.objects.filter(pk=clock.pk).update(**standing.columns())


# Restating open clocks (重算时限) when the calendar has changed, with a look at what would move beforehand.

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Restatement:
    """A clock, and where it stands by another calendar."""

    clock: DutyClock
    standing: ClockState

    @property
    def before(self) -> date | None:
        return local_day(self.clock.due_at) if self.clock.due_at else None

    @property
    def after(self) -> date | None:
        return self.standing.due_day

    def is_moved(self, *, on: date) -> bool:
        return self.clock.due_at != self.standing.due_at and not self.is_over(on=on)

    def is_over(self, *, on: date) -> bool:
        """Whether one of the two days lies before that day, where the duty keeps what has passed."""
        duty = duty_of(self.clock)
        is_kept = duty is not None and duty.keeps_past
        return is_kept and any(day is not None and day < on for day in (self.before, self.after))


def moved_by(calendar: WorkCalendar, *, on: date = date.min) -> list[Restatement]:
    """The open clocks whose due date the calendar would move if it were changed that day, soonest first. Nothing is stored."""
    return [each for each in _restatements(DutyClock.objects.open(), calendar) if each.is_moved(on=on)]


@transaction.atomic
def restate_clocks(*, by: User | None, at: datetime, reason: str) -> list[Restatement]:
    """Bring every open clock that was computed from another calendar up to date; returns those whose due date moved.

    A clock whose days are over, of a duty that keeps them, stays with its due date and how that was found.

    Each of these gets a row in the audit trail, and its duty is told.
    """
    calendar = calendar_to_count_with()
    stale = DutyClock.objects.open().exclude(calendar_version=calendar.version).select_for_update()
    restated = list(_restatements(stale, calendar))
    on = local_day(at)
    moved = [each for each in restated if each.is_moved(on=on)]
    for each in moved:
        _note(each, by=by, at=at, reason=reason)
    _store([each for each in restated if not each.is_over(on=on)])
    over = [each.clock.pk for each in restated if each.is_over(on=on)]
    DutyClock.objects.filter(pk__in=over).update(calendar_version=calendar.version)
    return moved


def _restatements(clocks: QuerySet[DutyClock], calendar: WorkCalendar) -> Iterator[Restatement]:
    events = Prefetch("events", ClockEvent.objects.select_related("approved_by").order_by("number"))
    for clock in clocks.order_by("due_at", "pk").prefetch_related(events).iterator(BATCH):
        standing = ClockState.of(limit=clock.limit, history=History.of(clock.events.all()), calendar=calendar)
        yield Restatement(clock=clock, standing=standing)


def _note(restatement: Restatement, *, by: User | None, at: datetime, reason: str) -> None:
    clock, before, after = restatement.clock, restatement.before, restatement.after
    AuditEntry.objects.record(
        action=AuditEntry.Action.RESTATE_CLOCK,
        target=clock,
        by=by,
        at=at,
        reason=reason,
        detail={
            "before": {"due": str(before), "derivation": clock.derivation},
            "after": {"due": str(after), "derivation": restatement.standing.derivation},
        },
    )
    duty = duty_of(clock)
    if duty and duty.due_moved:
        duty.due_moved(clock, before, after)


def _store(restated: list[Restatement]) -> None:
    for each in restated:
        each.clock.due_at = each.standing.due_at
        each.clock.derivation = each.standing.derivation
        each.clock.calendar_version = each.standing.calendar_version
    clocks = [each.clock for each in restated]
    DutyClock.objects.bulk_update(clocks, ["due_at", "derivation", "calendar_version"], batch_size=BATCH)
