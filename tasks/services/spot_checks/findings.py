"""What was found (抽查结论): recorded by the inspector, scored by the rubric, told to the unit.

The inspector may correct a finding while the unit may still object and has not yet done so; the days then begin again.
After that only the office changes it, by upholding an objection. Every version stays in the audit trail, from which
pages read what a finding said on a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.duty_clock.calendar_lock import hold_calendar
from ninghai.files import discard
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, TransitionError, require
from tasks import rules
from tasks.models import Criterion, Drawn, Finding, FindingProof, Mark, Objection, Rectification, Rubric
from tasks.models.proof import Proof
from tasks.services.spot_checks.telling import announce_finding
from tasks.spot_checks.finding_score import GivenMark, score
from tasks.spot_checks.objection_clocks import restart_objection_clock
from tasks.states import ObjectionStatus, RectificationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is said of a drawn assignment."""

    outcome: str
    note: str = ""
    rectify_by_date: date | None = None
    marks: Sequence[GivenMark] = ()


@transaction.atomic
def record_finding(
    *,
    drawn: Drawn,
    outcome: str,
    note: str,
    rectify_by_date: date | None,
    marks: Sequence[GivenMark] = (),
    proofs: Iterable[Proof] | None = None,
    version: int,
    by: User,
    at: datetime,
) -> Finding:
    """Record what the inspector found, or correct it, and tell the unit; `version` is the one seen, 0 before the first.

    `proofs` are those of the inspector's sheet; None leaves the finding's own as they are.
    """
    hold(drawn)
    require(rules.can_record_finding(by, drawn))
    earlier = Finding.objects.filter(drawn=drawn).first()
    if earlier and version != earlier.version:
        raise StaleError(earlier)
    must_be_correctable(earlier, on=timezone.localdate(at))
    found = Found(outcome=outcome, note=note, rectify_by_date=rectify_by_date, marks=marks)
    finding = write_finding(drawn=drawn, found=found, earlier=earlier, recorded_by=by, by=by, at=at)
    _return_objection(finding, at=at)
    if proofs is not None:
        _keep_proofs(finding, proofs)
    restart_objection_clock(finding=finding, by=by, at=at)
    announce_finding(finding, at=at)
    return finding


def _return_objection(finding: Finding, *, at: datetime) -> None:
    """What lies with the unit's head is about words that no longer stand: the clerk looks at it once more."""
    if objection := Objection.objects.filter(finding=finding, status=ObjectionStatus.WITH_HEAD).first():
        objection.return_to_clerk(reason="抽查结论已经更正，请核对后再提交。", by=None, at=at)


def hold(drawn: Drawn) -> None:
    """Let nobody else record, correct, object or rename its inspector at the same time. Needs a transaction."""
    hold_calendar()  # what follows starts or ends the days to object
    drawn.refresh_from_db(fields=["inspector"], from_queryset=Drawn.objects.select_for_update())


def must_be_correctable(earlier: Finding | None, *, on: date) -> None:
    """Raise TransitionError when the finding stands: an objection was raised, or the days for one have run out."""
    if earlier and not earlier.may_be_corrected(on=on):
        raise TransitionError("单位已提出异议或异议期限已过，抽查人员不能再更正结论。")


def write_finding(
    *, drawn: Drawn, found: Found, earlier: Finding | None, recorded_by: User, by: User, at: datetime
) -> Finding:
    """Write the finding with its marks, its score and its rectification, and note it in the audit trail."""
    rubric = drawn.spot_check.rubric
    day = found.rectify_by_date if found.outcome == Finding.Outcome.TO_RECTIFY else None
    _check(found, day=day, earlier=earlier, on=timezone.localdate(at))
    check_marks(found.marks, rubric=rubric)
    values: dict[str, Any] = {"outcome": found.outcome, "note": found.note, "rectify_by_date": day}
    if earlier is None or recorded_by == by:
        values |= {"recorded_by": recorded_by, "recorded_at": at}
    values |= _scored(found.marks, rubric)
    version = earlier.version + 1 if earlier else 1
    finding, _ = Finding.objects.update_or_create(drawn=drawn, defaults={**values, "version": version})
    finding.drawn = drawn
    _replace_marks(finding, found.marks)
    _note(finding, found.marks, before=earlier.outcome if earlier else "", by=by, at=at)
    _follow_with_rectification(finding, by=by, at=at)
    return finding


# --- Is it right? -----------------------------------------------------------------------------------


