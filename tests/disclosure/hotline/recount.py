"""The figures counted once more, another way: event by event, by plain SQL and Python, with limits and a calendar of its own.

Nothing of the portal's code is used, and none of its columns but kind and topic: days, units and limits follow from the events.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENTS = """
SELECT e.case_id, h.topic_id, e.kind, e.happened_at, e.entered_at, (e.facts->>'unit')::bigint, e.facts->>'part',
    e.facts->'case'->>'category', e.facts->>'amount', e.facts->>'score'
FROM ninghai_caseevent e JOIN ninghai_case c ON c.id = e.case_id JOIN disclosure_hotlinecase h ON h.case_id = c.id
WHERE c.kind = 'hotline' AND c.id NOT IN (SELECT hotlinecase_id FROM disclosure_hotlinecase_about)
ORDER BY e.case_id, e.number
"""
GONE = {"void", "split", "merge", "duplicate", "move"}
ENDS = {"closed", "direct", "guided", "refused", "no_longer"}


class Told(NamedTuple):
    case: int
    topic: int | None
    kind: str
    happened_at: datetime
    entered_at: datetime
    unit: int | None
    part: str | None
    category: str | None
    amount: str | None
    score: str | None

    @property
    def day(self) -> date:
        return day_of(self.happened_at)


@cache
def day_in_shanghai(hour: datetime) -> date:
    return hour.astimezone(SHANGHAI).date()


def day_of(moment: datetime) -> date:
    return day_in_shanghai(moment.replace(minute=0, second=0, microsecond=0))


class OwnCalendar:
    """Working days by the county's rows, counted day by day."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT date, kind FROM ninghai_workday")
            self.kinds = dict(cursor.fetchall())

    def is_work(self, day: date) -> bool:
        kind = self.kinds.get(day)
        return kind == "working" if kind else day.isoweekday() < 6

    def after(self, day: date, amount: int) -> date:
        last = OwnLimit(day, amount).last_day(self.is_work)
        assert last
        return last


@dataclass
class OwnLimit:
    """So many days from the day after its start; the days after a pause began, up to that on which it ended, do not count."""

    start: date
    left: int
    by: date | None = None  # a promised day, up to which every day counts
    pauses: list[list[date | None]] = field(default_factory=list)

    def last_day(self, counts) -> date | None:
        """None while it stands still; what stood still on its last day ends on the first that counts again."""
        day, left = self.start, (self.by - self.start).days if self.by else self.left
        counts = (lambda day: True) if self.by else counts

        def settled() -> date:
            return next(each for each in (day + timedelta(turn) for turn in range(60)) if counts(each))

        for begin, end in self.pauses:
            while left and day < begin:
                day += timedelta(1)
                left -= counts(day)
            if not left and settled() < begin:
                return settled()
            if end is None:
                return None
            day = end
        while left:
            day += timedelta(1)
            left -= counts(day)
        return settled()


@dataclass
class OwnRound:
    unit: int | None
    limit: OwnLimit | None  # none of what was answered at once
    again: date | None = None
    answered: date | None = None
    call_by: date | None = None
    called: date | None = None
    ended: date | None = None
    counts: bool = False
    score: str | None = None


@dataclass
class OwnHanding:
    day: date
    is_first: bool
    unit: int | None = None
    signed: date | None = None
    asked: date | None = None
    left: date | None = None
    is_returned: bool = False


