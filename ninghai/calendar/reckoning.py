"""When a limit runs out (到期), and how that was found: a function of the limit, the events of the clock in their order, and the calendar. Nothing is read or stored."""

import calendar as months
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Self, TypeVar

from django.utils import timezone

from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import ClockEvent, DutyClock
from ninghai.models.calendar import Limit, LimitUnit

Kind = ClockEvent.Kind

# What happened to a clock, read from its events in their order.


@dataclass(frozen=True, slots=True)
class Pause:
    begun: datetime
    ended: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    granted: datetime
    amount: int  # in the limit's `extension_unit`
    reason: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """A full new period begins, as when an amended application arrives (补正); what was counted before counts no more."""

    happened: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """From the start on: the pauses by their beginnings, which may overlap (a third party and another agency are asked
    at once), the extensions, the new beginnings, the end."""

    started: datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    restarts: tuple[Restart, ...] = ()
    closed: datetime | None = None

    @classmethod
    def of(cls, events: Iterable[ClockEvent]) -> Self:
        """The history that the events of one clock tell, given in the order of their numbers."""
        known = list(events)
        moments = {event.kind: event.happened_at for event in known}
        return cls(
            started=moments[Kind.START],
            pauses=tuple(_pauses(known)),
            extensions=tuple(_extensions(known)),
            restarts=tuple(Restart(event.happened_at, event.reason) for event in known if event.kind == Kind.RESTART),
            closed=moments.get(Kind.CLOSE),
        )

    @property
    def state(self) -> DutyClock.State:
        if self.closed:
            return DutyClock.State.CLOSED
        is_paused = any(pause.ended is None for pause in self.pauses)
        return DutyClock.State.PAUSED if is_paused else DutyClock.State.RUNNING

    @property
    def counted_from(self) -> datetime:
        """The start, or the last new beginning."""
        return self.restarts[-1].happened if self.restarts else self.started

    @property
    def extended_by(self) -> int:
        """By how much the period that counts was extended."""
        return sum(each.amount for each in self.extensions if each.granted >= self.counted_from)

    def stretches(self) -> Iterator[tuple[datetime, datetime | None]]:
        """When the clock ran: from … to …; the last stretch of a clock that is not paused has no end. What lies in
        several pauses is left out once."""
        begin = self.counted_from
        for pause in self.pauses:
            if pause.ended is not None and pause.ended <= begin:
                continue
            if pause.begun > begin or pause.ended is None:
                yield begin, max(begin, pause.begun)
            if pause.ended is None:
                return
            begin = pause.ended
        yield begin, None


def _pauses(events: list[ClockEvent]) -> list[Pause]:
    """Each with its own end: the pause that a resumption names, else the last one that is open."""
    begun: dict[int, ClockEvent] = {}
    ended: dict[int, datetime] = {}
    for event in events:
        if event.kind == Kind.PAUSE:
            begun[event.number] = event
        elif event.kind == Kind.RESUME:
            ended[event.ends or max(begun.keys() - ended.keys())] = event.happened_at
    pauses = [Pause(event.happened_at, ended.get(number), event.reason) for number, event in begun.items()]
    return sorted(pauses, key=lambda pause: pause.begun)


def _extensions(events: list[ClockEvent]) -> Iterator[Extension]:
    for event in events:
        if event.kind == Kind.EXTEND:
            yield Extension(
                granted=event.happened_at,
                amount=event.amount or 0,
                reason=event.reason,
                approved_by=str(event.approved_by or ""),
            )


# When a limit runs out (到期): a function of the limit, what happened, and the calendar. Nothing is read or stored here.

