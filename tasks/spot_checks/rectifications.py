"""整改: what a finding asks a unit to put right: written by its clerk with evidence, passed on by its head by the day.

Then it is looked at again (复查).
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.models import StoredFile, User
from ninghai.models.state_machine import TransitionError, require
from tasks import rules
from tasks.models import Rectification, RectificationProof
from tasks.models.states import RectificationStatus
from tasks.progress.evidence import attach, detach
from tasks.spot_checks.notifications import (
    announce_handed_in,
    announce_recheck,
    announce_returned_rectification,
    ask_head_about_rectification,
)


@transaction.atomic
def save_rectification(
    *, rectification: Rectification, text: str, version: int, hands_in: bool = False, by: User, at: datetime
) -> Rectification:
    """Keep what the unit has written (保存草稿); `version` is the one that this person saw.

    A form that `hands_in` may come twice: what it has handed to the unit's head before is left as it is.
    """
    held = _held(rectification)
    if hands_in and _was_handed_in(held, by=by) and held.text == text.strip():
        return held
    _must_be_the_units(held, by=by)
    if held.text == text:
        return held
    held.require_version(version)
    return held.edit(by=by, at=at, text=text)


@transaction.atomic
def submit_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """Hand it to the unit's head (提交审核); words and at least one piece of evidence are needed."""
    held = _held(rectification)
    if _was_handed_in(held, by=by):
        return held
    _must_be_the_units(held, by=by)
    held.require_version(version)
    missing = {} if held.text.strip() else {"text": "请写明怎样整改、现在是什么情况。"}
    if not held.proofs.exists():
        missing["upload"] = "报送整改情况须附佐证材料，请先添加文件或索引号。"
    if missing:
        raise ValidationError(missing)
    held.submit(text=held.text.strip(), by=by, at=at)
    ask_head_about_rectification(held, at=at)
    return held


@transaction.atomic
def pass_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """The unit's head passes it on (审核通过并报送), to be looked at again."""
    held = _held(rectification)
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
    held = _held(rectification)
    held.require_version(version)
    require(rules.can_pass_rectification(by, held))
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回理由，说明需要补充或修改什么。"})
    held.return_to_clerk(reason=reason.strip(), by=by, at=at)
    announce_returned_rectification(held, at=at)
    return held


@transaction.atomic
def add_rectification_proof(*, rectification: Rectification, proof: StoredFile | str, by: User, at: datetime) -> None:
    held = _held(rectification)
    _must_be_the_units(held, by=by)
    attach(owner=held, proofs=held.proofs, proof=proof, by=by, at=at)


@transaction.atomic
def remove_rectification_proof(*, proof: RectificationProof, by: User, at: datetime) -> None:
    held = _held(proof.rectification)
    _must_be_the_units(held, by=by)
    detach(owner=held, proof=proof, by=by, at=at)


@transaction.atomic
def recheck_rectification(
    *, rectification: Rectification, passes: bool, note: str, version: int, by: User, at: datetime
) -> Rectification:
    """复查 by the inspector or the office: it passes, or goes back with a note that says what is still wrong."""
    held = _held(rectification)
    held.require_version(version)
    require(rules.can_recheck(by, held))
    if not passes and not note.strip():
        raise ValidationError({"note": "退回再改的，请写明还有什么问题。"})
    status = RectificationStatus.PASSED if passes else RectificationStatus.RETURNED
    held.recheck(status, note=note.strip(), by=by, at=at)
    announce_recheck(held, at=at)
    return held


def _held(rectification: Rectification) -> Rectification:
    """As it is now, while nobody else acts on it."""
    rows = Rectification.objects.select_related(
        "finding__drawn__spot_check",
        "finding__drawn__assignment__unit",
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
