"""The clock in which a unit may object to a finding (异议期限): it starts when the unit is told, afresh at a correction."""

from datetime import date, datetime

from django.utils import timezone

from ninghai.calendar.duty_clocks import StatutoryDuty, close_clock, register, start_clock
from ninghai.models import DutyClock, User
from ninghai.models.calendar import Limit, LimitUnit
from tasks.models import Finding

OBJECTION_WORKDAYS = 5  # where the spot check has no rubric that says otherwise; our proposal, no law sets it


def restart_objection_clock(*, finding: Finding, by: User, at: datetime) -> None:
    """Count the days to object from now on; days that already ran begin again."""
    close_objection_clock(finding=finding, by=by, at=at, reason="结论已更正，异议期限重新计算")
    rubric = finding.drawn.spot_check.rubric
    limit = Limit(LimitUnit.WORKING_DAY, rubric.objection_workdays if rubric else OBJECTION_WORKDAYS)
    clock = start_clock(duty=OBJECTION, target=finding, happened_at=at, by=by, at=at, limit=limit)
    finding.objection_until = timezone.localdate(clock.due_at) if clock.due_at else None
    finding.save(update_fields=["objection_until"])


def close_objection_clock(*, finding: Finding, by: User | None, at: datetime, reason: str) -> None:
    """Nobody counts these days any more."""
    if clock := DutyClock.objects.about(finding).open().filter(duty=OBJECTION.code).first():
        close_clock(clock=clock, by=by, at=at, reason=reason)


def close_lapsed_clocks(*, at: datetime) -> int:
    """End the clocks whose last day is over without an objection: from now on no calendar moves that day."""
    lapsed = DutyClock.objects.open().filter(duty=OBJECTION.code, due_at__lt=at)
    for clock in lapsed:
        close_clock(clock=clock, by=None, at=at, happened_at=clock.due_at, reason="期限内没有提出异议")
    return len(lapsed)


def objection_derivation(finding: Finding) -> str:
    """How the last day for an objection was found, in a sentence; empty for a finding without such a clock."""
    clock = DutyClock.objects.about(finding).filter(duty=OBJECTION.code).last()
    return clock.derivation if clock else ""


def _move_last_day(clock: DutyClock, before: date | None, after: date | None) -> None:
    """Carry a restated last day over to the finding."""
    Finding.objects.filter(pk=clock.target_id).update(objection_until=after)


OBJECTION = register(
    StatutoryDuty(
        code="finding_objection",
        words="单位收到抽查结论后可以提出异议",
        limit=Limit(LimitUnit.WORKING_DAY, OBJECTION_WORKDAYS),
        due_moved=_move_last_day,
        keeps_past=True,
    )
)
