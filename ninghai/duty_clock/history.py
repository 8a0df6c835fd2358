"""What happened to a clock, read from its events in their order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ninghai.models import ClockEvent, DutyClock


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
        told = list(events)
        moments = {event.kind: event.happened_at for event in told}
        return cls(
            started=moments[ClockEvent.Kind.START],
            pauses=tuple(_pauses(told)),
            extensions=tuple(_extensions(told)),
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
