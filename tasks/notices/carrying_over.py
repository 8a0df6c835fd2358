"""Carrying over (结转): open work of an earlier year becomes points of the next year's draft, and goes on there.

Before the draft is issued nothing changes for the units. When it is, each old assignment ends as 已结转 and the new one
continues it; the two know each other.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import count, groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone

from ninghai.models import AuditEntry, User
from tasks.models import Assignment, Responsibility, WorkPoint, WorkPointNotice
from tasks.models.notice import label_of_point
from tasks.models.states import AssignmentStatus, NoticeStatus
from tasks.models.task import AssignmentQuerySet
from tasks.notices.correcting import lock_draft
from tasks.notices.reading.numbering import value_of

PART = "上年结转事项"
TOO_LATE = "不能再加入结转事项。上年任务只能结转到尚未下达的通知。"
OPEN = (AssignmentStatus.TODO, AssignmentStatus.IN_PROGRESS)
DIGITS = "〇一二三四五六七八九"

Carried = dict[tuple[int | None, int], Assignment]  # by old point and unit


def carriable(notice: WorkPointNotice, *, on: date) -> AssignmentQuerySet:
    """The open assignments of earlier years that the draft does not have yet, in the order of their documents."""
    there = WorkPoint.objects.filter(
        notice=notice, carried_from=OuterRef("task__point"), responsibilities__units=OuterRef("unit")
    )
    earlier = {"task__point__notice__year__lt": notice.year, "task__point__notice__status": NoticeStatus.ISSUED}
    return Assignment.objects.open(on=on).filter(~Exists(there), **earlier).in_document_order()


@transaction.atomic
def carry_over(
    *,
    notice: WorkPointNotice,
    assignments: Collection[Assignment],
    due_date: date,
    version: int,
    by: User,
    at: datetime,
) -> int:
    """Add a point to the draft for each point of which something was chosen, asked of the units chosen in their roles.

    The points stand in a part of their own behind the notice's. What the draft has already is left alone. Returns how
    many assignments were added. Raises ValidationError when nothing is chosen, something was finished meanwhile, or the
    due date does not fit; StaleError when the notice changed since `version`.
    """
    held = lock_draft(notice, by=by, too_late=TOO_LATE)
    held.require_version(version)
    chosen = _still_open(held, assignments, on=timezone.localdate(at))
    _check_due_date(held, due_date)
    part, positions, numbers = _part_number(held), _positions(held), count(1)
    for old, group in groupby(chosen, key=lambda assignment: assignment.task.point):
        point = held.points.filter(carried_from=old).first()
        point = point or _carry_point(
            held, old, part=part, position=next(positions), numbers=numbers, due_date=due_date
        )
        _ask_units(point, group)
    WorkPointNotice.objects.filter(pk=held.pk).update(version=F("version") + 1)
    detail = {"assignments": [assignment.key for assignment in chosen], "due_date": due_date.isoformat()}
    AuditEntry.objects.record(action=AuditEntry.Action.CARRY_OVER, target=held, by=by, at=at, detail=detail)
    notice.refresh_from_db()
    return len(chosen)


# When the draft is issued.


def carried_into(notice: WorkPointNotice) -> Carried:
    """The open assignments that the notice's points were carried over from, held until they end."""
    points = notice.points.filter(carried_from__isnull=False).values("carried_from")
    rows = Assignment.objects.filter(task__point__in=points, status__in=OPEN)
    held = rows.select_related("task__point__notice", "unit").select_for_update(of=("self",)).order_by("pk")
    return {(assignment.task.point_id, assignment.unit_id): assignment for assignment in held}


def end_carried(assignments: Iterable[Assignment], *, by: User, at: datetime) -> None:
    """End what the new assignments continue (已结转), each once."""
    new = {assignment.continues: assignment for assignment in assignments if assignment.continues}
    for old, continued in new.items():
        reason = f"结转至《{continued.task.point.notice.title}》要点{continued.task.point.label}"
        old.end(AssignmentStatus.CARRIED_OVER, reason=reason, by=by, at=at)


def finished_meanwhile(notice: WorkPointNotice) -> Iterator[tuple[int, str]]:
    """(id of the point, sentence) for each unit of a carried point whose old work is not open any more."""
    asked = {"task__point__carried_to__notice": notice, "unit": F("task__point__carried_to__responsibilities__units")}
    done = Assignment.objects.exclude(status__in=OPEN).filter(**asked).order_by("pk").distinct()
    new = "task__point__carried_to"
    columns = (f"{new}__pk", f"{new}__key", f"{new}__title", "unit__short_name", "status")
    for pk, key, title, unit, status in done.values_list(*columns):
        words = AssignmentStatus(status).label
        yield pk, f"要点{label_of_point(key, title)}：{unit}的上年任务{words}，不用结转，请从责任单位中删除。"


# The points that are added.


def _still_open(notice: WorkPointNotice, assignments: Collection[Assignment], *, on: date) -> list[Assignment]:
    if not assignments:
        raise ValidationError({"assignments": "请至少选择一项要结转的任务。"})
    wanted = {assignment.pk for assignment in assignments}
    chosen = list(carriable(notice, on=on).filter(pk__in=wanted))
    if len(chosen) < len(wanted):
        raise ValidationError({"assignments": "所选任务中有的刚刚办结、不再办理或已经结转，请重新选择。"})
    return chosen


def _check_due_date(notice: WorkPointNotice, due_date: date) -> None:
    if due_date.year < notice.year or (notice.issued_on and due_date < notice.issued_on):
        raise ValidationError({"due_date": f"完成时限应在{notice.year}年内，不早于通知的成文日期。"})


def _part_number(notice: WorkPointNotice) -> str:
    """The part's own number: the one it has, else the next after the notice's last."""
    parts = dict(notice.points.order_by("position").values_list("part_title", "part_number"))
    return parts.get(PART) or _han(1 + max((value_of(number) for number in parts.values()), default=0))


def _positions(notice: WorkPointNotice) -> Iterator[int]:
    return count(1 + (notice.points.aggregate(last=Max("position"))["last"] or 0))


def _carry_point(
    notice: WorkPointNotice, old: WorkPoint, *, part: str, position: int, numbers: Iterator[int], due_date: date
) -> WorkPoint:
    keys = set(notice.points.values_list("key", flat=True))
    number = next(str(number) for number in numbers if f"{part}{number}" not in keys)
    return WorkPoint.objects.create(
        notice=notice,
        position=position,
        key=f"{part}{number}",
        part_number=part,
        part_title=PART,
        number=number,
        title=old.title,
        text=old.text,
        due_date=due_date,
        due_date_is_default=due_date == WorkPoint.default_due_date(notice.year),
        carried_from=old,
    )


def _ask_units(point: WorkPoint, assignments: Iterable[Assignment]) -> None:
    """Each unit that is still at work on it, in its role."""
    start = 1 + (point.responsibilities.aggregate(last=Max("position"))["last"] or 0)
    for position, assignment in enumerate(assignments, start=start):
        named = Responsibility.objects.create(
            point=point,
            position=position,
            name=assignment.unit.short_name,
            role=assignment.role,
            is_resolved=True,
        )
        named.units.add(assignment.unit)


def _han(number: int) -> str:
    """一, 十, 十二, 二十一: as parts of a notice are numbered."""
    tens, ones = divmod(number, 10)
    ten = f"{DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    return f"{ten}{DIGITS[ones] if ones else ''}"