class Recount:
    """Counts by unit, by topic and of the county, under the names that the product gives them."""

    def __init__(self, since: date, until: date, on: date) -> None:
        self.since, self.until, self.on = since, until, on
        self.end = datetime.combine(on + timedelta(days=1), time.min, SHANGHAI)
        self.calendar = OwnCalendar()
        self.county: Counter[str] = Counter()
        self.units: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
        self.topics: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
        for _, events in groupby(self._events(), key=itemgetter(0)):
            told = list(events)
            if not any(event.kind in GONE for event in told):
                self.matter([event for event in told if self.is_known(event)])

    def _events(self) -> Iterator[Told]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(EVENTS)
            while rows := cursor.fetchmany(20_000):
                yield from map(Told._make, rows)

    def add(self, unit: int | None, topic: int | None, *names: str) -> None:
        for name in names:
            for counts in (self.county, self.units[unit], self.topics[topic]):
                counts[name] += 1

    def is_known(self, event: Told) -> bool:
        """By the end of the day; an extension holds from when it was asked for, whenever it was granted."""
        return (event.happened_at if event.kind == "extended" else event.entered_at) < self.end

    def within(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until

    def matter(self, events: list[Told]) -> None:
        if not events:
            return
        topic, handings, rounds = events[0].topic, [], [OwnRound(None, None)]
        if self.within(day_of(events[0].entered_at)):
            self.add(None, topic, "taken")
        for event in events:
            self._hand(event, handings, rounds)
            self._note(event, rounds[-1])
        for handing in handings:
            self._count_handing(topic, handing)
        for each in rounds:
            self._count_round(topic, each)

    def _hand(self, event: Told, handings: list[OwnHanding], rounds: list[OwnRound]) -> None:
        """Who has it, since when, and by which limit."""
        if event.kind in {"handed_on", "handed_again"}:
            handings.append(OwnHanding(event.day, event.kind == "handed_on"))
        if event.kind in {"handed_on", "reopen"}:
            assert event.category
            limit = OwnLimit(event.day, int(event.category.removeprefix("working_day:")))
            rounds.append(OwnRound(rounds[-1].unit, limit, event.day if event.kind == "reopen" else None))
        if event.kind == "assign" and event.part == "lead":
            handings[-1].unit = rounds[-1].unit = event.unit
        if event.kind in {"return_granted", "recalled"}:
            rounds[-1].unit = None
        if handings and event.kind == "signed":
            handings[-1].signed = event.day
        if event.kind == "return_asked":
            handings[-1].asked = event.day
        if event.kind == "return_refused":
            handings[-1].asked = None
        if event.kind == "return_granted":
            handings[-1].is_returned = True
        if handings and event.kind in {"recalled", "guided"}:
            handings[-1].left = event.day

    def _note(self, event: Told, current: OwnRound) -> None:
        limit = current.limit
        if limit and event.kind in {"answered", "caller_asked"}:
            limit.pauses.append([event.day, None])
        if limit and event.kind in {"sent_back", "caller_said", "closed"}:
            limit.pauses[-1][1] = event.day
        if limit and event.kind == "extended":
            limit.left += int(event.amount or 0)
        if event.kind == "promised":
            assert event.category
            current.limit = OwnLimit(event.day, 0, by=date.fromisoformat(event.category.removeprefix("by:")))
        if event.kind in {"answered", "sent_back"}:
            current.answered = event.day if event.kind == "answered" else None
        if event.kind == "passed":
            current.call_by = self.calendar.after(event.day, 1)
        if event.kind == "called":
            current.called = current.called or event.day
        if event.kind in ENDS:
            current.ended, current.counts = day_of(event.entered_at), event.kind in {"closed", "direct"}
        if event.kind == "rate":
            current.score = event.score

    def _count_handing(self, topic: int | None, handing: OwnHanding) -> None:
        unit, by, left = handing.unit, self.calendar.after(handing.day, 1), handing.asked or handing.left
        if not self.within(handing.day):
            return
        self.add(unit, topic, "handed", *(["first"] if handing.is_first else []))
        if handing.is_returned:
            self.add(unit, topic, "returned")
        if handing.signed:
            self.add(unit, topic, "to_sign", *(["signed"] if handing.signed <= by else []))
        elif left:
            self.add(unit, topic, *(["to_sign"] if left > by else []))
        else:
            self.add(unit, topic, "to_sign" if by <= self.on else "signing")

    def _count_round(self, topic: int | None, each: OwnRound) -> None:
        unit, ended, done = each.unit, each.ended, each.answered or each.ended
        due = (each.limit and each.limit.last_day(self.calendar.is_work)) or date.max
        is_late = done > due if done else due <= self.on
        if not ended and done and not is_late:
            self.add(unit, topic, "pending")
        if not ended and not done and is_late:
            self.add(unit, topic, "overdue")
        if self.within(due) and (ended or is_late):
            self.add(unit, topic, "due", "late" if is_late else "in_time")
        if self.within(each.call_by) and (each.called or (not ended and each.call_by <= self.on)):
            self.add(unit, topic, "to_call", *(["called"] if each.called and each.called <= each.call_by else []))
        if self.within(each.again):
            self.add(unit, topic, "redone")
        if each.counts and self.within(ended):
            self.add(unit, topic, *(["closed"] if unit else []))
            score = {None: ["unrated"], "unsatisfied": ["rated", "discontent"]}.get(each.score, ["rated", "content"])
            self.add(unit, topic, *score)
