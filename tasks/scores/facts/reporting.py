"""按时报送: how units fared with the periods that they owed a report for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from tasks.models import PeriodRecord, ReportingPeriod
from tasks.periods.closing import outcomes
from tasks.point_name import name_of_point
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Lapse, Record, Timely

Outcome = PeriodRecord.Outcome


class Turn(NamedTuple):
    """One period of one assignment."""

    position: int  # of the point in its notice
    assignment: int
    unit: int
    point: str
    outcome: str
    handed_in_on: date | None


Lapsed = list[tuple[ReportingPeriod, Turn]]  # the periods of one assignment that fell short, in their order


def reporting(ground: Ground) -> dict[int, Timely]:
    """By unit: the frozen records of what was closed by the day, and how the other ended periods stand on it.

    A period that is neither closed nor over its due date counts where its report is in. An assignment that fell short
    is one case, however many of its periods did.
    """
    in_time: Counter[int] = Counter()
    lapsed: defaultdict[tuple[int, int], Lapsed] = defaultdict(list)
    ended = ReportingPeriod.objects.filter(notice=ground.notice, end__lt=ground.on, due_date__isnull=False)
    for period in ended.order_by("start"):
        for turn in _turns(period, ground.on):
            if turn.outcome == Outcome.ON_TIME:
                in_time[turn.unit] += 1
            else:
                lapsed[turn.position, turn.assignment].append((period, turn))
    lapses = _lapses(lapsed[key] for key in sorted(lapsed))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _turns(period: ReportingPeriod, on: date) -> Iterator[Turn]:
    """In no order."""
    if period.is_closed(on=on):
        task = "assignment__task__point"
        frozen = (f"{task}__position", "assignment", "assignment__unit", f"{task}__key", "outcome", "handed_in_on")
        return map(Turn._make, PeriodRecord.objects.filter(period=period).order_by().values_list(*frozen).iterator())
    rows = outcomes(period, on=on).order_by()
    if not period.has_passed(on=on):
        rows = rows.exclude(outcome=Outcome.MISSING)  # type: ignore[misc]  # annotated
    columns = ("task__point__position", "pk", "unit", "task__point__key", "outcome", "handed_in_day")
    return map(Turn._make, rows.values_list(*columns).iterator())


def _lapses(of_assignments: Iterable[Lapsed]) -> defaultdict[int, list[Lapse]]:
    """By unit."""
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    for lapsed in of_assignments:
        _, first = lapsed[0]
        late = sum(turn.outcome == Outcome.LATE for _, turn in lapsed)
        record = Record("tasks.assignment", str(first.assignment))
        words = f"{name_of_point(first.point)}：{_how(lapsed)}"
        lapses[first.unit].append(Lapse(words, record, late=late, missing=len(lapsed) - late))
    return lapses


def _how(lapsed: Sequence[tuple[ReportingPeriod, Turn]]) -> str:
    """缺报第一季度、第二季度；迟报第三季度（2018-10-15报送，截止2018-10-12）."""
    missing = "、".join(period.name for period, turn in lapsed if turn.outcome == Outcome.MISSING)
    late = "、".join(
        f"{period.name}（{turn.handed_in_on:%Y-%m-%d}报送，截止{period.due_words}）"
        for period, turn in lapsed
        if turn.outcome == Outcome.LATE
    )
    return "；".join(f"{how}{names}" for how, names in (("缺报", missing), ("迟报", late)) if names)
