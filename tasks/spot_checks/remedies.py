"""What follows a finding: the unit objects (异议) once and in time, or puts right (整改) by the day what it was told to."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import AuditEntry, StoredFile, User
from ninghai.models.state_machine import StaleError, TransitionError, Version, require
from ninghai.notifications.notify import withdraw
from tasks import rules
from tasks.models import Finding, Objection, ObjectionProof, Rectification, RectificationProof
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.progress.evidence import attach, detach
from tasks.spot_checks.finding_score import GivenMark
from tasks.spot_checks.findings import FindingFields, close_objection_clock, hold, write_finding
from tasks.spot_checks.notifications import (
    announce_decision,
    announce_handed_in,
    announce_objection,
    announce_recheck,
    announce_returned_objection,
    announce_returned_rectification,
    ask_head_about_objection,
    ask_head_about_rectification,
    event_name,
)

# 异议: a unit objects to a finding once, within its days: its clerk writes, its head passes it on or returns it.


@transaction.atomic
def raise_objection(
    *,
    finding: Finding,
    text: str,
    proofs: Iterable[StoredFile | str] = (),
    version: int,
    objection_version: Version = ...,
    by: User,
    at: datetime,
) -> Objection:
    """The unit's clerk objects (提出异议) to the finding as they saw it, or writes anew what the head has returned.

    It lies with the unit's head then; the same form twice is one objection. `objection_version` is that of what was
    returned, as the person saw it, 0 where there was none yet.
    """
    hold(finding.drawn)
    finding.refresh_from_db()
    earlier = Objection.objects.filter(finding=finding).first()
    is_returned = earlier is not None and earlier.status == ObjectionStatus.RETURNED
    if earlier and not is_returned and earlier.raised_by_id == by.pk and earlier.text == text.strip():
        return earlier
    require(rules.can_object(by, finding, on=timezone.localdate(at)))
    finding.require_version(version)
    if earlier:
        earlier.require_version(objection_version)
    if not text.strip():
        raise ValidationError({"text": "请写明对哪一点有异议、事实是什么。"})
    objection = _written(finding, earlier, text=text.strip(), by=by, at=at)
    for proof in proofs:
        attach(owner=objection, proofs=objection.proofs, proof=proof, by=by, at=at)
    ask_head_about_objection(objection, at=at)
    return objection


def _written(finding: Finding, earlier: Objection | None, *, text: str, by: User, at: datetime) -> Objection:
    if earlier is not None:
        earlier.write_again(text=text, by=by, at=at)
        return earlier
    objection = Objection.objects.create(finding=finding, text=text, raised_by=by, raised_at=at)
    AuditEntry.objects.record(action="create", target=objection, by=by, at=at, to_status=objection.status)
    return objection


@transaction.atomic
def pass_objection(*, objection: Objection, version: int, by: User, at: datetime) -> Objection:
    """The unit's head passes it to the office (审核通过), in time: with this the unit has objected."""
    held = _held_objection(objection)
    if held.status == ObjectionStatus.RAISED and held.passed_by_id == by.pk:
        return held
    held.require_version(version)
    require(rules.can_pass_objection(by, held))
    require(rules.in_time_to_object(held.finding, on=timezone.localdate(at)))
    held.pass_on(by=by, at=at)
    close_objection_clock(finding=held.finding, by=by, at=at, reason="单位已提出异议")
    announce_objection(held, at=at)
    return held


@transaction.atomic
def return_objection(*, objection: Objection, reason: str, version: int, by: User, at: datetime) -> Objection:
    """The unit's head sends it back to the clerk (退回), with a reason."""
    held = _held_objection(objection)
    held.require_version(version)
    require(rules.can_pass_objection(by, held))
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回理由，说明需要补充或修改什么。"})
    held.return_to_clerk(reason=reason.strip(), by=by, at=at)
    announce_returned_objection(held, at=at)
    return held


def _held_objection(objection: Objection) -> Objection:
    """As it is now, while nobody else acts on what was drawn."""
    hold(objection.finding.drawn)
    rows = Objection.objects.select_related(
        "finding__drawn__spot_check",
        "finding__drawn__unit",
        "finding__drawn__assignment__task__point__notice",
    )
    return rows.lock(objection.pk)


