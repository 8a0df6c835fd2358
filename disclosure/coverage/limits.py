"""How long a unit has to make something public (公开时限), as the basic catalogue says it.

Without a limit of its own a duty has the law's, 自信息形成或者变更之日起20个工作日内, which both rule sets of ninghai.law set
(TermCode.PROACTIVE). The annual report is due by the law of its year (LimitLaw.ANNUAL_REPORT). The day of the event is not counted. Hours are whole days here, as items know their day and not their hour.
"""

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from disclosure.models import CatalogueEntry
from disclosure.models.basic_catalogue import LimitEvent, LimitLaw, UpdateRhythm
from ninghai.calendar.deadlines.reckoning import months_later
from ninghai.calendar.time_limits import Limit, LimitUnit
from ninghai.calendar.workdays import WorkCalendar
from ninghai.law import NoRuleSet, rule_set_on

STATUTORY = Limit(LimitUnit.WORKING_DAY, 20)
LAST_DAY_OF_LAW = (3, 31)  # of the annual report, the last that any rule set names


@dataclass(frozen=True, slots=True)
class DutyRule:
    """What the catalogue asks of a duty: how often, how soon, counted from what; `yearly` is a month and a day.

    `by_law` takes the day of the law of each year in its place, `of_county` that of the county's government.
    """

    rhythm: UpdateRhythm = UpdateRhythm.AS_IT_ARISES
    limit: Limit | None = None
    event: LimitEvent = LimitEvent.FORMED
    yearly: tuple[int, int] | None = None
    by_law: bool = False
    of_county: bool = False

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "DutyRule":
        """Of a day that the office has set itself the law has no say."""
        amount, month, day = entry.limit_amount, entry.limit_month, entry.limit_day
        return cls(
            rhythm=UpdateRhythm(entry.rhythm),
            limit=Limit(LimitUnit(entry.limit_unit), amount) if amount else None,
            event=LimitEvent(entry.limit_event or LimitEvent.FORMED),
            yearly=(month, day) if month and day else None,
            by_law=entry.limit_law == LimitLaw.ANNUAL_REPORT and (month, day) == LAST_DAY_OF_LAW,
        )

    def for_unit(self, *, is_county_office: bool) -> "DutyRule":
        """The county's office reports for the county's government."""
        return replace(self, of_county=is_county_office)

    def day_in(self, year: int) -> tuple[int, int] | None:
        """The day by which it is due in that year; what the law says in January counts for the year."""
        if not (self.yearly and self.by_law):
            return self.yearly
        try:
            report = rule_set_on(date(year, 1, 1)).annual_report
        except NoRuleSet:
            return self.yearly
        return report.county if self.of_county else report.bodies

    def basis_in(self, year: int) -> str:
        """Where the day of that year stands, in words; empty where the catalogue itself sets it."""
        try:
            return f"{rule_set_on(date(year, 1, 1)).annual_report.basis}，" if self.by_law else ""
        except NoRuleSet:
            return ""

    @property
    def waits_for_event(self) -> bool:
        """Whether nothing is owed until something happens: a document, an approval, an occurrence."""
        return self.event != LimitEvent.FORMED and self.rhythm == UpdateRhythm.AS_IT_ARISES

    @property
    def period_limit(self) -> Limit | None:
        """How long after the end of a period its information is due; what an event sets going no end of a period does."""
        return self.limit if self.event == LimitEvent.FORMED else None

    @property
    def item_limit(self) -> Limit | None:
        """How soon each item is due; a duty with a day of the year asks for that day and nothing else."""
        return self.limit or (None if self.yearly else STATUTORY)


NO_RULE = DutyRule()  # of an item that belongs to no duty: the law alone


