"""Working days (工作日) over the State Council's calendar, make-up Saturdays included.

A limit of n working days from an event counts from the next day; the n-th working day is the last in time
(general practice for 政府信息公开条例; the day of the event is not counted).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Self

from django.db.models import Q

from ninghai.models.calendar import Workday

SATURDAY = 5
NATIONAL_DAY = (10, 1)

# The statutory holidays with a fixed date (全国年节及纪念日放假办法, 2 May since 2025); the others follow the moon or the sun.
FIXED_HOLIDAYS = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}
FIXED_HOLIDAYS_SINCE_2025 = {**FIXED_HOLIDAYS, (5, 2): "劳动节"}


def fixed_holiday(day: date) -> str:
    """The name of the statutory holiday that falls on this date every year, or nothing."""
    table = FIXED_HOLIDAYS_SINCE_2025 if day.year >= 2025 else FIXED_HOLIDAYS
    return table.get((day.month, day.day), "")


@dataclass(frozen=True)
class WorkCalendar:
    """The days that are not what their weekday says. A year is entered once its National Day is; others are guessed."""

    special: Mapping[date, Workday.Kind]

    @classmethod
    def load(cls, *, known_at: date | None = None) -> Self:
        """The calendar as the office keeps it now, or what of it was known by the end of that day."""
        rows = Workday.objects.all()
        if known_at:
            rows = rows.filter(Q(known_since=None) | Q(known_since__lte=known_at))
        return cls({day: Workday.Kind(kind) for day, kind in rows.values_list("date", "kind")})

    @cached_property
    def known_years(self) -> frozenset[int]:
        """The years whose holiday notice (放假安排) is entered; every notice gives National Day."""
        return frozenset(day.year for day in self.special if (day.month, day.day) == NATIONAL_DAY)

    @cached_property
    def version(self) -> str:
        """A short digest of the days; two calendars with the same version give the same due dates."""
        lines = (f"{day} {kind.value}\n" for day, kind in sorted(self.special.items()))
        return sha256("".join(lines).encode()).hexdigest()[:16]

    def kind(self, day: date) -> Workday.Kind | None:
        """Why the day is not what its weekday says; in a year not entered, the fixed statutory holidays are taken off."""
        if kind := self.special.get(day):
            return kind
        is_guess = day.year not in self.known_years and fixed_holiday(day)
        return Workday.Kind.HOLIDAY if is_guess else None

    def is_workday(self, day: date) -> bool:
        if kind := self.kind(day):
            return kind == Workday.Kind.WORKING
        return day.weekday() < SATURDAY

    def first_workday_from(self, day: date) -> date:
        """The day itself where it is a working day, else the next that is one."""
        return self.nth_workday_after(day - timedelta(days=1), 1)

    def workdays_after(self, day: date) -> Iterator[date]:
        """The working days that follow, without end."""
        while True:
            day += timedelta(days=1)
            if self.is_workday(day):
                yield day

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days there are after `start`, up to and with `end`."""
        return sum(self.is_workday(start + timedelta(days=days)) for days in range(1, (end - start).days + 1))

    def nth_workday_after(self, day: date, amount: int) -> date:
        """The day `amount` (≥ 1) working days later."""
        if amount < 1:
            raise ValueError("工作日天数至少为 1。")
        return next(islice(self.workdays_after(day), amount - 1, None))

    def add(self, start: date, amount: int) -> "WorkdayDerivation":
        """The day `amount` (≥ 1) working days after `start`, with how it was found."""
        due = self.nth_workday_after(start, amount)
        return WorkdayDerivation(start=start, amount=amount, due=due, passed=self.passed(start, due))

    def passed(self, start: date, end: date) -> "PassedDays":
        """What a count from `start` (not counted) to `end` passes that is not what its weekday says."""
        days = (start + timedelta(days=days) for days in range(1, (end - start).days + 1))
        special = {day: kind for day in days if (kind := self.kind(day))}
        years = set(range(start.year, end.year + 1)) - self.known_years
        return PassedDays(special=special, guessed_years=frozenset(years))


@dataclass(frozen=True, slots=True)
class PassedDays:
    """The holidays and make-up days that a count passed, and the years for which it had to guess."""

    special: Mapping[date, Workday.Kind]
    guessed_years: frozenset[int]

    def parts(self) -> Iterator[str]:
        """What a clerk checks against the wall calendar, part by part."""
        for kind, label in ((Workday.Kind.HOLIDAY, "其中放假"), (Workday.Kind.WORKING, "其中调休上班")):
            if days := sorted(day for day, each in self.special.items() if each == kind):
                yield f"{label}：{'、'.join(f'{day:%m-%d}' for day in days)}"
        if self.guessed_years:
            years = "、".join(f"{year}年" for year in sorted(self.guessed_years))
            yield (
                f"{years}放假安排未录入，暂按周末和法定节日推算"
                "（元旦、劳动节、国庆节已扣除，春节、清明节、端午节、中秋节和调休未计入）"
            )


@dataclass(frozen=True, slots=True)
class WorkdayDerivation:
    """How a due date was found, in a sentence that a clerk can check."""

    start: date
    amount: int
    due: date
    passed: PassedDays

    def __str__(self) -> str:
        found = f"{self.start:%Y-%m-%d}（当日不计）起第{self.amount}个工作日为{self.due:%Y-%m-%d}"
        return "；".join([found, *self.passed.parts()]) + "。"