@transaction.atomic
def add_objection_proof(*, objection: Objection, proof: StoredFile | str, by: User, at: datetime) -> None:
    """Add a piece (补充材料) while it is within the unit; the head then has another one before them."""
    objection.refresh_from_db(from_queryset=Objection.objects.select_for_update())
    require(rules.can_add_to_objection(by, objection))
    objection.edit(by=by, at=at)
    attach(owner=objection, proofs=objection.proofs, proof=proof, by=by, at=at)


@transaction.atomic
def remove_objection_proof(*, proof: ObjectionProof, by: User, at: datetime) -> None:
    objection = Objection.objects.lock(proof.objection_id)
    require(rules.can_add_to_objection(by, objection))
    objection.edit(by=by, at=at)
    detach(owner=objection, proof=proof, by=by, at=at)


@transaction.atomic
def take_back_objection(*, objection: Objection, version: int, by: User, at: datetime) -> Objection:
    """Undo (撤销) that this person returned or dismissed the objection a moment ago."""
    held = _held_objection(objection)
    held.require_version(version)
    require(rules.can_take_back(by, held))
    withdraw(event=event_name(held), at=at)
    held.take_back(by=by, at=at)
    return held


# Decided.


@transaction.atomic
def decide_objection(
    *, objection: Objection, found: FindingFields | None, decision: str, version: int, by: User, at: datetime
) -> Objection:
    """The office decides, with words: `found` is what the finding says from now on (异议成立), None dismisses it."""
    hold(objection.finding.drawn)
    seen, status = objection.version, objection.status
    objection.refresh_from_db()
    if (objection.version, objection.status) != (version, status) or seen != version:
        raise StaleError(objection)
    require(rules.can_decide_objection(by, objection))
    if not decision.strip():
        raise ValidationError({"decision": "请写明处理意见，单位会看到。"})
    if found is None:
        objection.decide(ObjectionStatus.DISMISSED, decision=decision.strip(), by=by, at=at)
    else:
        _correct(objection.finding, found, by=by, at=at)
        objection.decide(ObjectionStatus.UPHELD, decision=decision.strip(), by=by, at=at)
    announce_decision(objection, at=at)
    return objection


def _correct(finding: Finding, found: FindingFields, *, by: User, at: datetime) -> None:
    finding.refresh_from_db()
    if not _changes(finding, found):
        raise ValidationError("异议成立的，请同时更正结论、评分、核查情况或整改期限；都不用改的，请选“异议不成立”。")
    drawn, inspector = finding.drawn, finding.recorded_by
    write_finding(drawn=drawn, found=found, earlier=finding, recorded_by=inspector, by=by, at=at)
    finding.refresh_from_db()


def _changes(finding: Finding, found: FindingFields) -> bool:
    day = found.rectify_by_date if found.outcome == Finding.Outcome.TO_RECTIFY else None
    as_marked = {(mark.criterion_id, mark.points, mark.note) for mark in finding.marks.all()}
    return (finding.outcome, finding.note, finding.rectify_by_date, finding.answers, as_marked) != (
        found.outcome,
        found.note,
        day,
        found.answers,
        {_key(mark) for mark in found.marks},
    )


def _key(mark: GivenMark) -> tuple[int, object, str]:
    return (mark.criterion.pk, mark.points, mark.note.strip())


# 整改: what a finding asks a unit to put right: written by its clerk with evidence, passed on by its head by the day.


@transaction.atomic
def save_rectification(
    *, rectification: Rectification, text: str, version: int, hands_in: bool = False, by: User, at: datetime
) -> Rectification:
    """Keep what the unit has written (保存草稿); `version` is the one that this person saw.

    A form that `hands_in` may come twice: what it has handed to the unit's head before is left as it is.
    """
    held = _held_rectification(rectification)
    text = text.strip()
    if hands_in and _was_handed_in(held, by=by) and held.text == text:
        return held
    _must_be_the_units(held, by=by)
    if held.text == text:
        return held
    held.require_version(version)
    return held.edit(by=by, at=at, text=text)


