"""Issuing a notice (下达) and what keeps a draft from it; revoking it while nobody has reported (撤销下达); discarding a draft (作废)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.models import Unit, User
from ninghai.models.state_machine import TransitionError, Version, require
from tasks import rules
from tasks.assignments.reminders import announce_issue, announce_revocation
from tasks.models import (
    Assignment,
    DueDateChange,
    PeriodRecord,
    Petition,
    ProgressReport,
    Responsibility,
    Rhythm,
    Task,
    WorkPoint,
    WorkPointNotice,
)
from tasks.models.notice import label_of_point, name_of_point
from tasks.models.states import NoticeStatus
from tasks.notices.carrying_over import carried_into, end_carried, finished_meanwhile
from tasks.notices.responsibilities import Breakdown, break_down, early, unnamed
from tasks.periods.services import close_period_clock, make_periods

# What keeps a draft from being issued, or an amendment from being merged (下达前还需处理), one Chinese sentence each.

KEYS_NAMED = 10  # of the points at which a name is open
PLACE = ("pk", "name", "position", "point_id", "point__key")  # of a name


class Obstacle(NamedTuple):
    """What is to be done first, in a sentence, and where in the notice: at a point, at one of the names there."""

    sentence: str
    point: int | None = None  # by its id
    responsibility: int | None = None  # by its id
    name: str = ""
    order: int = 0  # of the name at its point

    @property
    def query(self) -> str:
        """The end of the address at which the notice's page shows it."""
        named = f"&name={self.responsibility}" if self.responsibility else ""
        return f"?point={self.point}{named}#point-{self.point}"


def obstacles(notice: WorkPointNotice, *, on: date) -> list[str]:
    """The sentences alone; empty when it may be issued on that day."""
    return [each.sentence for each in open_obstacles(notice, on=on)]


def open_obstacles(notice: WorkPointNotice, *, on: date) -> list[Obstacle]:
    """The notice's own, then its open names and ceased units, then its points, then what was carried over."""
    return [
        *map(Obstacle, _of_the_head(notice)),
        *_open_names(notice),
        *_ceased_units(notice, on=on),
        *_of_the_points(notice),
        *(Obstacle(sentence, point) for point, sentence in finished_meanwhile(notice)),
    ]


def next_obstacle(point: WorkPoint, *, order: int, on: date) -> Obstacle | None:
    """The first behind this place in the document, from the last on to the first; None where none is left at a point."""
    at_points = [each for each in open_obstacles(point.notice, on=on) if each.point]
    positions = dict(point.notice.points.values_list("pk", "position"))
    places = sorted((positions[each.point or 0], each.order, each) for each in at_points)
    behind = (each for position, at, each in places if (position, at) > (point.position, order))
    return next(behind, places[0][2] if places else None)


def has_a_twin(notice: WorkPointNotice) -> str:
    """What is said where another notice of the year is issued."""
    return f"{notice.year}年度已有下达的工作要点通知，一年只能下达一份。年度有误的，请修改基本信息。"


def ceased_units(asked: Iterable[tuple[int, str]], *, on: date) -> Iterator[tuple[int, str]]:
    """(id, sentence) of each unit that does not exist on the day, with the points (by key) at which it is asked."""
    places: dict[int, list[str]] = {}
    for pk, key in asked:
        places.setdefault(pk, []).append(key)
    gone = Unit.objects.filter(pk__in=places).exclude(pk__in=Unit.objects.valid(on=on))
    for unit in gone.select_related("successor").order_by("position", "pk"):
        heir = unit.standing_in(on=on)
        instead = f"请改为承接其职责的“{heir}”" if heir != unit else "请改为现有单位"
        yield unit.pk, f"“{unit}”在{on:%Y-%m-%d}不是现有单位，不能承担任务，{instead}：{_named(places[unit.pk])}。"


def _of_the_head(notice: WorkPointNotice) -> Iterator[str]:
    if not notice.issued_on:
        yield "请填写通知的成文日期。"
    if notice.amends_id:
        return
    twin = WorkPointNotice.objects.filter(year=notice.year, status=NoticeStatus.ISSUED).exclude(pk=notice.pk)
    if twin.exists():
        yield has_a_twin(notice)


