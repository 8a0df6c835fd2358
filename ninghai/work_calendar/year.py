"""A year of the calendar at a glance (一年总览): twelve months in weeks, every day said in a word beside its colour."""

import calendar as weeks
from dataclasses import dataclass
from datetime import date

from ninghai.models import Workday
from ninghai.workdays import WorkCalendar

WORDS = {Workday.Kind.HOLIDAY: "休", Workday.Kind.WORKING: "班"}


@dataclass(frozen=True, slots=True)
class Day:
    """One cell: `tone` is holiday, working, weekend or plain; `word` is 休 or 班; `name` the festival."""

    date: date
    tone: str
    word: str
    name: str
    is_guess: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Day | None]]
    workdays: int


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: list[Month]
    is_known: bool

    @property
    def workdays(self) -> int:
        return sum(month.workdays for month in self.months)


def year_at_a_glance(*, year: int) -> Year:
    """The year as the calendar has it now; a year that is not entered is shown as it is guessed."""
    calendar = WorkCalendar.load()
    names = dict(Workday.objects.filter(date__year=year).values_list("date", "name"))
    months = [_month(year, number, calendar, names) for number in range(1, 13)]
    return Year(number=year, months=months, is_known=year in calendar.known_years)


def _month(year: int, number: int, calendar: WorkCalendar, names: dict[date, str]) -> Month:
    days = [
        [_day(day, calendar, names) if day.month == number else None for day in week]
        for week in weeks.Calendar().monthdatescalendar(year, number)
    ]
    workdays = sum(calendar.is_workday(day.date) for week in days for day in week if day)
    return Month(number=number, weeks=days, workdays=workdays)


def _day(day: date, calendar: WorkCalendar, names: dict[date, str]) -> Day:
    kind = calendar.kind(day)
    tone = kind.value if kind else "plain" if calendar.is_workday(day) else "weekend"
    is_guess = kind is not None and day not in calendar.special
    return Day(date=day, tone=tone, word=WORDS[kind] if kind else "", name=names.get(day, ""), is_guess=is_guess)
