"""How the points of a notice stand, as the public may know it: from accepted reports only, in released words only.

Units count once in completed, in progress (a report was accepted) or not begun; overdue is said of those besides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q

from tasks.models import Assignment, ProgressReport, WorkPoint, WorkPointNotice


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
        return round(100 * self.completed / self.total) if self.total else 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            total=self.total + other.total,
            completed=self.completed + other.completed,
            begun=self.begun + other.begun,
            overdue=self.overdue + other.overdue,
        )


@dataclass(frozen=True, slots=True)
class PublicWords:
    """A unit's released 公开表述."""

    unit: str
    period: str
    text: str


@dataclass(frozen=True, slots=True)
class PointStanding:
    point: WorkPoint
    counts: Counts
    words: list[PublicWords]

    @property
    def words_are_few(self) -> bool:
        """Few enough to stand open."""
        return len(self.words) <= 2

    @property
    def words_label(self) -> str:
        return f"单位公开表述（{len(self.words)}条）"


@dataclass(frozen=True, slots=True)
class SectionStanding:
    title: str
    points: list[PointStanding]


@dataclass(frozen=True, slots=True)
class PartStanding:
    title: str
    counts: Counts
    sections: list[SectionStanding]


def public_progress(*, notice: WorkPointNotice, on: date) -> list[PartStanding]:
    """Every part, section and point of the notice at the end of that day, in three queries."""
    counts, words = _counts(notice, on=on), _words(notice, on=on)
    points = [
        PointStanding(point=point, counts=counts.get(point.pk, Counts()), words=words.get(point.pk, []))
        for point in notice.points.select_related("task").order_by("position")
    ]
    return [_part(title, list(of_part)) for title, of_part in groupby(points, key=lambda each: each.point.part)]


def _part(title: str, points: list[PointStanding]) -> PartStanding:
    sections = [
        SectionStanding(title=section, points=list(of_section))
        for section, of_section in groupby(points, key=lambda each: each.point.section)
    ]
    return PartStanding(title=title, counts=total(points), sections=sections)


def total(standings: Iterable[PointStanding | PartStanding]) -> Counts:
    return sum((standing.counts for standing in standings), Counts())


def _counts(notice: WorkPointNotice, *, on: date) -> dict[int, Counts]:
    """By point; what is not asked of a unit any more is not counted."""
    accepted = ProgressReport.objects.accepted(on=on).filter(assignment=OuterRef("pk"))
    asked = Assignment.objects.filter(task__point__notice=notice).owed(on=on).with_due(on=on)
    done = Q(completion_accepted_on__isnull=False, completion_accepted_on__lte=on)
    by_point = (
        asked.annotate(has_accepted=Exists(accepted))
        .order_by()
        .values("task__point")
        .annotate(
            total=Count("pk"),
            completed=Count("pk", filter=done),
            begun=Count("pk", filter=~done & Q(has_accepted=True)),
            overdue=Count("pk", filter=~done & Q(due_on_day__lt=on)),
        )
    )
    return {
        row["task__point"]: Counts(
            total=row["total"], completed=row["completed"], begun=row["begun"], overdue=row["overdue"]
        )
        for row in by_point
    }


def _words(notice: WorkPointNotice, *, on: date) -> dict[int, list[PublicWords]]:
    """By point, the newest released words of each unit; nothing else of a report is read."""
    released = ProgressReport.objects.with_words_for_the_public(on=on).filter(assignment__task__point__notice=notice)
    rows = released.order_by("assignment__unit__position", "assignment", "period__start", "supplement").values_list(
        "assignment__task__point", "assignment", "assignment__unit__short_name", "period__name", "public_summary"
    )
    newest = {(point, assignment): PublicWords(unit, period, text) for point, assignment, unit, period, text in rows}
    words: dict[int, list[PublicWords]] = {}
    for (point, _), said in newest.items():
        words.setdefault(point, []).append(said)
    return words