def _of_the_points(notice: WorkPointNotice) -> Iterator[Obstacle]:
    points = notice.points.order_by("position", "pk")
    if not points.exists():
        yield Obstacle("通知中没有工作要点，请先添加。")
    for pk, key, title in points.filter(unnamed()).values_list("pk", "key", "title"):
        yield Obstacle(f"要点{label_of_point(key, title)}没有责任单位，请添加。", pk)
    for pk, key, title in points.filter(early(notice)).values_list("pk", "key", "title"):
        yield Obstacle(f"要点{label_of_point(key, title)}的完成时限早于通知成文日期，请改正。", pk)


def _open_names(notice: WorkPointNotice) -> Iterator[Obstacle]:
    """Each name that is not resolved, with the first points at which it stands."""
    open_ones = Responsibility.objects.filter(point__notice=notice, is_resolved=False)
    places: dict[str, list[Any]] = {}
    for place in open_ones.order_by("point__position", "position").values_list(*PLACE, named=True):
        places.setdefault(place.name, []).append(place)
    for name, [first, *others] in places.items():
        keys = [place.point__key for place in (first, *others)]
        sentence = f"“{name}”在 {len(keys)} 条要点中还没有确定单位：{_named(keys)}。"
        yield Obstacle(sentence, first.point_id, first.pk, name, first.position)


def _ceased_units(notice: WorkPointNotice, *, on: date) -> Iterator[Obstacle]:
    """Units that ceased while the draft waited; an amendment's are looked at where they would be asked anew."""
    if notice.amends_id:
        return
    asked = Responsibility.objects.filter(point__notice=notice, units__isnull=False)
    places = list(asked.order_by("point__position", "position").values_list(*PLACE, "units", named=True))
    first = {place.units: place for place in reversed(places)}
    for unit, sentence in ceased_units(((place.units, place.point__key) for place in places), on=on):
        place = first[unit]
        yield Obstacle(sentence, place.point_id, place.pk, place.name, place.position)


def _named(keys: list[str]) -> str:
    return "、".join(map(name_of_point, keys[:KEYS_NAMED])) + (" 等" if len(keys) > KEYS_NAMED else "")


# Issuing a notice (下达): its points become tasks, its responsibilities assignments, its year reporting periods.


class NoticeIncomplete(TransitionError):
    """The notice cannot be issued yet; `obstacles` says what is to be done first."""

    def __init__(self, obstacles: list[str]) -> None:
        super().__init__(f"通知还不能下达：{'；'.join(obstacles)}")
        self.obstacles = obstacles


@transaction.atomic
def issue_notice(
    *, notice: WorkPointNotice, by: User, at: datetime, rhythm: Rhythm | None = None, version: Version = ...
) -> int:
    """Make tasks, assignments and reporting periods of the notice, once, and tell each unit of its part.

    Returns how many assignments there are.

    `rhythm` is how often the units report (报送频次), the notice's own unless it says otherwise.

    Raises NoticeIncomplete while something is unresolved, StaleError when it changed since `version`.
    """
    require(rules.can_import_notice(by))
    held = WorkPointNotice.objects.lock(notice.pk)
    if held.status == NoticeStatus.ISSUED:
        return Assignment.objects.filter(task__point__notice=held).count()
    held.require_version(version)
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


def unit_counts(points: QuerySet[WorkPoint]) -> dict[int, int]:
    """To how many units each of these points is given, by its id."""
    meant = Responsibility.objects.filter(point__in=points.values("pk"), units__isnull=False).order_by()
    return dict(meant.values_list("point").annotate(Count("units", distinct=True)))


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


# Revoking a notice (撤销下达): what was issued wrongly goes back to 待下达, while nobody has reported on it.

NAMED = 3  # so many units stand in a sentence by name


