"""Issuing a notice (下达): its points become tasks, its responsibilities assignments, its year reporting periods."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ninghai.models import Unit, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.breakdown import Breakdown, break_down
from tasks.models import Assignment, Responsibility, Rhythm, Task, WorkPoint, WorkPointNotice
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
    """Make tasks, assignments and reporting periods of the notice, once; returns how many assignments there are.

    `rhythm` is how often the units report (报送频次), the notice's own unless it says otherwise.

    Raises NoticeIncomplete while something is unresolved, StaleError when it changed since `version`.
    """
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status == NoticeStatus.ISSUED:
        return Assignment.objects.filter(task__point__notice=held).count()
    if version not in {None, held.version}:
        raise StaleError(held)
    if missing := obstacles(held):
        raise NoticeIncomplete(missing)
    held.issue(rhythm=rhythm or Rhythm(held.rhythm), by=by, at=at)
    assignments = _make_assignments(held, on=timezone.localtime(at).date())
    make_periods(notice=held, by=by, at=at)
    notice.refresh_from_db()
    return len(assignments)


def preview_assignments(notice: WorkPointNotice, *, instead: Mapping[int, list[Unit]] | None = None) -> dict[int, int]:
    """How many assignments each point would get, by the point's id; `instead` tries units for some responsibilities."""
    return {breakdown.point.pk: breakdown.count for breakdown in breakdowns(notice, instead=instead)}


def breakdowns(notice: WorkPointNotice, *, instead: Mapping[int, list[Unit]] | None = None) -> list[Breakdown]:
    """Every point of the notice divided among its units, in the order of the document."""
    points = notice.points.prefetch_related("responsibilities__units").order_by("position")
    return [break_down(point, instead=dict(instead or {})) for point in points]


def obstacles(notice: WorkPointNotice) -> list[str]:
    """What keeps the notice from being issued, one sentence each."""
    return [*_obstacles_of_the_head(notice), *_open_names(notice), *_obstacles_of_the_points(notice)]


def _obstacles_of_the_head(notice: WorkPointNotice) -> Iterator[str]:
    if not notice.issued_on:
        yield "请填写通知的成文日期。"
    twin = WorkPointNotice.objects.filter(year=notice.year, status=NoticeStatus.ISSUED).exclude(pk=notice.pk)
    if twin.exists():
        yield f"{notice.year}年度已有下达的工作要点通知，一年只能下达一份。年度有误的，请修改基本信息。"


def _obstacles_of_the_points(notice: WorkPointNotice) -> Iterator[str]:
    points = notice.points.prefetch_related("responsibilities").order_by("position")
    if not points:
        yield "通知中没有工作要点，请先添加。"
    for point in points:
        if not point.responsibilities.all():
            yield f"要点{point.key}没有责任单位，请添加。"
        if notice.issued_on and point.due_date < notice.issued_on:
            yield f"要点{point.key}的完成时限早于通知成文日期，请改正。"


def _open_names(notice: WorkPointNotice) -> Iterator[str]:
    """Each name that is not resolved, with the points at which it stands."""
    open_ones = Responsibility.objects.filter(point__notice=notice, is_resolved=False)
    places: dict[str, list[str]] = {}
    for name, key in open_ones.order_by("point__position", "position").values_list("name", "point__key"):
        places.setdefault(name, []).append(key)
    for name, keys in places.items():
        yield f"“{name}”在 {len(keys)} 条要点中还没有确定单位：{'、'.join(keys)}。"


def _make_assignments(notice: WorkPointNotice, *, on: date) -> list[Assignment]:
    divided = breakdowns(notice)
    tasks = Task.objects.bulk_create(_task(breakdown.point) for breakdown in divided)
    return Assignment.objects.bulk_create(
        Assignment.of(task=task, unit=unit, role=role, on=on)
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
