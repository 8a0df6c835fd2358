"""How points, units and assignments stand for the public: what its pages count, and what they quote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from ninghai.models import Unit
from ninghai.personal_data.folding import fold
from ninghai.web.percent import whole_percent
from tasks.models import Assignment, ProgressReport, WorkPoint, WorkPointNotice
from tasks.models.progress import ProgressQuerySet
from tasks.models.task import AssignmentQuerySet, completed_by
from tasks.notices.editions import as_written, ever_in

COMPLETED, BEGUN, NOT_BEGUN = "办结", "办理中", "未开始"
LEAST_SHARE = 0.6  # per cent of the stacked bar


class StackPiece(NamedTuple):
    """One piece of the stacked bar (components/_stack.html): what it is called, how many, and from where to where it is drawn."""

    name: str
    word: str
    number: int
    start: str
    end: str
    height: str = "50%"


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
        return f"逾期 {self.overdue}" if self.overdue else ""

    @property
    def share_words(self) -> str:
        return f"{self.completed}/{self.total} 办结"

    @property
    def percent(self) -> int:
        return whole_percent(part=self.completed, whole=self.total)

    @property
    def sentence(self) -> str:
        if not self.total:
            return "目前没有任务"
        return f"{self.total}项任务，办结{self.completed}项，逾期{self.overdue}项"

    @property
    def in_words(self) -> str:
        """All that the bar shows."""
        return f"{self.total}项任务，" + "，".join(f"{piece.word}{piece.number}" for piece in self.pieces)

    @property
    def table(self) -> list[tuple[str, int, int]]:
        """The same as a table: what, how many, and per cent of all."""
        rows = [*((piece.word, piece.number) for piece in self.pieces), ("合计", self.total)]
        return [(word, number, whole_percent(part=number, whole=self.total)) for word, number in rows]

    @property
    def pieces(self) -> list[StackPiece]:
        """Completed, begun and not begun one after the other, and what is overdue along the foot of the open ones."""
        begun_to = self.completed + self.begun
        return [
            self._piece("completed", COMPLETED, 0, self.completed),
            self._piece("begun", BEGUN, self.completed, begun_to),
            self._piece("not_begun", NOT_BEGUN, begun_to, self.total),
            self._piece("overdue", "其中逾期", self.completed, self.completed + self.overdue)._replace(height="82%"),
        ]

    def _piece(self, name: str, word: str, first: int, last: int) -> StackPiece:
        """Never thinner than can be seen."""
        least = LEAST_SHARE if last > first else 0.0
        start, end = (100 * each / (self.total or 1) for each in (first, last))
        end = max(end, start + least)
        over = max(0.0, end - 100)
        return StackPiece(name, word, last - first, f"{start - over:.2f}%", f"{end - over:.2f}%")

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


# The year by part and point.


@dataclass(frozen=True, slots=True)
class PointStanding:
    point: WorkPoint
    counts: Counts
    is_removed: bool = False

    def has(self, state: str) -> bool:
        """Whether some unit is as far as that (the name of a piece of the bar); without a state, always."""
        return not state or any(piece.number for piece in self.counts.pieces if piece.name == state)

    def says(self, words: str) -> bool:
        """Whether each of these words stands in the point, its number, its title or its headings."""
        point = self.point
        text = fold(" ".join((point.name, point.title, point.text, point.part, point.section)))
        return all(fold(word) in text for word in words.split())


@dataclass(frozen=True, slots=True)
class PartStanding:
    title: str
    counts: Counts
    points: list[PointStanding]


def public_points(*, notice: WorkPointNotice, on: date, unit: str = "") -> list[PointStanding]:
    """Every point of the notice at the end of that day, in three queries; of one unit (by code), what is asked of it.

    A point that an amendment took out stays only while units have finished it.
    """
    rows = asked(notice=notice, on=on)
    counts = counts_by("task__point", of=rows.filter(unit__code=unit) if unit else rows)
    return [
        PointStanding(point=point, counts=counts.get(point.pk, Counts()), is_removed=point.is_removed(on=on))
        for point in as_written(ever_in(notice), on=on)
        if point.pk in counts or not (unit or point.is_removed(on=on))
    ]


def in_parts(points: Iterable[PointStanding]) -> list[PartStanding]:
    """Under the parts of the notice, in the order of the document."""
    parts = [(title, list(of_part)) for title, of_part in groupby(points, key=lambda each: each.point.part)]
    return [PartStanding(title=title, counts=total(of_part), points=of_part) for title, of_part in parts]


# The year by unit; and for one unit or one point, how each assignment stands.


@dataclass(frozen=True, slots=True)
class UnitStanding:
    unit: Unit
    counts: Counts

    @property
    def kind(self) -> str:
        """The county's own office stands among the departments."""
        kind = Unit.Kind.DEPARTMENT if self.unit.kind == Unit.Kind.OFFICE else Unit.Kind(self.unit.kind)
        return str(kind.label)


