"""What was found (抽查结论): recorded by the inspector, scored by the rubric, told to the unit.

The inspector may correct a finding while the unit may still object and has not yet done so; the days then begin again.
After that only the office changes it, by upholding an objection. Every version stays in the audit trail, from which
pages read what a finding said on a day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.calendar.duty_clocks import StatutoryDuty, close_clock, hold_calendar, register, start_clock
from ninghai.files import discard
from ninghai.models import AuditEntry, DutyClock, StoredFile, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import StaleError, TransitionError, require
from tasks import rules
from tasks.models import (
    Criterion,
    Drawn,
    Finding,
    FindingProof,
    InspectionSheet,
    Mark,
    Objection,
    Rectification,
    Rubric,
    SheetProof,
)
from tasks.models.progress import Proof
from tasks.models.states import ObjectionStatus, RectificationStatus
from tasks.progress.evidence import attach, detach
from tasks.spot_checks.finding_score import GivenMark, score
from tasks.spot_checks.notifications import announce_finding
from tasks.spot_checks.questions import Answers, as_noted, check_answers
from tasks.spot_checks.subjects import subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFields:
    """What is said of what was drawn."""

    outcome: str
    note: str = ""
    rectify_by_date: date | None = None
    marks: Sequence[GivenMark] = ()
    answers: Answers = field(default_factory=dict)


@transaction.atomic
def record_finding(
    *,
    drawn: Drawn,
    outcome: str,
    note: str,
    rectify_by_date: date | None,
    marks: Sequence[GivenMark] = (),
    answers: Answers = MappingProxyType({}),
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
    if earlier:
        earlier.require_version(version)
    must_be_correctable(earlier, on=timezone.localdate(at))
    found = FindingFields(
        outcome=outcome, note=note, rectify_by_date=rectify_by_date, marks=marks, answers=dict(answers)
    )
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
    *, drawn: Drawn, found: FindingFields, earlier: Finding | None, recorded_by: User, by: User, at: datetime
) -> Finding:
    """Write the finding with its marks, its score and its rectification, and note it in the audit trail."""
    rubric = drawn.spot_check.rubric
    day = found.rectify_by_date if found.outcome == Finding.Outcome.TO_RECTIFY else None
    _check(found, day=day, earlier=earlier, outcomes=subject_of(drawn.spot_check).outcomes, on=timezone.localdate(at))
    check_marks(found.marks, rubric=rubric)
    check_answers(found.answers, drawn.asked, is_faultless=found.outcome == Finding.Outcome.FAULTLESS)
    values: dict[str, Any] = {"outcome": found.outcome, "note": found.note, "rectify_by_date": day}
    values["answers"] = found.answers
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


# Is it right?


def _check(
    found: FindingFields, *, day: date | None, earlier: Finding | None, outcomes: Collection[str], on: date
) -> None:
    if found.outcome not in outcomes:
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


# Writing it.


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
    """What it says from now on, complete: scores and reports as of a day read it here (`last_entries`)."""
    day = finding.rectify_by_date
    detail = {
        "outcome": finding.outcome,
        "rectify_by": day.isoformat() if day else None,
        "before": before,
        "score": str(finding.score) if finding.score is not None else None,
        "is_vetoed": finding.is_vetoed,
        "passed": finding.passed,
        "marks": [_as_kept(mark) for mark in marks],
        **({"answers": as_noted(finding.answers, asked)} if (asked := finding.drawn.asked) else {}),
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


# The inspector's sheet (核查底稿): saved as often as needed, with photographs, until it becomes the finding.


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """What is written on a sheet, complete or not; `marks` and `answers` as `InspectionSheet` keeps them."""

    outcome: str = ""
    note: str = ""
    rectify_by_date: date | None = None
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)


@transaction.atomic
def save_sheet(*, drawn: Drawn, written: SheetWords, version: int, by: User, at: datetime) -> InspectionSheet:
    """Keep what the inspector has written; `version` is that of the sheet this person saw, 0 when there was none.

    The first one after a finding was recorded begins its correction, with the finding's own proofs.
    """
    hold(drawn)
    require(rules.can_record_finding(by, drawn))
    finding = Finding.objects.filter(drawn=drawn).first()
    must_be_correctable(finding, on=timezone.localdate(at))
    sheet = InspectionSheet.objects.filter(drawn=drawn).first()
    if sheet and sheet.saved_by_id == by.pk and words_of(sheet) == written:
        return sheet
    if version != (sheet.version if sheet else 0):
        raise StaleError(sheet or drawn)
    values = {**asdict(written), "saved_by": by, "saved_at": at}
    kept, is_new = InspectionSheet.objects.update_or_create(drawn=drawn, defaults={**values, "version": version + 1})
    if is_new and finding:
        _copy_proofs(finding, kept)
    return kept


@transaction.atomic
def add_photo(*, sheet: InspectionSheet, proof: StoredFile | str, by: User, at: datetime) -> None:
    """Put a photograph, a file or an index number (索引号) to the sheet."""
    hold(sheet.drawn)
    require(rules.can_record_finding(by, sheet.drawn))
    attach(owner=sheet, proofs=sheet.proofs, proof=proof, by=by, at=at)


@transaction.atomic
def remove_photo(*, proof: SheetProof, by: User, at: datetime) -> None:
    """Take it off the sheet; what the finding has already shown stays with the finding until it is corrected."""
    hold(proof.sheet.drawn)
    require(rules.can_record_finding(by, proof.sheet.drawn))
    detach(owner=proof.sheet, proof=proof, by=by, at=at)


@transaction.atomic
def conclude_sheet(*, sheet: InspectionSheet, version: int, by: User, at: datetime) -> Finding:
    """Make the sheet the finding (记录结论), or its correction; `version` is that of the finding this person saw.

    Raises StaleError when the sheet is another one by now, and ValidationError where a basis was written and no points
    were chosen: a finding has no place for it.
    """
    hold(sheet.drawn)
    if not InspectionSheet.objects.filter(pk=sheet.pk, version=sheet.version).exists():
        raise StaleError(sheet)
    check_bases(sheet.marks)
    finding = record_finding(
        drawn=sheet.drawn,
        outcome=sheet.outcome,
        note=sheet.note,
        rectify_by_date=sheet.rectify_by_date,
        marks=given_marks(sheet.marks, drawn=sheet.drawn),
        answers=sheet.answers,
        proofs=sheet.proofs.all(),
        version=version,
        by=by,
        at=at,
    )
    sheet.delete()
    return finding


def words_of(sheet: InspectionSheet) -> SheetWords:
    said = {each.name: getattr(sheet, each.name) for each in fields(SheetWords)}
    return SheetWords(**said)


def check_bases(marks: dict[str, dict[str, str]], *, before: Mapping[str, str] | None = None) -> None:
    """Raise ValidationError, beside the criterion, for a basis (依据) that was written without points or a tick.

    `before` are the bases of the marks that stand, by criterion: the basis of one that is taken back goes with it.
    """
    standing = before or {}
    unmarked = [
        number
        for number, mark in marks.items()
        if mark["note"].strip() and not mark["points"] and mark["note"] != standing.get(number)
    ]
    if unmarked:
        words = "已写依据，但没有选分值或勾选这种情形。请补选；不评分的，请把依据移到“核查情况”后清空。"
        raise ValidationError({f"basis_{number}": words for number in unmarked})


def given_marks(marks: dict[str, dict[str, str]], *, drawn: Drawn) -> list[GivenMark]:
    """The marks that count among what was written: a veto that was ticked, points that are not nothing."""
    rubric = drawn.spot_check.rubric
    criteria = {str(each.pk): each for each in rubric.criteria.all()} if rubric else {}
    given = [
        GivenMark(criterion=criteria[number], points=Decimal(mark["points"]), note=mark["note"])
        for number, mark in marks.items()
        if number in criteria and mark["points"]
    ]
    return sorted(given, key=lambda mark: (Criterion.Kind.values.index(mark.criterion.kind), mark.criterion.position))


def _copy_proofs(finding: Finding, sheet: InspectionSheet) -> None:
    SheetProof.objects.bulk_create(
        SheetProof(
            sheet=sheet,
            file_id=proof.file_id,
            index_number=proof.index_number,
            added_by_id=proof.added_by_id,
            added_at=proof.added_at,
        )
        for proof in finding.proofs.all()
    )


# The clock in which a unit may object to a finding (异议期限): it starts when the unit is told, afresh at a correction.

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
