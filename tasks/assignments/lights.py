"""How many assignments stand on a day, found by the database: for lists that filter and sort by it.

The same lights as `Assignment.light`, which speaks for one record.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models.functions import Coalesce

from ninghai.models import User
from tasks.models import ProgressReport, ReportingPeriod
from tasks.models.states import Light
from tasks.models.task import YELLOW_DAYS, AssignmentQuerySet, completed_by, ended_by
from tasks.periods.owing import periods_unreported

OPEN_LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)


def light_expression(*, on: date) -> models.Case:
    """The light at the end of that day, over assignments `with_due` of it."""
    done = completed_by(on)
    return models.Case(
        models.When(ended_by(on), then=models.Value(Light.ENDED)),
        models.When(done & models.Q(completed_on__gt=models.F("due_on_day")), then=models.Value(Light.DONE_LATE)),
        models.When(done, then=models.Value(Light.DONE)),
        models.When(due_on_day__lt=on, then=models.Value(Light.RED)),
        models.When(due_on_day__lte=on + timedelta(days=YELLOW_DAYS), then=models.Value(Light.YELLOW)),
        default=models.Value(Light.GREEN),
        output_field=models.CharField(),
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
    return assignments.annotate(to_check=models.Exists(reports.filter(assignment=models.OuterRef("pk"))))


def most_urgent_first(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """What waits for this person to check, then overdue, then a late report, then soon due, then a report owed.

    Then the rest by due date; what is closed last.
    """
    urgency = models.Case(
        models.When(light_on_day=Light.RED, then=0),
        models.When(owed_late__gt=0, then=1),
        models.When(light_on_day=Light.YELLOW, then=2),
        models.When(owed__gt=0, then=3),
        models.When(light_on_day=Light.GREEN, then=4),
        default=5,
        output_field=models.IntegerField(),
    )
    by_due_date = ["due_on_day", "task__point__notice", "task__point__position", "pk"]
    return assignments.order_by("-to_check", urgency, *by_due_date)  # type: ignore[misc]  # annotated


def _count_while_open(periods: models.QuerySet[ReportingPeriod]) -> models.Case:
    count = periods.order_by().values("notice").annotate(number=models.Count("pk")).values("number")
    return models.Case(
        models.When(light_on_day__in=OPEN_LIGHTS, then=Coalesce(models.Subquery(count), 0)),
        default=0,
        output_field=models.IntegerField(),
    )
