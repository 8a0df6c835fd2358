"""The duties (事项) that clocks run for, each described once, by `register`, in the app whose duty it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ninghai.calendar.time_limits import Limit
from ninghai.models import DutyClock

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
