"""按时报送: how units fared with the periods that they owed a report for."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tasks.models import PeriodRecord, ReportingPeriod
from tasks.periods.closing import outcomes
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Lapse, Record, Timely

Outcome = PeriodRecord.Outcome


class Turn(NamedTuple):
    """One period of one assignment."""

    unit: int
    assignment: int
    point: str
    outcome: str
    handed_in_on: date | None


def reporting(ground: Ground) -> dict[int, Timely]:
    """By unit: the frozen records of what was closed by the day, and how the other ended periods stand on it.

    A period that is neither closed nor over its due date counts where its report is in.
    """
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    ended = ReportingPeriod.objects.filter(notice=ground.notice, end__lt=ground.on, due_date__isnull=False)
    for period in ended.order_by("start"):
        for turn in _turns(period, ground.on):
            if turn.outcome == Outcome.ON_TIME:
                in_time[turn.unit] += 1
            else:
                lapses[turn.unit].append(_lapse(turn, period))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _turns(period: ReportingPeriod, on: date) -> Iterator[Turn]:
    if period.is_closed(on=on):
        records = PeriodRecord.objects.filter(period=period).order_by("assignment__task__point__position", "pk")
        frozen = ("assignment__unit", "assignment", "assignment__task__point__key", "outcome", "handed_in_on")
        return map(Turn._make, records.values_list(*frozen).iterator())
    rows = outcomes(period, on=on).order_by("task__point__position", "pk")
    if not period.has_passed(on=on):
        rows = rows.exclude(outcome=Outcome.MISSING)  # type: ignore[misc]  # annotated
    columns = ("unit", "pk", "task__point__key", "outcome", "handed_in_day")
    return map(Turn._make, rows.values_list(*columns).iterator())


def _lapse(turn: Turn, period: ReportingPeriod) -> Lapse:
    is_late = turn.outcome == Outcome.LATE
    how = f"{turn.handed_in_on:%Y-%m-%d}报送，迟于{period.due_words}" if is_late else "缺报"
    return Lapse(f"{turn.point} {period}：{how}", Record("tasks.assignment", str(turn.assignment)), is_late)
