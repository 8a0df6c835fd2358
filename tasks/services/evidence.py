"""The evidence (佐证材料) of a report: files and index numbers, added and taken away while the clerk has the report."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from ninghai.files import discard
from ninghai.models import AuditEntry, StoredFile, User
from ninghai.moves import require
from tasks import rules
from tasks.evidence import catalogue_items
from tasks.models import Evidence, ProgressReport

MOST_EVIDENCE = 20  # pieces in one report


class EvidenceRefused(ValidationError):
    """This piece cannot be evidence; a sentence says why."""


@transaction.atomic
def add_evidence(*, report: ProgressReport, proof: StoredFile | str, by: User, at: datetime) -> Evidence:
    """Add a stored file, or the index number (索引号) of a published item. What the report already has is not added twice."""
    report = _locked(report)
    require(rules.can_edit_report(by, report))
    if already := _find(report, proof):
        if isinstance(proof, StoredFile) and already.file_id != proof.pk:
            discard(proof)
        return already
    if report.evidence.count() >= MOST_EVIDENCE:
        raise EvidenceRefused(f"一份填报最多附{MOST_EVIDENCE}份材料，请合并后再添加。")
    evidence = Evidence(report=report, added_by=by, added_at=at)
    if isinstance(proof, StoredFile):
        evidence.file = proof
    else:
        evidence.index_number = _published(proof, at=at)
    evidence.save()
    _note(evidence, action="add_evidence", by=by, at=at)
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take a piece away; a file that nothing else needs is deleted, its hash stays in the audit trail."""
    report = _locked(evidence.report)
    require(rules.can_edit_report(by, report))
    _note(evidence, action="remove_evidence", by=by, at=at)
    stored = evidence.file
    evidence.delete()
    if stored:
        discard(stored)


def _locked(report: ProgressReport) -> ProgressReport:
    """The report as it is now: nothing is added to one that has just left the clerk."""
    rows = ProgressReport.objects.select_related("assignment__unit")
    return rows.select_for_update(of=("self",)).get(pk=report.pk)


def _find(report: ProgressReport, proof: StoredFile | str) -> Evidence | None:
    if isinstance(proof, StoredFile):
        return report.evidence.filter(file__sha256=proof.sha256).first()
    return report.evidence.filter(index_number=proof.strip()).exclude(index_number="").first()


def _published(index_number: str, *, at: datetime) -> str:
    number = index_number.strip()
    if number not in catalogue_items([number], at=at):
        raise EvidenceRefused(
            "公开目录中没有这个索引号。请从信息的详情页复制完整的索引号，尚未公开的信息请改为上传文件。"
        )
    return number


def _note(evidence: Evidence, *, action: str, by: User, at: datetime) -> None:
    stored = evidence.file
    detail = {"name": str(evidence), "sha256": stored.sha256 if stored else ""}
    AuditEntry.objects.record(action=action, target=evidence.report, by=by, at=at, detail=detail)
