"""How many assignments stand on a day, found by the database: for lists that filter and sort by it.

The same lights as `Assignment.light`, which speaks for one record.
"""

from datetime import date, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from ninghai.models import User
from tasks.models import ProgressReport, ReportingPeriod
from tasks.models.states import Light
from tasks.models.task import YELLOW_DAYS, AssignmentQuerySet, completed_by, ended_by
from tasks.periods.owing import periods_unreported

OPEN_LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)


def light_expression(*, on: date) -> Case:
    """The light at the end of that day, over assignments `with_due` of it."""
    done = completed_by(on)
    return Case(
        When(ended_by(on), then=Value(Light.ENDED)),
        When(done & Q(completed_on__gt=F("due_on_day")), then=Value(Light.DONE_LATE)),
        When(done, then=Value(Light.DONE)),
        When(due_on_day__lt=on, then=Value(Light.RED)),
        When(due_on_day__lte=on + timedelta(days=YELLOW_DAYS), then=Value(Light.YELLOW)),
        default=Value(Light.GREEN),
        output_field=CharField(),
    )


def with_standing(assignments: AssignmentQuerySet, *, on: date) -> AssignmentQuerySet:
    """Annotate `due_on_day`, `light_on_day`, and how many periods are `owed` and, of these, `owed_late`."""
    unreported = periods_unreported(on=on)
    return (
        assignments.with_due(on=on)
        .annotate(light_on_day=light_expression(on=on))
        .annotate(owed=_count_while_open(unreported), owed_late=_count_while_open(unreported.filter(due_date__lt=on)))
    )


def with_what_to_check(assignments: AssignmentQuerySet, *, by: User) -> AssignmentQuerySet:
    """Annotate `to_check`: whether a report of it waits for this person, the unit's head (待我审核)."""
    reports = ProgressReport.objects.to_check_by(by)
    return assignments.annotate(to_check=Exists(reports.filter(assignment=OuterRef("pk"))))


def most_urgent_first(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """What waits for this person to check, then overdue, then a late report, then soon due, then a report owed.

    Then the rest by due date; what is closed last.
    """
    urgency = Case(
        When(light_on_day=Light.RED, then=0),
        When(owed_late__gt=0, then=1),
        When(light_on_day=Light.YELLOW, then=2),
        When(owed__gt=0, then=3),
        When(light_on_day=Light.GREEN, then=4),
        default=5,
        output_field=IntegerField(),
    )
    by_due_date = ["due_on_day", "task__point__notice", "task__point__position", "pk"]
    return assignments.order_by("-to_check", urgency, *by_due_date)  # type: ignore[misc]  # annotated


def _count_while_open(periods: QuerySet[ReportingPeriod]) -> Case:
    count = periods.order_by().values("notice").annotate(number=Count("pk")).values("number")
    return Case(
        When(light_on_day__in=OPEN_LIGHTS, then=Coalesce(Subquery(count), 0)), default=0, output_field=IntegerField()
    )
