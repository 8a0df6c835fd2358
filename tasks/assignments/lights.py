"""How many assignments stand on a day, found by the database: for lists that filter and sort by it.

The same lights as `Assignment.light`, which speaks for one record.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from ninghai.models import User
from tasks.models import ProgressReport, ReportingPeriod
from tasks.models.progress import HANDED_IN
from tasks.models.states import AssignmentStatus, Light
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


def with_standing(
    assignments: AssignmentQuerySet,
    *,
    on: date,
    owing: Callable[..., models.QuerySet[ReportingPeriod]] = periods_unreported,
) -> AssignmentQuerySet:
    """Annotate `due_on_day`, `light_on_day`, and how many periods are `owed` and, of these, `owed_late`."""
    unreported = owing(on=on)
    return (
        assignments.with_due(on=on)
        .annotate(light_on_day=light_expression(on=on))
        .annotate(
            owed=_count_while_open(unreported, on=on),
            owed_late=_count_while_open(unreported.filter(due_date__lt=on), on=on),
        )
    )


def with_what_to_check(assignments: AssignmentQuerySet, *, by: User) -> AssignmentQuerySet:
    """Annotate `to_check`: whether a report of it waits for this person, the unit's head (待我审核)."""
    reports = ProgressReport.objects.to_check_by(by)
    return assignments.annotate(to_check=models.Exists(reports.filter(assignment=models.OuterRef("pk"))))


def with_last_report(assignments: AssignmentQuerySet) -> AssignmentQuerySet:
    """Annotate `reported_at`, `reported_percent` and `reported_status` of the last report that lies with the office."""
    reports = ProgressReport.objects.filter(assignment=models.OuterRef("pk"), status__in=HANDED_IN)
    last = reports.order_by("-passed_at", "-pk")
    columns = {"reported_at": "passed_at", "reported_percent": "percent", "reported_status": "status"}
    return assignments.annotate(**{name: models.Subquery(last.values(column)[:1]) for name, column in columns.items()})


def percent_of(assignment: Any) -> int | None:
    """How far the unit says that it is; of what is finished, all. None where it has not reported."""
    if assignment.status == AssignmentStatus.COMPLETED:
        return 100
    percent: int | None = assignment.reported_percent
    return percent


def urgency(light: str, *, owed: int, owed_late: int) -> int:
    """Overdue first, then a late report, then soon due, then a report owed, then the rest; what is closed last."""
    if light == Light.RED:
        return 0
    if owed_late:
        return 1
    if light == Light.YELLOW:
        return 2
    if owed:
        return 3
    return 4 if light == Light.GREEN else 5


def _count_while_open(periods: models.QuerySet[ReportingPeriod], *, on: date) -> models.Case:
    """Asked by its days instead of its light, whose own question would be written out once more for each count."""
    count = periods.order_by().values("notice").annotate(number=models.Count("pk")).values("number")
    return models.Case(
        models.When(ended_by(on) | completed_by(on), then=0),
        default=Coalesce(models.Subquery(count), 0),
        output_field=models.IntegerField(),
    )
