"""The inspector's sheet (核查底稿): saved as often as needed, with photographs, until it becomes the finding."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.models import StoredFile, User
from ninghai.moves import StaleError, require
from tasks import rules
from tasks.models import Criterion, Drawn, Finding, InspectionSheet, SheetProof
from tasks.services.evidence import attach, detach
from tasks.services.spot_checks.findings import hold, must_be_correctable, record_finding
from tasks.spot_checks.finding_score import GivenMark


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """What is written on a sheet, complete or not; `marks` as `InspectionSheet.marks` keeps them."""

    outcome: str = ""
    note: str = ""
    rectify_by_date: date | None = None
    marks: dict[str, dict[str, str]] = field(default_factory=dict)


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
        proofs=sheet.proofs.all(),
        version=version,
        by=by,
        at=at,
    )
    sheet.delete()
    return finding


def words_of(sheet: InspectionSheet) -> SheetWords:
    return SheetWords(outcome=sheet.outcome, note=sheet.note, rectify_by_date=sheet.rectify_by_date, marks=sheet.marks)


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
        told = "已写依据，但没有选分值或勾选这种情形。请补选；不评分的，请把依据移到“核查情况”后清空。"
        raise ValidationError({f"basis_{number}": told for number in unmarked})


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
