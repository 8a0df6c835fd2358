"""The periods for which units report (报送周期) unless the office sets others before it issues the notice: quarters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ninghai.workdays import WorkCalendar

REPORTING_WORKDAYS = 5  # a report is due this many working days after the end of its period
NAMES = ("第一季度", "第二季度", "第三季度", "第四季度")


@dataclass(frozen=True, slots=True)
class Quarter:
    name: str
    start: date
    end: date

    def due_date(self, calendar: WorkCalendar) -> date:
        """The fifth working day after its end."""
        return calendar.add(self.end, REPORTING_WORKDAYS).due


def quarters_ending_after(day: date, *, year: int) -> Iterator[Quarter]:
    """The quarters of the year that end after the notice's own date; earlier ones are never asked for."""
    for place, name in enumerate(NAMES):
        start = date(year, 3 * place + 1, 1)
        end = date(year + place // 3, (3 * place + 3) % 12 + 1, 1) - timedelta(days=1)
        if end > day:
            yield Quarter(name=f"{year}年{name}", start=start, end=end)
