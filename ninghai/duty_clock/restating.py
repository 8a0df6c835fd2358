"""Restating open clocks (重算时限) when the calendar has changed, with a look at what would move beforehand.

Of a duty whose days count in figures (`keeps_past`) what has passed stays: a due day that is over is moved by no calendar,
and none is moved to a day that is over, so that what was in time or late on an earlier day stays so, and with it every
score and paper of that day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from ninghai.duty_clock.calendar_lock import calendar_to_count_with
from ninghai.duty_clock.duties import duty_of
from ninghai.duty_clock.history import History
from ninghai.duty_clock.reckoning import local_day
from ninghai.duty_clock.standing import Standing
from ninghai.models import AuditEntry, ClockEvent, DutyClock, User
from ninghai.workdays import WorkCalendar

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Restatement:
    """A clock, and where it stands by another calendar."""

    clock: DutyClock
    standing: Standing

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
        standing = Standing.of(limit=clock.limit, history=History.of(clock.events.all()), calendar=calendar)
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
