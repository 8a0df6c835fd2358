"""Where a clock stands: all that follows from its events and the calendar, as its row keeps it ready."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from ninghai.duty_clock.derivation import derivation
from ninghai.duty_clock.history import History
from ninghai.duty_clock.reckoning import local_day, reckon
from ninghai.limits import Limit
from ninghai.models import DutyClock
from ninghai.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Standing:
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
