"""Revoking a notice (撤销下达): what was issued wrongly goes back to 待下达, while nobody has reported on it."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from ninghai.duty_clock.calendar_lock import hold_calendar
from ninghai.models import Unit, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import (
    Assignment,
    Drawn,
    DueDateChange,
    PeriodRecord,
    Petition,
    ProgressReport,
    Task,
    WorkPointNotice,
)
from tasks.periods.clocks import close_period_clock
from tasks.services.announcements import announce_revocation
from tasks.states import NoticeStatus

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
    held = WorkPointNotice.objects.select_for_update().get(pk=notice.pk)
    if held.status == NoticeStatus.ISSUED and held.version != version:
        raise StaleError(held)
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
    drawn = Drawn.objects.filter(assignment__task__point__notice=notice).order_by("pk").select_related("spot_check")
    if first := drawn.first():
        yield f"已有任务被“{first.spot_check}”抽中"
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
