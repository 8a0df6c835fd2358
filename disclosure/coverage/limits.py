"""How long a unit has to make something public (公开时限), as the basic catalogue says it.

Without a limit of its own a duty has the law's: 条例 2008 第18条 and 条例 2019 第26条, 自信息形成或者变更之日起20个工作日内.
The day of the event is not counted. Hours are whole days here, as items know their day and not their hour.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from disclosure.models import CatalogueEntry
from disclosure.models.basic_catalogue import LimitEvent, Rhythm
from ninghai.duty_clock.reckoning import months_later
from ninghai.limits import Limit, LimitUnit
from ninghai.workdays import WorkCalendar

STATUTORY = Limit(LimitUnit.WORKING_DAY, 20)


@dataclass(frozen=True, slots=True)
class DutyRule:
    """What the catalogue asks of a duty: how often, how soon, counted from what; `yearly` is a month and a day."""

    rhythm: Rhythm = Rhythm.AS_IT_ARISES
    limit: Limit | None = None
    event: LimitEvent = LimitEvent.FORMED
    yearly: tuple[int, int] | None = None

    @classmethod
    def of(cls, entry: CatalogueEntry) -> "DutyRule":
        amount, month, day = entry.limit_amount, entry.limit_month, entry.limit_day
        return cls(
            rhythm=Rhythm(entry.rhythm),
            limit=Limit(LimitUnit(entry.limit_unit), amount) if amount else None,
            event=LimitEvent(entry.limit_event or LimitEvent.FORMED),
            yearly=(month, day) if month and day else None,
        )

    @property
    def waits_for_event(self) -> bool:
        """Whether nothing is owed until something happens: a document, an approval, an occurrence."""
        return self.event != LimitEvent.FORMED and self.rhythm == Rhythm.AS_IT_ARISES

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
