"""Changing the calendar (修改日历): what would change, shown first; then days, open clocks and audit trail together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ninghai.accounts.roles import acts_as
from ninghai.calendar.deadlines.calendar_lock import calendar_to_change
from ninghai.calendar.deadlines.services import Restatement, moved_by, restate_clocks
from ninghai.calendar.notice import SpecialDay
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, Role, User, Workday
from ninghai.models.state_machine import TransitionError, require


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """What the days shall be; None makes a day what its weekday says (按星期). `source` is the notice it follows."""

    days: Mapping[date, SpecialDay | None]
    source: str

    @classmethod
    def of_year(cls, *, year: int, days: Mapping[date, SpecialDay], source: str, is_complete: bool) -> "CalendarEdit":
        """A year's notice; complete, it also clears the year's days that it does not name."""
        others = Workday.objects.filter(date__year=year).values_list("date", flat=True) if is_complete else []
        return cls(days={**dict.fromkeys(others), **days}, source=source)


@dataclass(frozen=True, slots=True)
class DayChange:
    day: date
    before: SpecialDay | None
    after: SpecialDay | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The days that would change, the open clocks that would move, and the calendar that this was computed from."""

    days: list[DayChange]
    clocks: list[Restatement]
    version: str


def preview_edit(edit: CalendarEdit, *, on: date = date.min) -> Preview:
    """What the edit would do if it were made that day; nothing is stored."""
    now = WorkCalendar.load()
    days = _changes(edit)
    changed = {change.day: change.after.kind for change in days if change.after}
    left = {day: kind for day, kind in now.special.items() if day not in {change.day for change in days}}
    return Preview(days=days, clocks=moved_by(WorkCalendar({**left, **changed}), on=on), version=now.version)


@transaction.atomic
def change_calendar(*, edit: CalendarEdit, version: str, by: User, at: datetime) -> list[Restatement]:
    """Change the days, restate the open clocks, note both; returns the clocks whose due date moved.

    Raises TransitionError when the calendar is no longer the one (`version`) that the person saw.
    """
    require(acts_as(by, Role.OFFICE))
    if calendar_to_change().version != version:
        raise TransitionError("工作日历刚刚被别人修改过，本次修改没有保存。请重新预览后再确认。")
    for change in _changes(edit):
        _change_day(change, source=edit.source, by=by, at=at)
    return restate_clocks(by=by, at=at, reason=f"工作日历修改：{edit.source}")


def _changes(edit: CalendarEdit) -> list[DayChange]:
    rows = {row.date: row for row in Workday.objects.filter(date__in=edit.days)}
    before = {day: SpecialDay(Workday.Kind(row.kind), row.name) for day, row in rows.items()}
    wanted = sorted(edit.days.items())
    return [DayChange(day, before.get(day), after) for day, after in wanted if not _is_same(before.get(day), after)]


def _is_same(before: SpecialDay | None, after: SpecialDay | None) -> bool:
    """A day that was entered without its festival keeps the name it had."""
    if before is None or after is None:
        return before is after
    return before.kind == after.kind and after.name in {"", before.name}


def _change_day(change: DayChange, *, source: str, by: User, at: datetime) -> None:
    row = Workday.objects.filter(date=change.day).first() or Workday(date=change.day, kind=Workday.Kind.HOLIDAY)
    detail = {"before": _as_noted(change.before, row.source), "after": _as_noted(change.after, source)}
    if change.after is None:
        key = row.pk
        row.delete()
        row.pk = key  # the audit trail names the row that was
    else:
        row.kind, row.name, row.source = change.after.kind, change.after.name or row.name, source
        row.save()
    AuditEntry.objects.record(
        action=AuditEntry.Action.EDIT_CALENDAR, target=row, by=by, at=at, reason=source, detail=detail
    )


def _as_noted(day: SpecialDay | None, source: str) -> dict[str, str]:
    if day is None:
        return {"kind": "按星期"}
    return {"kind": day.kind.label, "name": day.name, "source": source}