def _check(found: Found, *, day: date | None, earlier: Finding | None, on: date) -> None:
    if found.outcome not in Finding.Outcome:
        raise ValidationError({"outcome": "请选择抽查结论。"})
    if found.outcome == Finding.Outcome.TO_RECTIFY and day is None:
        raise ValidationError({"rectify_by_date": "需整改的，请填写整改期限。"})
    is_new = earlier is None or earlier.rectify_by_date != day
    if day and is_new and day < on:
        raise ValidationError({"rectify_by_date": "整改期限不能早于今天。"})
    if day and day.year > on.year + 1:
        raise ValidationError({"rectify_by_date": "整改期限太远，请检查年份。"})


def check_marks(marks: Sequence[GivenMark], *, rubric: Rubric | None) -> None:
    """Raise ValidationError, beside the sheet's fields, for what the rubric does not allow."""
    if any(mark.criterion.rubric_id != (rubric.pk if rubric else None) for mark in marks):
        raise ValidationError("评分项不属于这次抽查的评分细则，请刷新页面后重新评分。")
    errors: dict[str, str] = {}
    for mark in marks:
        criterion, name = mark.criterion, mark.criterion.pk
        is_veto = criterion.kind == Criterion.Kind.VETO
        if not mark.note.strip():
            errors[f"basis_{name}"] = f"请写明“{criterion}”的依据。"
        if is_veto != (mark.points == 0) or not 0 <= mark.points <= criterion.points:
            errors[f"points_{name}"] = f"“{criterion}”的分值应大于0、不超过{criterion.points.normalize():f}分。"
    if errors:
        raise ValidationError(errors)


# --- Writing it -------------------------------------------------------------------------------------


def _scored(marks: Sequence[GivenMark], rubric: Rubric | None) -> dict[str, Any]:
    if rubric is None:
        return {"score": None, "is_vetoed": False, "passed": None}
    result = score(marks, pass_mark=rubric.pass_mark)
    return {"score": result.points, "is_vetoed": result.is_vetoed, "passed": result.passed}


def _replace_marks(finding: Finding, marks: Sequence[GivenMark]) -> None:
    finding.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(finding=finding, criterion=mark.criterion, points=mark.points, note=mark.note.strip()) for mark in marks
    )


def _note(finding: Finding, marks: Sequence[GivenMark], *, before: str, by: User, at: datetime) -> None:
    """What it says from now on, complete: scores and reports as of a day read it here (`said_by`)."""
    day = finding.rectify_by_date
    detail = {
        "outcome": finding.outcome,
        "rectify_by": day.isoformat() if day else None,
        "before": before,
        "score": str(finding.score) if finding.score is not None else None,
        "is_vetoed": finding.is_vetoed,
        "passed": finding.passed,
        "marks": [_as_kept(mark) for mark in marks],
    }
    AuditEntry.objects.record(action="record_finding", target=finding, by=by, at=at, reason=finding.note, detail=detail)


def _as_kept(mark: GivenMark) -> dict[str, str]:
    criterion = mark.criterion
    return {
        "kind": criterion.kind,
        "title": criterion.title,
        "points": str(mark.points),
        "note": mark.note.strip(),
    }


def _follow_with_rectification(finding: Finding, *, by: User, at: datetime) -> None:
    """Open what the finding asks for (整改), or lift what it no longer asks for; what was put right stays so."""
    existing = Rectification.objects.filter(finding=finding).first()
    if finding.outcome == Finding.Outcome.TO_RECTIFY:
        if existing is None:
            Rectification.objects.create(finding=finding)
        elif existing.status == RectificationStatus.LIFTED:
            existing.open_again(by=by, at=at)
    elif existing and existing.can_move(RectificationStatus.LIFTED):
        existing.lift(reason=f"结论改为“{finding.get_outcome_display()}”，不再要求整改", by=by, at=at)


def _keep_proofs(finding: Finding, proofs: Iterable[Proof]) -> None:
    """Those of the sheet, no others."""
    wanted = {(proof.file_id, proof.index_number): proof for proof in proofs}
    for kept in finding.proofs.select_related("file"):
        if wanted.pop((kept.file_id, kept.index_number), None) is None:
            stored = kept.file
            kept.delete()
            if stored:
                discard(stored)
    FindingProof.objects.bulk_create(
        FindingProof(
            finding=finding,
            file_id=proof.file_id,
            index_number=proof.index_number,
            added_by_id=proof.added_by_id,
            added_at=proof.added_at,
        )
        for proof in wanted.values()
    )
