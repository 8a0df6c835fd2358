"""异议: a unit objects to a finding once, within its days; the office, never who inspected, decides.

Upholding it corrects the finding in the same act; what it said before stays in the audit trail.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import StoredFile, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Finding, Objection, ObjectionProof
from tasks.services.evidence import attach, detach
from tasks.services.spot_checks.findings import Found, hold, write_finding
from tasks.services.spot_checks.telling import announce_decision, announce_objection
from tasks.spot_checks.finding_score import GivenMark
from tasks.spot_checks.objection_clocks import close_objection_clock
from tasks.states import ObjectionStatus


@transaction.atomic
def raise_objection(
    *, finding: Finding, text: str, proofs: Iterable[StoredFile | str] = (), version: int, by: User, at: datetime
) -> Objection:
    """The unit's clerk or head objects (提出异议) to the finding as they saw it; the same form twice is one objection."""
    hold(finding.drawn)
    finding.refresh_from_db()
    earlier = Objection.objects.filter(finding=finding).first()
    if earlier and earlier.raised_by_id == by.pk and earlier.text == text.strip():
        return earlier
    _must_be_possible(finding, earlier, by=by, at=at)
    if finding.version != version:
        raise StaleError(finding)
    if not text.strip():
        raise ValidationError({"text": "请写明对哪一点有异议、事实是什么。"})
    objection = Objection.objects.create(finding=finding, text=text.strip(), raised_by=by, raised_at=at)
    for proof in proofs:
        attach(owner=objection, proofs=objection.proofs, proof=proof, by=by, at=at)
    close_objection_clock(finding=finding, by=by, at=at, reason="单位已提出异议")
    announce_objection(objection, at=at)
    return objection


def _must_be_possible(finding: Finding, earlier: Objection | None, *, by: User, at: datetime) -> None:
    require(rules.answers_for(by, finding))
    if earlier:
        raise TransitionError("本单位已对这条结论提出过异议，一条结论只能提一次。")
    if finding.objection_until is None:
        raise TransitionError("这条结论没有异议期限，如有意见请直接联系县政府办公室。")
    if timezone.localdate(at) > finding.objection_until:
        raise TransitionError(f"异议期限已于{finding.objection_until:%Y-%m-%d}届满，不能再提出异议。")


@transaction.atomic
def add_objection_proof(*, objection: Objection, proof: StoredFile | str, by: User, at: datetime) -> None:
    """Add a piece (补充材料) while the office has not decided."""
    objection.refresh_from_db(from_queryset=Objection.objects.select_for_update())
    _must_be_undecided(objection, by=by)
    attach(owner=objection, proofs=objection.proofs, proof=proof, by=by, at=at)


@transaction.atomic
def remove_objection_proof(*, proof: ObjectionProof, by: User, at: datetime) -> None:
    objection = Objection.objects.select_for_update().get(pk=proof.objection_id)
    _must_be_undecided(objection, by=by)
    detach(owner=objection, proof=proof, by=by, at=at)


def _must_be_undecided(objection: Objection, *, by: User) -> None:
    require(rules.answers_for(by, objection.finding))
    if objection.status != ObjectionStatus.RAISED:
        raise TransitionError("县政府办公室已处理这条异议，不能再改动材料。")


# --- Decided --------------------------------------------------------------------------------------------


@transaction.atomic
def decide_objection(
    *, objection: Objection, found: Found | None, decision: str, version: int, by: User, at: datetime
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


def _correct(finding: Finding, found: Found, *, by: User, at: datetime) -> None:
    finding.refresh_from_db()
    if not _changes(finding, found):
        raise ValidationError("异议成立的，请同时更正结论、评分、核查情况或整改期限；都不用改的，请选“异议不成立”。")
    drawn, inspector = finding.drawn, finding.recorded_by
    write_finding(drawn=drawn, found=found, earlier=finding, recorded_by=inspector, by=by, at=at)
    finding.refresh_from_db()


def _changes(finding: Finding, found: Found) -> bool:
    day = found.rectify_by_date if found.outcome == Finding.Outcome.TO_RECTIFY else None
    as_marked = {(mark.criterion_id, mark.points, mark.note) for mark in finding.marks.all()}
    return (finding.outcome, finding.note, finding.rectify_by_date, as_marked) != (
        found.outcome,
        found.note,
        day,
        {_key(mark) for mark in found.marks},
    )


def _key(mark: GivenMark) -> tuple[int, object, str]:
    return (mark.criterion.pk, mark.points, mark.note.strip())
