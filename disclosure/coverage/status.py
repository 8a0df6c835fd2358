"""How a duty of a unit stands on a day (公开情况), and how that was found, in a sentence that a clerk can check."""

from dataclasses import dataclass
from datetime import date, timedelta

from disclosure.coverage.limits import (
    STATUTORY,
    CoverageDeadline,
    Days,
    DutyRule,
    PublicItem,
    comes_back,
    first_deadline,
    last_deadline,
    limit_of_item,
    limit_start,
    next_deadline,
)
from disclosure.models.basic_catalogue import LimitEvent, UpdateRhythm
from disclosure.models.coverage import CellState
from ninghai.calendar.time_limits import Limit, LimitUnit

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


# --- Words ------------------------------------------------------------------------------------------


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