@dataclass(frozen=True)
class Days:
    """Counts limits over one calendar, each only once."""

    calendar: WorkCalendar
    _counted: dict[tuple[Limit, date], date] = field(default_factory=dict)

    def after(self, limit: Limit, start: date) -> date:
        """The last day in time."""
        key = limit, start
        if key not in self._counted:
            self._counted[key] = self._count(limit, start)
        return self._counted[key]

    def _count(self, limit: Limit, start: date) -> date:
        if limit.unit == LimitUnit.WORKING_DAY:
            return self.calendar.nth_workday_after(start, limit.amount)
        if limit.unit == LimitUnit.MONTH:
            return months_later(start, limit.amount)
        days = ceil(limit.amount / 24) if limit.unit == LimitUnit.HOUR else limit.amount
        return start + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An item as a limit sees it; `explains_public_on` is the day of the document that it interprets."""

    public_on: date
    formed_on: date | None = None
    explains_public_on: date | None = None
    day_is_known: bool = True  # of older items that were taken over, not always


def limit_start(rule: DutyRule, item: PublicItem) -> date | None:
    """The day from which the item's limit counts; None where nobody knows it."""
    from_document = rule.event == LimitEvent.DOCUMENT_PUBLISHED
    return item.explains_public_on if from_document else item.formed_on


def limit_of_item(rule: DutyRule, item: PublicItem, *, days: Days) -> date | None:
    """The last day on which the item would have been in time; None where nobody can say."""
    start, limit = limit_start(rule, item), rule.item_limit
    return days.after(limit, start) if start and limit and item.day_is_known else None


# 更新周期: by when there must be something new, for duties that come back every month, quarter, half year or year.

ONE_DAY = timedelta(days=1)
MONTHS = {UpdateRhythm.MONTHLY: 1, UpdateRhythm.QUARTERLY: 3, UpdateRhythm.HALF_YEARLY: 6, UpdateRhythm.YEARLY: 12}


class CoverageDeadline(NamedTuple):
    """What becomes public from `opens` to `due` is in time for it."""

    period: int
    opens: date
    due: date
    ends: date  # the last day of the period that it is about


def comes_back(rule: DutyRule) -> bool:
    return rule.rhythm in MONTHS


def first_deadline(rule: DutyRule, day: date, *, days: Days) -> CoverageDeadline:
    """The first that is due on that day or later."""
    period = (day.year * 12 + day.month - 1) // MONTHS[rule.rhythm]
    while _due(rule, period - 1, days) >= day:
        period -= 1
    while _due(rule, period, days) < day:
        period += 1
    return _deadline(rule, period, days)


def last_deadline(rule: DutyRule, day: date, *, days: Days) -> CoverageDeadline:
    """The last that was due before that day."""
    return _deadline(rule, first_deadline(rule, day, days=days).period - 1, days)


def next_deadline(rule: DutyRule, public_on: Sequence[date], *, since: date | None, days: Days) -> CoverageDeadline:
    """The one that is owed after what became public on these days (ascending, one at least)."""
    owed = first_deadline(rule, since or public_on[0], days=days)
    for day in public_on:
        if is_mending := day > owed.due:
            owed = first_deadline(rule, day, days=days)
        if day >= owed.opens and not (is_mending and _lags(rule)):
            owed = _deadline(rule, owed.period + 1, days)
    return owed


def _lags(rule: DutyRule) -> bool:
    """What becomes public is about the period before, so that what comes late is not early for the next one."""
    return rule.period_limit is not None and rule.yearly is None


def _deadline(rule: DutyRule, period: int, days: Days) -> CoverageDeadline:
    due, end = _due(rule, period, days), _end(rule, period)
    opens = date(end.year, 1, 1) if rule.yearly else _due(rule, period - 1, days) + ONE_DAY
    return CoverageDeadline(period, opens, due, end)


def _due(rule: DutyRule, period: int, days: Days) -> date:
    end = _end(rule, period)
    if named := rule.day_in(end.year):
        month, day = named
        return date(end.year, month, min(day, months.monthrange(end.year, month)[1]))
    return days.after(rule.period_limit, end) if rule.period_limit else end


def _end(rule: DutyRule, period: int) -> date:
    """The last day of the period."""
    year, month = divmod((period + 1) * MONTHS[rule.rhythm] - 1, 12)
    return date(year, month + 1, months.monthrange(year, month + 1)[1])
