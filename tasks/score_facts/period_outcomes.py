"""How the assignments that owed a period fared with it on a day, as `tasks.periods` sees it."""

from datetime import date

from django.db.models import Case, DateField, OuterRef, Q, Subquery, Value, When

from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod
from tasks.models.task import AssignmentQuerySet
from tasks.periods import HANDED_IN
from tasks.states import AssignmentStatus

Outcome = PeriodRecord.Outcome


def outcomes(period: ReportingPeriod, *, on: date) -> AssignmentQuerySet:
    """The assignments that owed the period, annotated with `outcome` and `handed_in_day` as of the end of that day."""
    handed_in = ProgressReport.objects.filter(
        assignment=OuterRef("pk"), period=period, status__in=HANDED_IN, passed_at__date__lte=on
    ).order_by("passed_at")
    owed = Assignment.objects.filter(task__point__notice=period.notice_id, made_on__lt=period.end).open(on=period.end)
    never_applied = Q(status=AssignmentStatus.NOT_APPLICABLE, ended_on__lte=on)
    done_in_time = Q(completion_accepted_on__lte=on, completed_on__lte=period.due_date) | Q(
        ended_on__lte=period.due_date
    )
    rows = owed.annotate(
        handed_in_day=Subquery(handed_in.values("passed_at__date")[:1], output_field=DateField()),
        outcome=Case(
            When(handed_in_day=None, then=Value(Outcome.MISSING)),
            When(handed_in_day__lte=period.due_date, then=Value(Outcome.ON_TIME)),
            default=Value(Outcome.LATE),
        ),
    )
    return rows.exclude(Q(handed_in_day=None) & (never_applied | done_in_time))
