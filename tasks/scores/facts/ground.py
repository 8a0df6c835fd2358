"""What every reader of facts is asked with: the notice, the day, and the calendar."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from ninghai.clock import end_of
from ninghai.models import Unit
from ninghai.workdays import WorkCalendar
from tasks.models import Assignment, UnitReform, WorkPointNotice
from tasks.states import AssignmentStatus


@dataclass(frozen=True)
class Ground:
    """Nothing that happened after `on` counts."""

    notice: WorkPointNotice
    on: date

    @cached_property
    def calendar(self) -> WorkCalendar:
        return WorkCalendar.load()


def scored_units(ground: Ground) -> QuerySet[Unit]:
    """Who has a score: the units that exist on the day and were given a part of the notice by then.

    A unit that was dissolved has none after its last day: its open work and its results from then on are its
    successor's. A reform (机构改革) that was recorded after the day does not count yet. A part that never applied
    (不适用) makes nobody a participant.
    """
    given = Assignment.objects.filter(task__point__notice=ground.notice, made_on__lte=ground.on)
    never_applied = {"status": AssignmentStatus.NOT_APPLICABLE, "ended_on__lte": ground.on}
    reformed_later = UnitReform.objects.filter(done_at__gte=end_of(ground.on)).values("unit")
    existed = Unit.objects.valid(on=ground.on) | Unit.objects.filter(pk__in=reformed_later)
    return existed.filter(pk__in=given.exclude(**never_applied).values("unit"))
