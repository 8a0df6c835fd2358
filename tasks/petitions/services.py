"""申请: a unit asks for more time (延期) or that a task does not apply (不适用); the signer or the office decides.

One petition of an assignment waits at a time. What is granted takes effect at once, in the same transaction: another
due date, or the end of the duty. A petition whose duty is finished or ended meanwhile lapses by itself (see
`Assignment.complete` and `Assignment.end`).
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import AuditEntry, Message, User
from ninghai.models.state_machine import TOO_LATE, UNDO, TransitionError, Version, require
from ninghai.notifications.notify import notify, withdraw
from tasks import rules
from tasks.models import Assignment, Petition
from tasks.models.states import AssignmentStatus, PetitionStatus


@transaction.atomic
def ask(
    *,
    assignment: Assignment,
    kind: str,
    wanted_until: date | None = None,
    reason: str,
    form_id: UUID,
    by: User,
    at: datetime,
) -> Petition:
    """Hand in a petition; the same form sent twice makes one. Raises ValidationError with a sentence for each field."""
    assignment = Assignment.objects.lock(assignment.pk)  # of two at once, one waits here
    if earlier := Petition.objects.filter(form_id=form_id, asked_by=by).first():
        return earlier
    if Petition.objects.filter(form_id=form_id).exists():
        raise ValidationError("这份申请表已由同事提交过，您的申请没有提交。请刷新页面，重新填写后再提交。")
    require(rules.can_ask(by, assignment), "这项任务已经办结或不再办理，不能再提出申请。")
    petition = Petition(
        assignment=assignment,
        kind=kind,
        due_before=assignment.due_date,
        wanted_until=wanted_until if kind == Petition.Kind.EXTENSION else None,
        reason=reason.strip(),
        form_id=form_id,
        asked_by=by,
        asked_at=at,
    )
    _check(petition, on=timezone.localdate(at))
    petition.save(force_insert=True)
    AuditEntry.objects.record(
        action="create", target=petition, by=by, at=at, to_status=petition.status, reason=petition.reason
    )
    return petition


@transaction.atomic
def withdraw_petition(*, petition: Petition, version: Version = ..., by: User, at: datetime) -> Petition:
    """The unit takes its petition back before it is decided (撤回申请)."""
    held = _hold(petition)
    require(rules.stands_for(by, held.assignment))
    if held.status == PetitionStatus.WITHDRAWN:
        return petition
    held.require_version(petition.version if version is ... else version)
    require(rules.can_withdraw(by, held), "这份申请已经办理或任务已经结束，不能撤回。")
    petition.withdraw(by=by, at=at)
    return petition


@transaction.atomic
def grant_petition(
    *,
    petition: Petition,
    until: date | None = None,
    reason: str = "",
    version: Version = ...,
    by: User,
    at: datetime,
) -> Petition:
    """批准: the due date moves, by fewer days than asked for where `until` says so; or the duty ends as 不适用."""
    if petition.status == PetitionStatus.GRANTED and petition.decided_by_id == by.pk:
        return petition
    petition.require_version(version)
    require(rules.can_decide_petition(by, petition))
    assignment = Assignment.objects.lock(petition.assignment_id)
    if petition.kind == Petition.Kind.EXTENSION:
        until = _granted_day(petition, until or petition.wanted_until, due=assignment.due_date)
        petition.grant(until=until, reason=reason.strip(), by=by, at=at)
        assignment.change_due_date(to=until, reason=f"批准延期：{petition.reason}"[:500], by=by, at=at)
    else:
        petition.grant(until=None, reason=reason.strip(), by=by, at=at)
        assignment.end(AssignmentStatus.NOT_APPLICABLE, reason=petition.reason, by=by, at=at)
    petition.assignment = assignment
    _notify_unit(petition, outcome="已批准", words=petition.granted_words, at=at)
    return petition


@transaction.atomic
def refuse_petition(*, petition: Petition, reason: str, version: Version = ..., by: User, at: datetime) -> Petition:
    """不予批准, with a reason that the unit reads."""
    if petition.status == PetitionStatus.REFUSED and petition.decided_by_id == by.pk:
        return petition
    petition.require_version(version)
    require(rules.can_decide_petition(by, petition))
    if not reason.strip():
        raise ValidationError({"reason": "请写明不批准的理由，申请单位会看到。"})
    petition.refuse(reason=reason.strip(), by=by, at=at)
    _notify_unit(petition, outcome="未获批准", words=petition.words, at=at)
    return petition


@transaction.atomic
def take_back_petition(*, petition: Petition, version: Version = ..., by: User, at: datetime) -> Petition:
    """Undo (撤销) that this person refused the petition, or withdrew their unit's, a moment ago.

    TransitionError when it is too late: the duty has ended meanwhile, or the unit has asked anew.
    """
    held = _hold(petition)
    held.require_version(petition.version if version is ... else version)
    require(rules.can_take_back(by, held))
    has_asked_anew = held.assignment.petitions.filter(status=PetitionStatus.ASKED).exists()
    if has_asked_anew or not rules.is_open(held.assignment):
        raise TransitionError(TOO_LATE)
    withdraw(event=_event(held), at=at)
    held.take_back(by=by, at=at)
    return held


@transaction.atomic
def set_not_applicable(
    *, assignment: Assignment, reason: str, version: Version = ..., by: User, at: datetime
) -> Assignment:
    """The office ends a duty of its own accord (改为不适用), with a reason; nobody decides their own petition this way."""
    assignment.require_version(version)
    require(rules.can_set_not_applicable(by, assignment))
    asked = assignment.petitions.filter(asked_by=by, kind=Petition.Kind.NOT_APPLICABLE).exists()
    require(not asked, "这项任务的不适用由您提出申请，应由另一位县府办人员决定。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明不适用的理由，责任单位会看到。"})
    assignment.end(AssignmentStatus.NOT_APPLICABLE, reason=reason.strip(), by=by, at=at)
    _notify_of_end(assignment, at=at)
    return assignment


def _hold(petition: Petition) -> Petition:
    """The petition as it is now, with its assignment; who decides it at the same time waits."""
    assignment = Assignment.objects.lock(petition.assignment_id)
    held = Petition.objects.lock(petition.pk)
    held.assignment = assignment
    return held


# What may be asked for, and granted.


def _check(petition: Petition, *, on: date) -> None:
    """Raise a sentence for each field that keeps the petition from being handed in."""
    faults = {}
    if not petition.reason:
        faults["reason"] = "请写明申请理由。"
    if petition.kind == Petition.Kind.EXTENSION:
        faults["wanted_until"] = _fault_of_day(petition.wanted_until, due=petition.due_before, on=on)
    if any(faults.values()):
        raise ValidationError({field: fault for field, fault in faults.items() if fault})
    if petition.assignment.petitions.filter(status=PetitionStatus.ASKED).exists():
        raise ValidationError("这项任务已有申请等待批准。需要改申请的，请先撤回那一份。")


def _fault_of_day(wanted: date | None, *, due: date, on: date) -> str:
    """What is wrong with the day asked for: later than the due date, not past, by the end of the following year."""
    last = date(on.year + 1, 12, 31)
    if wanted is None:
        return "申请延期的，请填写延至哪一天。"
    if wanted <= due:
        return f"应晚于现在的完成时限{due:%Y-%m-%d}，请重新选择日期。"
    if wanted < on:
        return "不能早于今天，请重新选择日期。"
    return f"最多延至{last:%Y-%m-%d}，请重新选择日期。" if wanted > last else ""


def _granted_day(petition: Petition, until: date | None, *, due: date) -> date:
    """The day that the signer grants: later than the due date that holds now, no later than what was asked for."""
    wanted = petition.wanted_until
    if until and wanted and due < until <= wanted:
        return until
    if wanted and wanted <= due:
        raise ValidationError(f"现在的完成时限已是{due:%Y-%m-%d}，不早于申请的日期，请不予批准并说明。")
    raise ValidationError({"until": f"应晚于现在的完成时限{due:%Y-%m-%d}，且不晚于申请的{wanted:%Y-%m-%d}。"})


# Notifying the unit.


def _event(petition: Petition) -> str:
    return f"petition:{petition.pk}:{petition.version}"


def _notify_unit(petition: Petition, *, outcome: str, words: str, at: datetime) -> None:
    """Of a refusal, not before it can no longer be undone."""
    opinion = f"\n批准意见：{petition.decision_reason}" if petition.decision_reason else ""
    notify(
        petition.assignment.unit,
        kind=Message.Kind.PETITION,
        event=_event(petition),
        hold=UNDO if petition.status == PetitionStatus.REFUSED else timedelta(),
        subject=f"{petition.get_kind_display()}申请{outcome}：{petition.assignment.task}",
        text=f"{words}{opinion}",
        url=petition.get_absolute_url(),
        at=at,
    )


def _notify_of_end(assignment: Assignment, *, at: datetime) -> None:
    notify(
        assignment.unit,
        kind=Message.Kind.PETITION,
        event=f"not_applicable:{assignment.pk}",
        subject=f"县政府办公室改为不适用：{assignment.task}",
        text=f"这项任务不再要求办理。理由：{assignment.ended_reason}",
        url=assignment.get_absolute_url(),
        at=at,
    )