MomentT = TypeVar("MomentT", date, datetime)
AmountT = TypeVar("AmountT", int, timedelta)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day, or for hours the last moment; both are None while the clock is paused before it."""

    day: date | None
    moment: datetime | None

    @classmethod
    def end_of(cls, day: date | None) -> "Due":
        end = datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone()) if day else None
        return cls(day=day, moment=end)


def reckon(*, limit: Limit, history: History, calendar: WorkCalendar) -> Due:
    """When the limit runs out, with every pause and extension so far."""
    if limit.unit == LimitUnit.HOUR:
        return _due_moment(limit, history)
    days = [(local_day(begin), end and local_day(end)) for begin, end in history.stretches()]
    if limit.unit == LimitUnit.WORKING_DAY:
        allowed = limit.amount + history.extended_by
        return Due.end_of(_runs_out(days, allowed, _workday_reached(calendar), calendar.workdays_between, 0))
    allowed = _calendar_days(limit, start=local_day(history.counted_from), extended_by=history.extended_by)
    last = _runs_out(days, allowed, _day_reached, _days_between, 0)
    return Due.end_of(calendar.first_workday_from(last) if last and limit.rolls else last)


def local_day(moment: datetime) -> date:
    """The county's calendar day of the moment."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def months_later(start: date, amount: int) -> date:
    """The day of the same number `amount` months later, or the month's last."""
    years, month = divmod(start.month - 1 + amount, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def _due_moment(limit: Limit, history: History) -> Due:
    allowed = timedelta(hours=limit.amount + history.extended_by)
    moment = _runs_out(history.stretches(), allowed, _moment_reached, _time_between, timedelta())
    return Due(day=local_day(moment) if moment else None, moment=moment)


def _calendar_days(limit: Limit, *, start: date, extended_by: int) -> int:
    """How many days after its start a limit of days, months or a named day ends, were it never paused."""
    if limit.unit == LimitUnit.MONTH:
        return (months_later(start, limit.amount + extended_by) - start).days
    if limit.by:
        return (limit.by - start).days + extended_by
    return limit.amount + extended_by


def _runs_out(
    stretches: Iterable[tuple[MomentT, MomentT | None]],
    left: AmountT,
    reached: Callable[[MomentT, AmountT], MomentT],
    between: Callable[[MomentT, MomentT], AmountT],
    nothing: AmountT,
) -> MomentT | None:
    """Where what is left of the limit is used up, going through the stretches in which the clock ran."""
    for begin, end in stretches:
        due = reached(begin, left)
        if end is None or due < end:
            return due
        left = max(nothing, left - between(begin, end))
    return None


def _workday_reached(calendar: WorkCalendar) -> Callable[[date, int], date]:
    def reached(day: date, left: int) -> date:
        """The working day on which the rest is used up; with nothing left, the first one from that day on."""
        return calendar.nth_workday_after(day, left) if left else calendar.first_workday_from(day)

    return reached


def _day_reached(day: date, left: int) -> date:
    return day + timedelta(days=left)


def _days_between(begin: date, end: date) -> int:
    return (end - begin).days


def _moment_reached(moment: datetime, left: timedelta) -> datetime:
    return moment + left


def _time_between(begin: datetime, end: datetime) -> timedelta:
    return end - begin


# How a due date was found (计算过程), in a sentence that a clerk can check against the wall calendar.

WEEKDAYS = "一二三四五六日"


def derivation(*, limit: Limit, history: History, due: Due, calendar: WorkCalendar) -> str:
    """Start, pauses, extensions, new beginnings, the due date, and which holidays and make-up days were passed."""
    parts = [
        _start(limit, history),
        *(_pause(limit, pause) for pause in history.pauses),
        *(_extension(limit, extension) for extension in history.extensions),
        *(_restart(limit, restart) for restart in history.restarts),
        *_due(limit, due, calendar),
        *_rolled(limit, history, due, calendar),
        *_passed(limit, history, due, calendar),
        *([f"{_when(limit, history.closed)}计时结束"] if history.closed else []),
    ]
    return "；".join(parts) + "。"


def _when(limit: Limit, moment: datetime) -> str:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return f"{local:%Y-%m-%d %H:%M}" if limit.unit == LimitUnit.HOUR else f"{local:%Y-%m-%d}"


def _start(limit: Limit, history: History) -> str:
    start = _when(limit, history.started)
    if limit.unit == LimitUnit.HOUR:
        return f"自{start}起算，时限{limit}，按钟点连续计算，夜间和节假日不扣除"
    if limit.by:
        return f"自{start}起，时限为{limit}（含当日）"
    return f"自{start}起算（当日不计），时限{limit}"


def _pause(limit: Limit, pause: Pause) -> str:
    because = f"（{pause.reason}）" if pause.reason else ""
    begun = f"{_when(limit, pause.begun)}暂停{because}"
    if pause.ended is None:
        return f"{begun}，尚未恢复"
    until = "，其间不计" if limit.unit == LimitUnit.HOUR else "，次日起至恢复当日不计"
    return f"{begun}，{_when(limit, pause.ended)}恢复{until}"


def _extension(limit: Limit, extension: Extension) -> str:
    amount = f"{extension.amount}{limit.extension_unit.label}"
    approved = f"{_when(limit, extension.granted)}经{extension.approved_by}批准" if extension.approved_by else ""
    because = f"（{extension.reason}）" if extension.reason else ""
    return f"{approved}延长{amount}{because}"


def _restart(limit: Limit, restart: Restart) -> str:
    because = f"（{restart.reason}）" if restart.reason else ""
    not_counted = "" if limit.unit == LimitUnit.HOUR else "，当日不计"
    return f"{_when(limit, restart.happened)}重新起算{because}{not_counted}，此前的期限不再计算"


def _due(limit: Limit, due: Due, calendar: WorkCalendar) -> Iterator[str]:
    if due.day is None or due.moment is None:
        yield "暂停期间不计算到期时间，恢复后重新计算"
    elif limit.unit == LimitUnit.HOUR:
        yield f"{_when(limit, due.moment)}到期"
    else:
        yield f"{due.day:%Y-%m-%d}（星期{WEEKDAYS[due.day.weekday()]}）到期"
        if not calendar.is_workday(due.day):
            yield "到期日不是工作日，请提前办理"


def _rolled(limit: Limit, history: History, due: Due, calendar: WorkCalendar) -> Iterator[str]:
    """The day off on which the limit would have ended."""
    if limit.rolls:
        last = reckon(limit=replace(limit, rolls=False), history=history, calendar=calendar).day
        if last and last != due.day:
            yield f"期限的最后一日{last:%Y-%m-%d}不是工作日，顺延至其后的第一个工作日"


def _passed(limit: Limit, history: History, due: Due, calendar: WorkCalendar) -> Iterator[str]:
    """Only a count of working days depends on the calendar."""
    if limit.unit == LimitUnit.WORKING_DAY and due.day:
        yield from calendar.passed(local_day(history.counted_from), due.day).parts()
