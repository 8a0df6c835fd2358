"""Which reporting periods (报送周期) a year has in each rhythm (报送频次), and what a changed rhythm makes of those that are there."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ninghai.calendar.workdays import WorkCalendar
from tasks.models import ReportingPeriod, Rhythm

REPORTING_WORKDAYS = 5  # a report is due this many working days after the end of its period
MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.HALF_YEAR: 6, Rhythm.NONE: 12}
QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
HALVES = ("上半年", "下半年")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """A period that is not made yet."""

    name: str
    start: date
    end: date
    due_date: date | None

    def __str__(self) -> str:
        return (
            f"{self.name}（{f'截止{self.due_date:%Y-%m-%d}' if self.due_date else ReportingPeriod.WITHOUT_DUE_DATE}）"
        )

    def of(self, notice_id: int) -> ReportingPeriod:
        """The period of that notice, not yet saved."""
        return ReportingPeriod(
            notice_id=notice_id, name=self.name, start=self.start, end=self.end, due_date=self.due_date
        )


def plan(
    rhythm: str, *, year: int, after: date, calendar: WorkCalendar, begins: date | None = None
) -> list[PlannedPeriod]:
    """The periods of the year that end after that day, each due on the fifth working day after its end.

    `begins` is the first day that they have to cover: the first is cut or stretched to it. With 不定期报送, and of a
    year that is over, there is one period without a due date.
    """
    spans = [(start, end) for start, end in _spans(Rhythm(rhythm), year) if end > after]
    if not spans:
        rhythm, spans = Rhythm.NONE, list(_spans(Rhythm.NONE, year))
    if begins:
        spans[0] = (begins, spans[0][1])
    return [_planned(Rhythm(rhythm), start, end, calendar) for start, end in spans]


def due_date_after(end: date, *, calendar: WorkCalendar) -> date:
    """The fifth working day after the period's end."""
    return calendar.add(end, REPORTING_WORKDAYS).due


def _spans(rhythm: Rhythm, year: int) -> Iterator[tuple[date, date]]:
    months = MONTHS[rhythm]
    for first in range(1, 13, months):
        yield date(year, first, 1), _last_day(year, first + months - 1)


def _planned(rhythm: Rhythm, start: date, end: date, calendar: WorkCalendar) -> PlannedPeriod:
    due = None if rhythm == Rhythm.NONE else due_date_after(end, calendar=calendar)
    return PlannedPeriod(name=_name(rhythm, start, end), start=start, end=end, due_date=due)


def _name(rhythm: Rhythm, start: date, end: date) -> str:
    """2018年8月, 2018年第三季度, 2018年下半年; one that was cut or stretched is named by its months or days."""
    year = start.year
    if rhythm == Rhythm.NONE:
        return f"{year}年不定期报送"
    if start.day > 1:
        return f"{year}年{start.month}月{start.day}日至{end.month}月{end.day}日"
    if (start, end) not in _spans(rhythm, year):
        return f"{year}年{start.month}月至{end.month}月"
    if rhythm == Rhythm.MONTH:
        return f"{year}年{start.month}月"
    names = QUARTERS if rhythm == Rhythm.QUARTER else HALVES
    return f"{year}年{names[(start.month - 1) // MONTHS[rhythm]]}"


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


# Another rhythm in the middle of the year.


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """What another rhythm would make of a notice's periods."""

    stay: list[ReportingPeriod]
    cut: list[ReportingPeriod]  # without due date and reported for: they end the day before the new ones begin
    go: list[ReportingPeriod]
    come: list[PlannedPeriod]

    @property
    def is_possible(self) -> bool:
        """Whether anything of the year is left to be remade."""
        return bool(self.come)

    def __str__(self) -> str:
        """In a sentence, of a possible change: what goes and what comes."""
        went = [f"取消{'、'.join(period.name for period in self.go)}"] if self.go else []
        ended = (
            [f"{'、'.join(period.name for period in self.cut)}到{self.come[0].start - DAY:%Y-%m-%d}为止"]
            if self.cut
            else []
        )
        return "；".join([*went, *ended, f"新设{'、'.join(map(str, self.come))}"])


def change_to(
    rhythm: str,
    *,
    year: int,
    periods: Sequence[ReportingPeriod],
    reported: frozenset[int],
    on: date,
    calendar: WorkCalendar,
) -> PeriodChange:
    """Remake the periods that have neither ended nor been reported for; `reported` holds the keys of those that have.

    What has ended stays as it is, so that what was owed on an earlier day stays owed on it. The new periods follow
    without gap upon the last that stays.
    """
    untouched = [each for each in periods if each.end >= on and each.closed_on is None and each.pk not in reported]
    cut = [each for each in periods if each.pk in reported and each.due_date is None and each.start < on <= each.end]
    stay = [each for each in periods if each not in untouched and each not in cut]
    begins = _day_after([*(each.end for each in stay), *(on - DAY for _ in cut)])
    come = _come(rhythm, year=year, begins=begins, on=on, calendar=calendar)
    return PeriodChange(stay=stay, cut=cut, go=untouched, come=come)


def _day_after(ends: Sequence[date]) -> date | None:
    return max(ends) + DAY if ends else None


def _come(rhythm: str, *, year: int, begins: date | None, on: date, calendar: WorkCalendar) -> list[PlannedPeriod]:
    """Nothing, when the year is over or what stays covers it."""
    first = max(on, begins or on)
    if first > date(year, 12, 31):
        return []
    return plan(rhythm, year=year, after=first - DAY, begins=begins, calendar=calendar)
