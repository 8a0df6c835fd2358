"""When a limit runs out (到期): a function of the limit, the events of the clock in their order, and the calendar. Nothing is read or stored."""

import calendar as months
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self, TypeVar

from django.utils import timezone

from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import ClockEvent, DutyClock
from ninghai.models.calendar import Limit, LimitUnit

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
class History:
    """From the start on: the pauses in their order (only the last may be open), the extensions, the end."""

    started: datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    closed: datetime | None = None

    @classmethod
    def of(cls, events: Iterable[ClockEvent]) -> Self:
        """The history that the events of one clock tell, given in the order of their numbers."""
        known = list(events)
        moments = {event.kind: event.happened_at for event in known}
        return cls(
            started=moments[ClockEvent.Kind.START],
            pauses=tuple(_pauses(known)),
            extensions=tuple(_extensions(known)),
            closed=moments.get(ClockEvent.Kind.CLOSE),
        )

    @property
    def state(self) -> DutyClock.State:
        if self.closed:
            return DutyClock.State.CLOSED
        is_paused = bool(self.pauses) and self.pauses[-1].ended is None
        return DutyClock.State.PAUSED if is_paused else DutyClock.State.RUNNING

    @property
    def extended_by(self) -> int:
        return sum(extension.amount for extension in self.extensions)

    def stretches(self) -> Iterator[tuple[datetime, datetime | None]]:
        """When the clock ran: from … to …; the last stretch of a clock that is not paused has no end."""
        begin = self.started
        for pause in self.pauses:
            yield begin, pause.begun
            if pause.ended is None:
                return
            begin = pause.ended
        yield begin, None


def _pauses(events: list[ClockEvent]) -> Iterator[Pause]:
    begun: ClockEvent | None = None
    for event in events:
        if event.kind == ClockEvent.Kind.PAUSE:
            begun = event
        elif event.kind == ClockEvent.Kind.RESUME and begun:
            yield Pause(begun=begun.happened_at, ended=event.happened_at, reason=begun.reason)
            begun = None
    if begun:
        yield Pause(begun=begun.happened_at, ended=None, reason=begun.reason)


def _extensions(events: list[ClockEvent]) -> Iterator[Extension]:
    for event in events:
        if event.kind == ClockEvent.Kind.EXTEND:
            yield Extension(
                granted=event.happened_at,
                amount=event.amount or 0,
                reason=event.reason,
                approved_by=str(event.approved_by),
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
    allowed = _calendar_days(limit, start=days[0][0], extended_by=history.extended_by)
    return Due.end_of(_runs_out(days, allowed, _day_reached, _days_between, 0))


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
        return calendar.nth_workday_after(day, left) if left else calendar.nth_workday_after(day - timedelta(1), 1)

    return reached


def _day_reached(day: date, left: int) -> date:
    return day + timedelta(days=left)


def _days_between(begin: date, end: date) -> int:
    return (end - begin).days


def _moment_reached(moment: datetime, left: timedelta) -> datetime:
    return moment + left


def _time_between(begin: datetime, end: datetime) -> timedelta:
    return end - begin