@transaction.atomic
def submit_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """Hand it to the unit's head (提交审核); words and at least one piece of evidence are needed."""
    held = _held_rectification(rectification)
    if _was_handed_in(held, by=by):
        return held
    _must_be_the_units(held, by=by)
    held.require_version(version)
    missing = {} if held.text.strip() else {"text": "请写明怎样整改、现在是什么情况。"}
    if not held.proofs.exists():
        missing["upload"] = "报送整改情况须附佐证材料，请先添加文件或索引号。"
    if missing:
        raise ValidationError(missing)
    held.submit(by=by, at=at)
    ask_head_about_rectification(held, at=at)
    return held


@transaction.atomic
def pass_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """The unit's head passes it on (审核通过并报送), to be looked at again."""
    held = _held_rectification(rectification)
    if held.status == RectificationStatus.HANDED_IN and held.passed_by_id == by.pk:
        return held
    held.require_version(version)
    require(rules.can_pass_rectification(by, held))
    held.pass_on(by=by, at=at)
    announce_handed_in(held, at=at)
    return held


@transaction.atomic
def return_rectification(
    *, rectification: Rectification, reason: str, version: int, by: User, at: datetime
) -> Rectification:
    """The unit's head sends it back to the clerk (退回), with a reason."""
    held = _held_rectification(rectification)
    held.require_version(version)
    require(rules.can_pass_rectification(by, held))
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回理由，说明需要补充或修改什么。"})
    held.return_to_clerk(reason=reason.strip(), by=by, at=at)
    announce_returned_rectification(held, at=at)
    return held


@transaction.atomic
def add_rectification_proof(*, rectification: Rectification, proof: StoredFile | str, by: User, at: datetime) -> None:
    held = _held_rectification(rectification)
    _must_be_the_units(held, by=by)
    attach(owner=held, proofs=held.proofs, proof=proof, by=by, at=at)


@transaction.atomic
def remove_rectification_proof(*, proof: RectificationProof, by: User, at: datetime) -> None:
    held = _held_rectification(proof.rectification)
    _must_be_the_units(held, by=by)
    detach(owner=held, proof=proof, by=by, at=at)


@transaction.atomic
def recheck_rectification(
    *, rectification: Rectification, passes: bool, note: str, version: int, by: User, at: datetime
) -> Rectification:
    """复查 by the inspector or the office: it passes, or goes back with a note that says what is still wrong."""
    held = _held_rectification(rectification)
    held.require_version(version)
    require(rules.can_recheck(by, held))
    if not passes and not note.strip():
        raise ValidationError({"note": "退回再改的，请写明还有什么问题。"})
    status = RectificationStatus.PASSED if passes else RectificationStatus.RETURNED
    held.recheck(status, note=note.strip(), by=by, at=at)
    announce_recheck(held, at=at)
    return held


@transaction.atomic
def take_back_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """Undo (撤销) what this person did with the rectification a moment ago: handed it in, passed, returned or checked it."""
    held = _held_rectification(rectification)
    held.require_version(version)
    require(rules.can_take_back(by, held))
    withdraw(event=event_name(held), at=at)
    held.take_back(by=by, at=at)
    return held


def _held_rectification(rectification: Rectification) -> Rectification:
    """As it is now, while nobody else acts on it."""
    rows = Rectification.objects.select_related(
        "finding__drawn__spot_check",
        "finding__drawn__unit",
        "finding__drawn__assignment__task__point__notice",
    )
    return rows.lock(rectification.pk)


def _was_handed_in(rectification: Rectification, *, by: User) -> bool:
    """By this person, to the unit's head, with whom it lies."""
    return rectification.status == RectificationStatus.WITH_HEAD and rectification.handed_in_by_id == by.pk


def _must_be_the_units(rectification: Rectification, *, by: User) -> None:
    require(rules.writes_for(by, rectification.finding))
    if rectification.status not in RectificationStatus.with_clerk:
        raise TransitionError(f"整改现在是“{rectification.get_status_display()}”，不能再修改。")
