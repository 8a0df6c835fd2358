"""How long a unit has to make something public (公开时限), and how its duty stands on a day (公开情况), said in a sentence.

Without a limit of its own a duty has the law's, 自信息形成或者变更之日起20个工作日内, which both rule sets of ninghai.calendar.law set
(TermCode.PROACTIVE). The annual report is due by the law of its year (LimitLaw.ANNUAL_REPORT). The day of the event is
not counted. Hours are whole days here, as items know their day and not their hour.
"""

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from disclosure.models import CatalogueEntry
from disclosure.models.basic_catalogue import LimitEvent, LimitLaw, UpdateRhythm
from disclosure.models.coverage import CellState
from ninghai.calendar.law import NoRuleSet, rule_set_on
from ninghai.calendar.reckoning import months_later
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models.calendar import Limit, LimitUnit

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


SOON = {
    UpdateRhythm.MONTHLY: 7,
    UpdateRhythm.QUARTERLY: 15,
    UpdateRhythm.HALF_YEARLY: 15,
    UpdateRhythm.YEARLY: 15,
}  # days before it is due

NOTHING_HOLDS = "长期公开的事项应当有一条现行有效的信息，已公开的都已失效或者废止。"
NOTHING_HAPPENED = {  # what has to happen before anything is owed
    LimitEvent.APPROVED: "批准或者批复后才需要公开，还没有公开过。",
    LimitEvent.DOCUMENT_PUBLISHED: "本单位有须配发解读的文件公开后才需要解读，还没有公开过。",
    LimitEvent.CHANGE_APPROVED: "办事条件变化经批准后才需要公开，还没有公开过。",
    LimitEvent.HAPPENED: "事件发生后才需要公开，还没有公开过。",
}
NO_DAY_GIVEN = "还没有公开过；目录没有写明从哪一天起承担，按一直承担处理。"


@dataclass(frozen=True, slots=True)
class Held:
    """What a unit has public under a duty. `holds`: something of it is in force.

    `news` are the days, ascending, on which something new became public; a revision of what is there is something new.
    """

    last: PublicItem
    news: tuple[date, ...] = ()
    holds: bool = True

    @property
    def last_news(self) -> date:
        return max((self.last.public_on, *self.news[-1:]))


@dataclass(frozen=True, slots=True)
class DutyStatus:
    state: CellState
    due_on: date | None
    days_late: int
    words: str


def standing(rule: DutyRule, held: Held | None, *, since: date | None, on: date, days: Days) -> DutyStatus:
    """How the duty stands at the end of the day `on`, for a unit that owes it since `since` (None: always)."""
    if held is None:
        return _of_nothing(rule, since=since, on=on, days=days)
    if rule.rhythm == UpdateRhythm.LASTING and not held.holds:
        return DutyStatus(CellState.STALE, None, 0, NOTHING_HOLDS)
    last = f"最近一次公开是{_day(held.last_news)}"
    if not comes_back(rule):
        words = f"{rule.rhythm.label}，{last}。"
        return _of_late_item(rule, held.last, days) or DutyStatus(CellState.CURRENT, None, 0, words)
    owed = next_deadline(rule, held.news or (held.last_news,), since=since, days=days)
    if owed.due < on:
        return _late(CellState.STALE, owed.due, on, f"{last}，{_owed_words(rule, owed, days)}")
    is_soon = owed.due - on <= timedelta(days=SOON[rule.rhythm])
    state = CellState.SOON if is_soon else CellState.CURRENT
    words = f"{last}，下一次{_owed_words(rule, owed, days)}。"
    return _of_late_item(rule, held.last, days) or DutyStatus(state, owed.due, 0, words)


def _of_nothing(rule: DutyRule, *, since: date | None, on: date, days: Days) -> DutyStatus:
    """Nothing is public: empty once the first limit is over; where nobody said since when, at once.

    What an event sets going (解读, 批复, 舆情回应) owes nothing as long as nothing has happened; a lasting duty is owed
    all the same, within the law's limit, for its event is a change of what is there already.
    """
    if rule.waits_for_event:
        return DutyStatus(CellState.PENDING, None, 0, NOTHING_HAPPENED[rule.event])
    if comes_back(rule):
        owed = first_deadline(rule, since, days=days) if since else last_deadline(rule, on, days=days)
        due, words = owed.due, f"还没有公开过，{_owed_words(rule, owed, days)}"
    elif since:
        limit = rule.period_limit or STATUTORY
        due, words = days.after(limit, since), f"还没有公开过，自{_day(since)}起承担，{_count(limit, since, days)}"
    else:
        return DutyStatus(CellState.EMPTY, None, 0, NO_DAY_GIVEN)
    return DutyStatus(CellState.PENDING, due, 0, f"{words}。") if due >= on else _late(CellState.EMPTY, due, on, words)


def _of_late_item(rule: DutyRule, item: PublicItem, days: Days) -> DutyStatus | None:
    """The last item came after its limit."""
    due = limit_of_item(rule, item, days=days)
    if due is None or item.public_on <= due:
        return None
    return _late(CellState.LATE, due, item.public_on, f"最近一条{late_words(rule, item, days)}")


def late_words(rule: DutyRule, item: PublicItem, days: Days) -> str:
    """2018-09-03成文，当日不计第20个工作日为2018-10-08，2018-10-20公开."""
    start, limit = limit_start(rule, item), rule.item_limit
    if start is None or limit is None:
        return ""
    what = "所解读的文件公开" if rule.event == LimitEvent.DOCUMENT_PUBLISHED else "成文"
    return f"{_day(start)}{what}，{_count(limit, start, days)}，{_day(item.public_on)}公开"


def _late(state: CellState, due: date, until: date, words: str) -> DutyStatus:
    days = (until - due).days
    return DutyStatus(state, due, days, f"{words}，逾期{days}天。")


# Words


def _owed_words(rule: DutyRule, owed: CoverageDeadline, days: Days) -> str:
    """应在2018-10-31前公开（每季度一次：周期2018-09-30结束，其后第20个工作日）."""
    every = f"{rule.rhythm.label}一次"
    if rule.yearly:
        how = f"{rule.basis_in(owed.due.year)}每年{owed.due.month}月{owed.due.day}日前"
    elif rule.period_limit:
        how = f"{every}：周期{_day(owed.ends)}结束，{_count(rule.period_limit, owed.ends, days)}"
    else:
        how = f"{every}：周期{_day(owed.ends)}结束"
    return f"应在{_day(owed.due)}前公开（{how}）"


def _count(limit: Limit, start: date, days: Days) -> str:
    """当日不计第20个工作日为2018-10-31；其中放假：10-01、10-02."""
    if limit.unit == LimitUnit.WORKING_DAY:
        passed = days.calendar.passed(start, days.after(limit, start))
        return "；".join([f"当日不计第{limit.amount}个工作日为{_day(days.after(limit, start))}", *passed.parts()])
    return f"当日不计{limit}为{_day(days.after(limit, start))}"


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
