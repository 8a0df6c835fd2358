"""Where a clock stands: all that follows from its events and the calendar, as its row keeps it ready."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from django.utils import timezone

from ninghai.calendar.deadlines.reckoning import Due, Extension, History, Pause, local_day, reckon
from ninghai.calendar.time_limits import Limit, LimitUnit
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import DutyClock

# How a due date was found (计算过程), in a sentence that a clerk can check against the wall calendar.

WEEKDAYS = "一二三四五六日"


def derivation(*, limit: Limit, history: History, due: Due, calendar: WorkCalendar) -> str:
    """Start, pauses, extensions, the due date, and which holidays and make-up days were passed."""
    parts = [
        _start(limit, history),
        *(_pause(limit, pause) for pause in history.pauses),
        *(_extension(limit, extension) for extension in history.extensions),
        *_due(limit, due, calendar),
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
    return f"{_when(limit, extension.granted)}经{extension.approved_by}批准延长{amount}（{extension.reason}）"


def _due(limit: Limit, due: Due, calendar: WorkCalendar) -> Iterator[str]:
    if due.day is None or due.moment is None:
        yield "暂停期间不计算到期时间，恢复后重新计算"
    elif limit.unit == LimitUnit.HOUR:
        yield f"{_when(limit, due.moment)}到期"
    else:
        yield f"{due.day:%Y-%m-%d}（星期{WEEKDAYS[due.day.weekday()]}）到期"
        if not calendar.is_workday(due.day):
            yield "到期日不是工作日，请提前办理"


def _passed(limit: Limit, history: History, due: Due, calendar: WorkCalendar) -> Iterator[str]:
    """Only a count of working days depends on the calendar."""
    if limit.unit == LimitUnit.WORKING_DAY and due.day:
        yield from calendar.passed(local_day(history.started), due.day).parts()


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
