"""Editions of a catalogue (版本): the state that the public reads, frozen, with what has changed since the last one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.basic_catalogue.changes import Change, changes_between, summary
from disclosure.basic_catalogue.keeping import may_keep
from disclosure.basic_catalogue.rows import Row, fingerprint, rows_of
from disclosure.models import BasicCatalogue, CatalogueEdition, CatalogueEntry
from disclosure.privacy.short_words import require_impersonal
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require


@dataclass(frozen=True, slots=True)
class Proposal:
    """What publishing now would freeze: shown first, and published only as it was shown."""

    rows: list[Row]
    explanation: str
    last: CatalogueEdition | None
    changes: list[Change]

    @property
    def number(self) -> int:
        return self.last.number + 1 if self.last else 1

    @property
    def seen(self) -> str:
        return fingerprint([self.rows, self.explanation, self.number])

    @property
    def is_explanation_new(self) -> bool:
        return self.last is not None and self.last.explanation != self.explanation

    @property
    def obstacle(self) -> str:
        """Why there is nothing to publish, as a sentence for the screen."""
        if not self.rows:
            return "目录里没有在用的事项，不能发布。请先添加或恢复事项。"
        if self.last and not self.changes and not self.is_explanation_new:
            return f"与第{self.last.number}版相比没有变化，不需要发布新版。"
        return ""


def last_edition(catalogue: BasicCatalogue) -> CatalogueEdition | None:
    return catalogue.editions.order_by("-number").first()


def proposal_for(catalogue: BasicCatalogue, *, on: date) -> Proposal:
    rows, last = rows_of(catalogue, on=on), last_edition(catalogue)
    changes = changes_between(cast(list[Row], last.rows), rows) if last else []
    return Proposal(rows=rows, explanation=catalogue.explanation, last=last, changes=changes)


@transaction.atomic
def publish_edition(*, catalogue: BasicCatalogue, note: str, seen: str, by: User, at: datetime) -> CatalogueEdition:
    """Freeze the catalogue as its next edition (发布新版) for the public to read, with a note on why it has changed.

    `seen` is the proposal that the person was shown: StaleError when the catalogue has changed since then. Raises
    ValidationError when nothing has changed since the last edition.
    """
    require(may_keep(by))
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    proposal = proposal_for(locked, on=timezone.localtime(at).date())
    if proposal.seen != seen:
        raise StaleError(catalogue)
    if proposal.obstacle:
        raise ValidationError(proposal.obstacle)
    if not note.strip():
        raise ValidationError({"note": "请填写变更说明，公众会看到它。"})
    require_impersonal(note, field="note", what="变更说明")
    require_impersonal(proposal.explanation, field="note", what="目录说明")
    return _freeze(locked, proposal, note=note.strip(), by=by, at=at)


@transaction.atomic
def publish_first_edition(*, catalogue: BasicCatalogue, note: str, at: datetime) -> CatalogueEdition | None:
    """What the portal ships is public from the start: edition 1, unless there is one or the catalogue is empty."""
    locked = BasicCatalogue.objects.select_for_update().get(pk=catalogue.pk)
    proposal = proposal_for(locked, on=timezone.localtime(at).date())
    if proposal.last or proposal.obstacle:
        return None
    return _freeze(locked, proposal, note=note, by=None, at=at)


def _freeze(
    catalogue: BasicCatalogue, proposal: Proposal, *, note: str, by: User | None, at: datetime
) -> CatalogueEdition:
    edition = CatalogueEdition.objects.create(
        catalogue=catalogue,
        number=proposal.number,
        published_at=at,
        published_by=by,
        explanation=proposal.explanation,
        note=note,
        rows=proposal.rows,
        changes=proposal.changes,
    )
    _name_for_the_public(proposal.rows)
    detail = {"number": edition.number, "rows": len(proposal.rows), "changes": summary(proposal.changes)}
    AuditEntry.objects.record(action="publish_edition", target=edition, by=by, at=at, reason=note, detail=detail)
    return edition


def _name_for_the_public(rows: list[Row]) -> None:
    """Lists, pages, downloads and the interface call a duty as the newest edition does, from now on."""
    names = {row["code"]: row["name"] for row in rows}
    entries = list(CatalogueEntry.objects.filter(code__in=names).only("code", "public_name"))
    changed = [entry for entry in entries if entry.public_name != names[entry.code]]
    for entry in changed:
        entry.public_name = names[entry.code]
    CatalogueEntry.objects.bulk_update(changed, ["public_name"], batch_size=500)
