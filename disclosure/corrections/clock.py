"""By when an error report (纠错留言) is answered: so many working days after it came in (CORRECTION_WORKDAYS, five by default).

No law names the days; the sender reads them with the receipt, the unit and the office on their lists.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from disclosure.models import Correction
from ninghai.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """The last day for the answer, and how the report stands against it."""

    due: date
    answered_on: date | None

    def days_late(self, *, on: date) -> int:
        """By how many days the answer came late, or is late on that day."""
        return max(0, ((self.answered_on or on) - self.due).days)

    def words(self, *, on: date) -> str:
        """2018-11-27前答复, 还有3天; 逾期2天; 按时答复."""
        late, until = self.days_late(on=on), f"应于{self.due:%Y-%m-%d}前答复"
        if self.answered_on:
            return f"{until}，{f'逾期{late}天答复' if late else '已按时答复'}"
        left = (self.due - on).days
        return f"{until}，{f'已逾期{late}天' if late else f'还有{left}天' if left else '今天到期'}"


def answer_clock(correction: Correction, *, calendar: WorkCalendar) -> AnswerClock:
    received = timezone.localdate(correction.received_at)
    answered_on = timezone.localdate(correction.answered_at) if correction.answered_at else None
    return AnswerClock(calendar.nth_workday_after(received, settings.CORRECTION_WORKDAYS), answered_on)


def overdue(corrections: Iterable[Correction], *, on: date, calendar: WorkCalendar) -> list[Correction]:
    """Of those that wait, the ones whose last day has passed."""
    return [each for each in corrections if answer_clock(each, calendar=calendar).due < on]
