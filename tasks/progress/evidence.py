"""Evidence (佐证材料): files, and items of the public catalogue (looked up where `disclosure` registers it); added to a record and taken away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Manager, Model

from ninghai.files import discard
from ninghai.models import AuditEntry, StoredFile, User
from ninghai.models.state_machine import require
from tasks import rules
from tasks.models import Evidence, ProgressReport
from tasks.models.progress import Proof

# Where `tasks` learns about the public catalogue, on which evidence may rest: `disclosure` registers a lookup when it starts.


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A published item, as much as evidence shows of it."""

    title: str
    url: str


class CatalogueLookup(Protocol):
    """The items published at that moment among these index numbers (索引号)."""

    def __call__(self, index_numbers: Collection[str], *, at: datetime) -> Mapping[str, CatalogueItem]: ...


_lookups: list[CatalogueLookup] = []


def register_catalogue(lookup: CatalogueLookup) -> None:
    """Called once, from the `ready()` of the app that keeps the catalogue."""
    _lookups[:] = [lookup]


def catalogue_items(index_numbers: Collection[str], *, at: datetime) -> dict[str, CatalogueItem]:
    """The published items of these index numbers; unknown and unpublished ones are absent."""
    if not index_numbers:
        return {}
    return {number: item for lookup in _lookups for number, item in lookup(index_numbers, at=at).items()}


# Evidence (佐证材料): files and index numbers, added to a record and taken away while it is with whom it belongs to.

MOST_EVIDENCE = 20  # pieces of one record

P = TypeVar("P", bound=Proof)


class EvidenceRefused(ValidationError):
    """This piece cannot be evidence; a sentence says why."""


@transaction.atomic
def add_evidence(*, report: ProgressReport, proof: StoredFile | str, by: User, at: datetime) -> Evidence:
    """Add a stored file, or the index number (索引号) of a published item. What the report already has is not added twice."""
    report = _locked(report)
    require(rules.can_edit_report(by, report))
    return attach(owner=report, proofs=report.evidence, proof=proof, by=by, at=at)


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take a piece away; a file that nothing else needs is deleted, its hash stays in the audit trail."""
    report = _locked(evidence.report)
    require(rules.can_edit_report(by, report))
    detach(owner=report, proof=evidence, by=by, at=at)


# --- Of whatever record ---------------------------------------------------------------------------------


def attach(*, owner: Model, proofs: "Manager[P]", proof: StoredFile | str, by: User, at: datetime) -> P:
    """Add a piece to the record that `proofs` belong to; its service has asked the rule and holds the record."""
    if already := _find(proofs, proof):
        if isinstance(proof, StoredFile) and already.file_id != proof.pk:
            discard(proof)
        return already
    if proofs.count() >= MOST_EVIDENCE:
        raise EvidenceRefused(f"最多附{MOST_EVIDENCE}份材料，请合并后再添加。")
    piece = {"file": proof} if isinstance(proof, StoredFile) else {"index_number": _published(proof, at=at)}
    added = proofs.create(added_by=by, added_at=at, **piece)
    _note(owner, added, action="add_evidence", by=by, at=at)
    return added


def detach(*, owner: Model, proof: Proof, by: User, at: datetime) -> None:
    """Take it away; a file that nothing else needs is deleted, its hash stays in the audit trail."""
    _note(owner, proof, action="remove_evidence", by=by, at=at)
    stored = proof.file
    proof.delete()
    if stored:
        discard(stored)


def _locked(report: ProgressReport) -> ProgressReport:
    """The report as it is now: nothing is added to one that has just left the clerk."""
    return ProgressReport.objects.select_related("assignment__unit").lock(report.pk)


def _find(proofs: "Manager[P]", proof: StoredFile | str) -> P | None:
    if isinstance(proof, StoredFile):
        return proofs.filter(file__sha256=proof.sha256).first()
    return proofs.filter(index_number=proof.strip()).exclude(index_number="").first()


def _published(index_number: str, *, at: datetime) -> str:
    number = index_number.strip()
    if number not in catalogue_items([number], at=at):
        raise EvidenceRefused(
            "公开目录中没有这个索引号。请从信息的详情页复制完整的索引号，尚未公开的信息请改为上传文件。"
        )
    return number


def _note(owner: Model, proof: Proof, *, action: str, by: User, at: datetime) -> None:
    stored = proof.file
    detail = {"name": str(proof), "sha256": stored.sha256 if stored else ""}
    AuditEntry.objects.record(action=action, target=owner, by=by, at=at, detail=detail)