@dataclass(frozen=True, slots=True)
class AssignmentStanding:
    """How far one unit is with one point."""

    point: WorkPoint
    unit: Unit
    role: str
    due_date: date
    status: str
    tone: str  # of the status
    is_overdue: bool
    words: PublicWords | None

    @property
    def counts(self) -> Counts:
        completed, begun = self.status == COMPLETED, self.status == BEGUN
        return Counts(total=1, completed=int(completed), begun=int(begun), overdue=int(self.is_overdue))


def public_units(*, notice: WorkPointNotice, on: date) -> list[UnitStanding]:
    """Every unit that is asked for something, in the order of the units."""
    counts = counts_by("unit", of=asked(notice=notice, on=on))
    units = Unit.objects.filter(pk__in=counts).order_by("position", "code")
    return [UnitStanding(unit=unit, counts=counts[unit.pk]) for unit in units]


def in_kinds(units: Iterable[UnitStanding], *, sort: str) -> list[UnitStanding]:
    """Departments, streets, towns, townships; within each the most of a number of `Counts` first, else as units stand."""
    kinds = [str(kind.label) for kind in Unit.Kind]
    return sorted(units, key=lambda each: (kinds.index(each.kind), -getattr(each.counts, sort, 0)))


def asked_units(*, notice: WorkPointNotice, on: date) -> QuerySet[Unit]:
    """The units that are asked for something, in their order."""
    return Unit.objects.filter(pk__in=asked(notice=notice, on=on).values("unit")).order_by("position", "code")


def of_unit(*, notice: WorkPointNotice, unit: Unit, on: date) -> list[AssignmentStanding]:
    """What is asked of the unit, in the order of the document."""
    words = public_words(notice=notice, on=on, assignment__unit=unit)
    rows = asked(notice=notice, on=on).filter(unit=unit)
    return _standings(rows.order_by("task__point__position", "pk"), words)


def of_point(*, point: WorkPoint, on: date) -> list[AssignmentStanding]:
    """Of which units the point is asked, in the order of the units."""
    words = public_words(notice=point.notice, on=on, assignment__task__point=point)
    rows = asked(notice=point.notice, on=on).filter(task__point=point)
    return _standings(rows.order_by("unit__position", "pk"), words)


def _standings(rows: AssignmentQuerySet, words: list[PublicWords]) -> list[AssignmentStanding]:
    by_assignment = {each.assignment: each for each in words}
    return [_standing(row, by_assignment.get(row.pk)) for row in rows.for_list()]


def _standing(row: Assignment, words: PublicWords | None) -> AssignmentStanding:
    status, tone = NOT_BEGUN, ""
    if row.completed_by_day:  # type: ignore[attr-defined]  # annotated
        status, tone = COMPLETED, "good"
    elif row.begun_by_day:  # type: ignore[attr-defined]
        status, tone = BEGUN, "info"
    return AssignmentStanding(
        point=row.task.point,
        unit=row.unit,
        role=row.get_role_display(),
        due_date=row.due_on_day,  # type: ignore[attr-defined]
        status=status,
        tone=tone,
        is_overdue=row.overdue_by_day,  # type: ignore[attr-defined]
        words=words,
    )