@transaction.atomic
def revoke_notice(*, notice: WorkPointNotice, reason: str, version: int, by: User, at: datetime) -> WorkPointNotice:
    """Take back tasks, assignments and periods of the notice; it may then be corrected and issued again, or discarded.

    What was carried over into it (结转) is asked of the units again as before. Raises TransitionError that says who has
    reported, ValidationError without a reason, StaleError when the notice changed since `version`. Whoever begins a
    report at the same moment holds the assignment: one of the two wins, the other is told.
    """
    require(rules.can_import_notice(by))
    hold_calendar()
    held = WorkPointNotice.objects.lock(notice.pk)
    if held.status == NoticeStatus.ISSUED:
        held.require_version(version)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销理由。"})
    assignments = Assignment.objects.filter(task__point__notice=held)
    count = len(assignments.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    if standing := obstacles_to_revoking(held):
        raise TransitionError(f"通知不能撤销下达：{'；'.join(standing)}。")
    held.revoke(reason=reason.strip(), counts=_counts(held, assignments=count), by=by, at=at)
    announce_revocation(held, reason=reason.strip(), at=at)
    _take_back(held, assignments, by=by, at=at)
    notice.refresh_from_db()
    return notice


def obstacles_to_revoking(notice: WorkPointNotice) -> list[str]:
    """What keeps the notice from being revoked, each in a few words that say who or what."""
    return [*_acts_of_units(notice), *_acts_of_the_office(notice)]


def _acts_of_units(notice: WorkPointNotice) -> Iterator[str]:
    of_the_notice = {"assignment__task__point__notice": notice}
    if units := _units(ProgressReport.objects.filter(**of_the_notice)):
        yield f"{units}已经填报"
    if units := _units(Petition.objects.filter(**of_the_notice)):
        yield f"{units}已经提出申请"


def _acts_of_the_office(notice: WorkPointNotice) -> Iterator[str]:
    if first := notice.spot_checks.order_by("drawn_at", "pk").first():
        yield f"已有{first.get_subject_display()}被“{first}”抽中"
    if record := PeriodRecord.objects.filter(period__notice=notice).select_related("period").first():
        yield f"{record.period}已经封账"
    if Assignment.objects.filter(task__point__notice=notice, ended_on__isnull=False).exists():
        yield "已有任务移交、结转或不再办理"
    if notice.amendments.exclude(status=NoticeStatus.DISCARDED).exists():
        yield "已有修订稿，修订稿还没有作废"


def _units(rows: QuerySet[ProgressReport] | QuerySet[Petition]) -> str:
    """县财政局、深甽镇等5个单位; empty when there are none."""
    units = set(rows.values_list("assignment__unit", flat=True))
    names = list(Unit.objects.filter(pk__in=units).values_list("short_name", flat=True))
    return "、".join(names[:NAMED]) + (f"等{len(names)}个单位" if len(names) > NAMED else "")


def _counts(notice: WorkPointNotice, *, assignments: int) -> dict[str, int]:
    return {
        "tasks": Task.objects.filter(point__notice=notice).count(),
        "assignments": assignments,
        "periods": notice.periods.count(),
    }


def _take_back(notice: WorkPointNotice, assignments: QuerySet[Assignment], *, by: User, at: datetime) -> None:
    for carried in Assignment.objects.filter(
        continued_by__task__point__notice=notice
    ).distinct():  # once, if it was split
        carried.resume(by=by, at=at)
    for period in notice.periods.all():
        close_period_clock(period=period, reason="通知已撤销下达", by=by, at=at)
    DueDateChange.objects.filter(assignment__in=assignments).delete()
    assignments.delete()
    Task.objects.filter(point__notice=notice).delete()
    notice.periods.all().delete()


# Discarding a notice (作废): a draft that was imported in error or twice is put aside, with the reason on record.


def discard_notice(*, notice: WorkPointNotice, reason: str, version: int, by: User, at: datetime) -> WorkPointNotice:
    """Put the draft aside for good; what was read from it stays to be looked at. An issued notice cannot be discarded.

    Raises ValidationError without a reason, StaleError when the draft changed since `version`.
    """
    require(rules.can_import_notice(by))
    if notice.status == NoticeStatus.DRAFT:
        notice.require_version(version)
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废理由。"})
    notice.discard(reason=reason.strip(), by=by, at=at)
    return notice
