"""Working days (工作日) over the State Council's calendar, make-up Saturdays included.

A limit of n working days from an event counts from the next day; the n-th working day is the last in time
(general practice for 政府信息公开条例; the day of the event is not counted).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Self

from ninghai.models.workday import Workday

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days that are not what their weekday says; a year without any is not entered yet and is guessed by weekdays."""

    special: Mapping[date, Workday.Kind]

    @classmethod
    def load(cls) -> Self:
        """The calendar as the office keeps it now."""
        return cls({day: Workday.Kind(kind) for day, kind in Workday.objects.values_list("date", "kind")})

    @property
    def known_years(self) -> set[int]:
        return {day.year for day in self.special}

    def is_workday(self, day: date) -> bool:
        if kind := self.special.get(day):
            return kind == Workday.Kind.WORKING
        return day.weekday() < SATURDAY

    def workdays_after(self, day: date) -> Iterator[date]:
        """The working days that follow, without end."""
        while True:
            day += timedelta(days=1)
            if self.is_workday(day):
                yield day

    def add(self, start: date, amount: int) -> "WorkdayDerivation":
        """The day `amount` (≥ 1) working days after `start`, with how it was found."""
        if amount < 1:
            raise ValueError("工作日天数至少为 1。")
        due = next(islice(self.workdays_after(start), amount - 1, None))
        passed = {day: kind for day, kind in self.special.items() if start < day <= due}
        years = set(range(start.year, due.year + 1)) - self.known_years
        return WorkdayDerivation(start=start, amount=amount, due=due, passed=passed, guessed_years=frozenset(years))


@dataclass(frozen=True, slots=True)
class WorkdayDerivation:
    """How a due date was found, in a sentence that a clerk can check against the wall calendar."""

    start: date
    amount: int
    due: date
    passed: Mapping[date, Workday.Kind]
    guessed_years: frozenset[int]

    def __str__(self) -> str:
        parts = [f"{self.start:%Y-%m-%d}（当日不计）起第{self.amount}个工作日为{self.due:%Y-%m-%d}"]
        for kind, label in ((Workday.Kind.HOLIDAY, "其中放假"), (Workday.Kind.WORKING, "其中调休上班")):
            if days := sorted(day for day, each in self.passed.items() if each == kind):
                parts.append(f"{label}：{'、'.join(f'{day:%m-%d}' for day in days)}")
        if self.guessed_years:
            years = "、".join(f"{year}年" for year in sorted(self.guessed_years))
            parts.append(f"{years}放假安排未录入，暂按周末推算")
        return "；".join(parts) + "。"
