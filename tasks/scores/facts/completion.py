"""按时办结: what was completed, and what is overdue, on a day."""

from collections import Counter, defaultdict
from datetime import date

from tasks.models import Assignment
from tasks.point_name import name_of_point
from tasks.scores.facts.ground import Ground
from tasks.scoring.facts import Lapse, Record, Timely
from tasks.standing import light_expression
from tasks.states import Light

JUDGED = (Light.DONE, Light.DONE_LATE, Light.RED)


def completion(ground: Ground) -> dict[int, Timely]:
    """By unit: its part of what is completed or over its due date; what is 不再办理 is not judged."""
    in_time: Counter[int] = Counter()
    lapses: defaultdict[int, list[Lapse]] = defaultdict(list)
    owed = Assignment.objects.filter(task__point__notice=ground.notice).owed(on=ground.on).with_due(on=ground.on)
    judged = owed.annotate(light_on_day=light_expression(on=ground.on)).filter(light_on_day__in=JUDGED)
    columns = ("unit", "pk", "task__point__key", "due_on_day", "completed_on", "light_on_day")
    rows = judged.order_by("task__point__position", "pk").values_list(*columns)
    for unit, pk, point, due, completed_on, light in rows.iterator():
        if light == Light.DONE:
            in_time[unit] += 1
        else:
            is_late = light == Light.DONE_LATE
            words = f"{name_of_point(point)}：{_how(due, completed_on if is_late else None)}"
            record = Record("tasks.assignment", str(pk))
            lapses[unit].append(Lapse(words, record, late=is_late, missing=not is_late))
    return {unit: Timely(in_time[unit], tuple(lapses[unit])) for unit in in_time.keys() | lapses.keys()}


def _how(due: date, completed_on: date | None) -> str:
    limit = f"时限{due:%Y-%m-%d}"
    return f"逾期办结（{limit}，{completed_on:%Y-%m-%d}办结）" if completed_on else f"逾期未办结（{limit}）"
