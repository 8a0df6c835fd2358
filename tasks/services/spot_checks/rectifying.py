"""整改: what a finding asks a unit to put right, handed in with evidence by its day and looked at again (复查)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.models import StoredFile, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Rectification, RectificationProof
from tasks.services.evidence import attach, detach
from tasks.services.spot_checks.telling import announce_handed_in, announce_recheck
from tasks.states import RectificationStatus


@transaction.atomic
def save_rectification(
    *, rectification: Rectification, text: str, version: int, by: User, at: datetime
) -> Rectification:
    """Keep what the unit has written (保存草稿); `version` is the one that this person saw."""
    held = _held(rectification)
    _must_be_the_units(held, by=by)
    if held.text == text:
        return held
    if held.version != version:
        raise StaleError(held)
    return held.edit(by=by, at=at, text=text)


@transaction.atomic
def hand_in_rectification(*, rectification: Rectification, version: int, by: User, at: datetime) -> Rectification:
    """Hand it in (报送整改情况) to be looked at again; words and at least one piece of evidence are needed."""
    held = _held(rectification)
    if held.status == RectificationStatus.HANDED_IN and held.handed_in_by_id == by.pk:
        return held
    _must_be_the_units(held, by=by)
    if held.version != version:
        raise StaleError(held)
    missing = {} if held.text.strip() else {"text": "请写明怎样整改、现在是什么情况。"}
    if not held.proofs.exists():
        missing["upload"] = "报送整改情况须附佐证材料，请先添加文件或索引号。"
    if missing:
        raise ValidationError(missing)
    held.hand_in(text=held.text.strip(), by=by, at=at)
    announce_handed_in(held, at=at)
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
    if held.version != version:
        raise StaleError(held)
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
    return rows.select_for_update(of=("self",)).get(pk=rectification.pk)


def _must_be_the_units(rectification: Rectification, *, by: User) -> None:
    require(rules.answers_for(by, rectification.finding))
    if rectification.status not in RectificationStatus.owed:
        raise TransitionError(f"整改现在是“{rectification.get_status_display()}”，不能再修改。")
