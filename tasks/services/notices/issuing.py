"""Issuing a notice (下达): its points become tasks, its responsibilities assignments, its year reporting periods."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.models import Unit, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Assignment, Responsibility, Rhythm, Task, WorkPoint, WorkPointNotice
from tasks.points.breakdown import Breakdown, break_down
from tasks.services.announcements import announce_issue
from tasks.services.notices.carrying_over import carried_into, end_carried
from tasks.services.notices.obstacles import has_a_twin, obstacles
from tasks.services.periods import make_periods
from tasks.states import NoticeStatus


class NoticeIncomplete(TransitionError):
    """The notice cannot be issued yet; `obstacles` says what is to be done first."""

    def __init__(self, obstacles: list[str]) -> None:
        super().__init__(f"通知还不能下达：{'；'.join(obstacles)}")
        self.obstacles = obstacles


@transaction.atomic
def issue_notice(
    *, notice: WorkPointNotice, by: User, at: datetime, rhythm: Rhythm | None = None, version: int | None = None
) -> int:
    """Make tasks, assignments and reporting periods of the notice, once, and tell each unit of its part.

    Returns how many assignments there are.

    `rhythm` is how often the units report (报送频次), the notice's own unless it says otherwise.

    Raises NoticeIncomplete while something is unresolved, StaleError when it changed since `version`.
    """
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status == NoticeStatus.ISSUED:
        return Assignment.objects.filter(task__point__notice=held).count()
    if version not in {None, held.version}:
        raise StaleError(held)
    if held.amends:
        raise NoticeIncomplete([f"这是《{held.amends.title}》的修订稿，不能单独下达，请使用“并入”。"])
    today = timezone.localtime(at).date()
    if missing := obstacles(held, on=today):
        raise NoticeIncomplete(missing)
    _issue(held, rhythm=rhythm or Rhythm(held.rhythm), by=by, at=at)
    assignments = _make_assignments(held, on=today)
    end_carried(assignments, by=by, at=at)
    make_periods(notice=held, by=by, at=at)
    announce_issue(held, at=at)
    notice.refresh_from_db()
    return len(assignments)


def _issue(notice: WorkPointNotice, *, rhythm: Rhythm, by: User, at: datetime) -> None:
    """Another draft of the year, issued at the same moment, is seen by the database only."""
    try:
        with transaction.atomic():
            notice.issue(rhythm=rhythm, by=by, at=at)
    except IntegrityError as error:
        raise NoticeIncomplete([has_a_twin(notice)]) from error


def preview_assignments(
    notice: WorkPointNotice,
    *,
    points: Collection[int] | None = None,
    instead: Mapping[int, list[Unit]] | None = None,
) -> dict[int, int]:
    """How many assignments each point, or each of some, would get, by the point's id; `instead` tries units for some
    responsibilities."""
    divided = breakdowns(notice, points=points, instead=instead)
    return {breakdown.point.pk: breakdown.count for breakdown in divided}


def count_assignments(notice: WorkPointNotice) -> int:
    """How many assignments the notice would get: one for each point and unit, however often the unit is meant."""
    meant = Responsibility.objects.filter(point__notice=notice, point__removed_on=None, units__isnull=False)
    return meant.order_by().values("point", "units").distinct().count()


def breakdowns(
    notice: WorkPointNotice,
    *,
    points: Collection[int] | None = None,
    instead: Mapping[int, list[Unit]] | None = None,
) -> list[Breakdown]:
    """The notice's points, or some of them by id, divided among their units, in the order of the document."""
    asked = notice.points.prefetch_related("responsibilities__units").order_by("position", "pk")
    if points is not None:
        asked = asked.filter(pk__in=points)
    return [break_down(point, instead=dict(instead or {})) for point in asked]


def _make_assignments(notice: WorkPointNotice, *, on: date) -> list[Assignment]:
    divided, carried = breakdowns(notice), carried_into(notice)
    tasks = Task.objects.bulk_create(_task(breakdown.point) for breakdown in divided)
    return Assignment.objects.bulk_create(
        Assignment.of(
            task=task, unit=unit, role=role, on=on, continues=carried.get((task.point.carried_from_id, unit.pk))
        )
        for task, breakdown in zip(tasks, divided, strict=True)
        for unit, role in breakdown.roles
    )


def _task(point: WorkPoint) -> Task:
    return Task(
        point=point,
        requirement=point.text,
        due_date=point.due_date,
        due_date_is_default=point.due_date_is_default,
    )
