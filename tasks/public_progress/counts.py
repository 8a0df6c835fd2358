"""What the public's pages count, and what they quote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from ninghai.web.percent import whole_percent
from tasks.models import Assignment, ProgressReport, WorkPointNotice
from tasks.models.progress import ProgressQuerySet
from tasks.models.task import AssignmentQuerySet, completed_by


@dataclass(frozen=True, slots=True)
class Counts:
    """Of how many units it is asked, and how far they are."""

    total: int = 0
    completed: int = 0
    begun: int = 0
    overdue: int = 0

    @property
    def not_begun(self) -> int:
        return self.total - self.completed - self.begun

    @property
    def overdue_words(self) -> str:
        return f"其中逾期 {self.overdue}" if self.overdue else ""

    @property
    def share_words(self) -> str:
        return f"{self.completed}/{self.total} 办结"

    @property
    def percent(self) -> int:
        return whole_percent(part=self.completed, whole=self.total)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            total=self.total + other.total,
            completed=self.completed + other.completed,
            begun=self.begun + other.begun,
            overdue=self.overdue + other.overdue,
        )


@dataclass(frozen=True, slots=True)
class PublicWords:
    """A unit's released 公开表述 of a point, the newest; nothing else of a report is read."""

    point: int
    assignment: int
    unit: str
    period: str
    text: str
    of: int = 1  # how many units have words for this point


class Counted(Protocol):
    @property
    def counts(self) -> Counts: ...


def total(standings: Iterable[Counted]) -> Counts:
    return sum((standing.counts for standing in standings), Counts())


def asked(*, notice: WorkPointNotice, on: date) -> AssignmentQuerySet:
    """What is asked of units at the end of that day, annotated `completed_by_day`, `begun_by_day`, `overdue_by_day`."""
    accepted = ProgressReport.objects.accepted(on=on).filter(assignment=OuterRef("pk"))
    done = completed_by(on)
    rows = Assignment.objects.filter(task__point__notice=notice).owed(on=on).with_due(on=on)
    return rows.annotate(
        has_accepted=Exists(accepted),
        completed_by_day=_truth(done),
        begun_by_day=_truth(~done & Q(has_accepted=True)),
        overdue_by_day=_truth(~done & Q(due_on_day__lt=on)),
    )


def _truth(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def counts_by(field: str, *, of: AssignmentQuerySet) -> dict[int, Counts]:
    """The counts of what is asked, by the field's number."""
    rows = of.order_by().values(field)
    counted = rows.annotate(
        total=Count("pk"),
        completed=Count("pk", filter=Q(completed_by_day=True)),
        begun=Count("pk", filter=Q(begun_by_day=True)),
        overdue=Count("pk", filter=Q(overdue_by_day=True)),
    )
    return {row.pop(field): Counts(**row) for row in counted.values(field, "total", "completed", "begun", "overdue")}


def public_words(*, notice: WorkPointNotice, on: date, **narrowed: object) -> list[PublicWords]:
    """The newest released words of each assignment, in the order of the units."""
    rows = _newest(notice=notice, on=on).filter(**narrowed).order_by("assignment__unit__position", "assignment_id")
    return [PublicWords(*row) for row in rows.values_list(*_PUBLIC_WORDS)]


def first_public_words(*, notice: WorkPointNotice, on: date, most: int) -> list[PublicWords]:
    """The same of the first so many units of each point: a page of the whole year must not grow with the county."""
    by_point: dict[str, Any] = {"partition_by": "assignment__task__point"}
    rows = (
        _newest(notice=notice, on=on)
        .annotate(
            place=Window(RowNumber(), order_by=["assignment__unit__position", "assignment_id"], **by_point),
            of=Window(Count("pk"), **by_point),
        )
        .filter(place__lte=most)
        .order_by("assignment__unit__position", "assignment_id")
    )
    return [PublicWords(*row) for row in rows.values_list(*_PUBLIC_WORDS, "of")]


_PUBLIC_WORDS = (
    "assignment__task__point",
    "assignment",
    "assignment__unit__short_name",
    "period__name",
    "public_summary",
)


def _newest(*, notice: WorkPointNotice, on: date) -> ProgressQuerySet:
    released = ProgressReport.objects.with_words_for_the_public(on=on).filter(assignment__task__point__notice=notice)
    newest = released.order_by("assignment_id", "-period__start", "-supplement").distinct("assignment_id")
    return ProgressReport.objects.filter(pk__in=newest.values("pk"))
