"""One period of the hotline, counted from its events by unit and by topic, as known at the end of a day: one statement, whatever its size.

按期受理 counts by the day of handing on, 按期办结 by the last day of the limit, 按期回访 by the last day of calling back, 满意 and 重办 by
the day of closing. What is over its day and not done is late; what still runs is not judged, and its number is shown. What was
answered in time and waits for its closing is judged then. 满意 takes in 基本满意; who did not rate is shown, and not counted.
What is about a unit, void, merged or a duplicate is left out before anything is counted. While nobody leads a matter, it is no unit's.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from disclosure.hotline.kind import HOTLINE
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.calendar.reckoning import local_day
from ninghai.cases.register import GONE

Counts = Counter[str]
Key = int | None  # of a unit or a topic


@dataclass(frozen=True, slots=True)
class HotlineRate:
    """A share with what it is reckoned from; `beside` counts what is shown with it, and in neither part nor whole.

    `rest` counts the whole without the part where that, too, is what people said and no unit's doing: it is never told in small.
    """

    code: str
    label: str
    part: str
    whole: str
    beside: str = ""
    beside_words: str = ""
    rest: str = ""


RATES = (
    HotlineRate("sign", "按期受理率", "signed", "to_sign", "signing", "未到签收期限"),
    HotlineRate("close", "按期办结率", "in_time", "due", "pending", "已答复待审核回访"),
    HotlineRate("call", "按期回访核实率", "called", "to_call"),
    HotlineRate("content", "满意率", "content", "rated", "unrated", "未评价", rest="discontent"),
    HotlineRate("return", "退回率", "returned", "handed"),
    HotlineRate("redo", "重办率", "redone", "closed"),
)
COLUMNS = {"taken": ("taken",), "handed": ("handed",)} | {
    rate.code: (rate.part, rate.whole, *filter(None, [rate.beside])) for rate in RATES
}  # of a table, and the counts that each is made of


@dataclass(frozen=True, slots=True)
class HotlinePeriod:
    """From the first day to the last, as known at the end of the day `on`, or earlier on it at the moment `at`: that day is not over yet."""

    since: date
    until: date
    on: date
    at: datetime | None = None

    @property
    def moment(self) -> datetime:
        return self.at or end_of(self.on)

    @property
    def last_over(self) -> date:
        """What was to be done by this day and is not is late."""
        return local_day(self.moment) - timedelta(days=1)


class HotlineFigures:
    """The counts of a period, by "units", "topics" and "county"; None stands for no unit, as of what the hotline answered itself.

    `late` has of each unit what was not closed in time: the case, its last day, and the day of the answer if there is one.
    """

    def __init__(self, period: HotlinePeriod) -> None:
        self.period = period
        self.by: dict[str, dict[Key, Counts]] = {name: defaultdict(Counter) for name in ("units", "topics", "county")}
        self.late: dict[Key, list[tuple[str, str, str | None]]] = defaultdict(list)

    def add(self, unit: Key, topic: Key, name: str, number: int) -> None:
        for by, key in (("units", unit), ("topics", topic), ("county", None)):
            self.by[by][key][name] += number

    @property
    def county(self) -> Counts:
        return self.by["county"][None]


# Each fact of a matter in a line: whose it is, and what it counts as. `rounds` begin with the handing on and with each redo,
# `handings` with each handing on, to whichever unit.
FACTS = """
WITH calls AS NOT MATERIALIZED (
    SELECT c.id, c.entered_at, h.topic_id
    FROM ninghai_case c JOIN disclosure_hotlinecase h ON h.case_id = c.id
    WHERE c.kind = %(kind)s AND c.status <> ALL(%(gone)s) AND c.entered_at < %(at)s
        AND NOT EXISTS (SELECT FROM disclosure_hotlinecase_about a WHERE a.hotlinecase_id = c.id)
), concerned AS (
    SELECT id FROM ninghai_case WHERE kind = %(kind)s AND (closed_at IS NULL OR closed_at >= %(begin)s)
    UNION
    SELECT r.hotline_case_id FROM disclosure_hotlineround r LEFT JOIN ninghai_dutyclock k ON k.id = r.clock_id
    WHERE r.closed_at >= %(begin)s OR k.due_at >= %(begin)s OR r.call_by >= %(since)s
), mine AS MATERIALIZED (
    SELECT id, topic_id FROM calls JOIN concerned USING (id)
), events AS MATERIALIZED (
    SELECT e.case_id, m.topic_id, e.kind, e.happened_at, e.entered_at, e.number, e.facts,
        count(*) FILTER (WHERE e.kind IN ('handed_on', 'reopen')) OVER told AS round,
        count(*) FILTER (WHERE e.kind IN ('handed_on', 'handed_again')) OVER told AS handing
    FROM mine m JOIN ninghai_caseevent e ON e.case_id = m.id
    WHERE e.entered_at < %(at)s AND e.kind IN ('handed_on', 'handed_again', 'assign', 'signed', 'return_asked', 'return_granted', 'return_refused',
        'recalled', 'answered', 'sent_back', 'called', 'closed', 'direct', 'guided', 'refused', 'no_longer', 'rate', 'reopen')
    WINDOW told AS (PARTITION BY e.case_id ORDER BY e.number)
), handings AS MATERIALIZED (
    SELECT case_id, topic_id, handing, min((facts->>'unit')::bigint) FILTER (WHERE kind = 'assign' AND facts->>'part' = 'lead') AS unit_id,
        min(happened_at) FILTER (WHERE kind IN ('handed_on', 'handed_again')) AS handed_at,
        bool_or(kind = 'handed_on') AS is_first,
        min((facts->>'reply_by')::date) FILTER (WHERE kind = 'assign' AND facts->>'part' = 'lead') AS sign_by,
        (min(happened_at) FILTER (WHERE kind = 'signed') AT TIME ZONE %(zone)s)::date AS signed_on,
        (min(happened_at) FILTER (WHERE kind = 'return_asked') AT TIME ZONE %(zone)s)::date AS asked_on,
        (min(happened_at) FILTER (WHERE kind IN ('recalled', 'guided')) AT TIME ZONE %(zone)s)::date AS taken_on,
        bool_or(kind = 'return_granted') AS is_returned, bool_or(kind = 'return_refused') AS is_designated
    FROM events WHERE handing > 0 GROUP BY case_id, topic_id, handing
), told_handings AS (
    SELECT *, coalesce(CASE WHEN NOT is_designated THEN asked_on END, taken_on) AS left_on FROM handings
), told_rounds AS (
    SELECT case_id, topic_id, round, max(handing) AS handing, min(happened_at) FILTER (WHERE kind = 'reopen') AS redone_at,
        max(number) FILTER (WHERE kind IN ('return_granted', 'recalled'))
            > coalesce(max(number) FILTER (WHERE kind = 'assign' AND facts->>'part' = 'lead'), 0) AS is_with_nobody,
        max(number) FILTER (WHERE kind = 'answered') > coalesce(max(number) FILTER (WHERE kind = 'sent_back'), 0) AS is_answered,
        max(happened_at) FILTER (WHERE kind = 'answered') AS answered_at,
        (min(happened_at) FILTER (WHERE kind = 'called') AT TIME ZONE %(zone)s)::date AS called_on,
        max(entered_at) FILTER (WHERE kind IN ('closed', 'direct')) AS closed_at,
        max(entered_at) FILTER (WHERE kind IN ('closed', 'direct', 'guided', 'refused', 'no_longer')) AS ended_at,
        max(facts->>'score') FILTER (WHERE kind = 'rate') AS score
    FROM events GROUP BY case_id, topic_id, round
), dated AS (
    SELECT t.*, h.unit_id, k.due_at, r.call_by, t.ended_at IS NULL AS is_open,
        CASE WHEN t.is_answered THEN t.answered_at ELSE t.ended_at END AS done_at
    FROM told_rounds t LEFT JOIN disclosure_hotlineround r ON r.hotline_case_id = t.case_id AND r.number = t.round
    LEFT JOIN ninghai_dutyclock k ON k.id = r.clock_id
    LEFT JOIN handings h ON h.case_id = t.case_id AND h.handing = t.handing AND t.is_with_nobody IS NOT TRUE
), rounds AS MATERIALIZED (
    SELECT *, due_at >= %(begin)s AND due_at < %(end)s AND (NOT is_open OR due_at < coalesce(done_at, %(at)s)) AS is_due,
        coalesce(done_at <= due_at, false) AS is_kept
    FROM dated
), facts AS (
    SELECT unit_id, topic_id, name, NULL::text[] AS told FROM told_handings, LATERAL (VALUES
        ('handed', true), ('first', is_first), ('returned', is_returned),
        ('signed', signed_on <= sign_by),
        ('to_sign', signed_on IS NOT NULL OR coalesce(left_on > sign_by, sign_by <= %(over)s)),
        ('signing', signed_on IS NULL AND left_on IS NULL AND sign_by > %(over)s)
    ) AS counted (name, counts)
    WHERE counts AND handed_at >= %(begin)s AND handed_at < %(end)s
    UNION ALL
    SELECT unit_id, topic_id, name, CASE WHEN name = 'late' THEN ARRAY[
        case_id::text, (due_at AT TIME ZONE %(zone)s)::date::text, (done_at AT TIME ZONE %(zone)s)::date::text] END
    FROM rounds, LATERAL (VALUES
        ('due', is_due), ('in_time', is_due AND is_kept), ('late', is_due AND NOT is_kept),
        ('pending', is_open AND done_at IS NOT NULL AND coalesce(done_at <= due_at, true)),
        ('overdue', is_open AND done_at IS NULL AND due_at < %(at)s),
        ('to_call', call_by BETWEEN %(since)s AND %(until)s AND (called_on IS NOT NULL OR is_open AND call_by <= %(over)s)),
        ('called', call_by BETWEEN %(since)s AND %(until)s AND called_on <= call_by),
        ('redone', redone_at >= %(begin)s AND redone_at < %(end)s),
        ('closed', unit_id IS NOT NULL AND closed_at >= %(begin)s AND closed_at < %(end)s),
        ('rated', closed_at >= %(begin)s AND closed_at < %(end)s AND score IS NOT NULL),
        ('content', closed_at >= %(begin)s AND closed_at < %(end)s AND score IN ('satisfied', 'fairly')),
        ('discontent', closed_at >= %(begin)s AND closed_at < %(end)s AND score = 'unsatisfied'),
        ('unrated', closed_at >= %(begin)s AND closed_at < %(end)s AND score IS NULL)
    ) AS counted (name, counts)
    WHERE counts
    UNION ALL
    SELECT NULL, topic_id, 'taken', NULL FROM calls WHERE entered_at >= %(begin)s AND entered_at < %(end)s
)
SELECT unit_id, topic_id, name, count(*), array_agg(told) FILTER (WHERE name = 'late') FROM facts GROUP BY unit_id, topic_id, name
"""


def count_hotline(period: HotlinePeriod) -> HotlineFigures:
    """The figures of the period; each round is with the unit that led it last, each handing on with whom it went to."""
    figures = HotlineFigures(period)
    asked: dict[str, Any] = {"kind": HOTLINE, "gone": list(GONE), "zone": settings.TIME_ZONE}
    asked |= {"since": period.since, "until": period.until, "over": period.last_over}
    asked |= {"begin": beginning_of(period.since), "end": end_of(period.until), "at": period.moment}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, asked)
        for unit, topic, name, number, late in cursor.fetchall():
            figures.add(unit, topic, name, number)
            if late:
                figures.late[unit] += late
    return figures
