"""Files that nothing needs any more (无用文件): drafts that a signed report has replaced, uploads of forms given up."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from disclosure.models import Attachment, CatalogueEdition, ItemImport, VersionFile
from ninghai import clock
from ninghai.files import discard
from ninghai.models import StoredFile
from reports.models import Report
from tasks.models import (
    BreakdownUpload,
    Evidence,
    FindingProof,
    ObjectionProof,
    RectificationProof,
    ScoreEntry,
    SheetProof,
    WorkPointNotice,
)

GRACE = timedelta(days=1)  # a refused form may still be sent again with the files that it carries along
REFERENCES = (
    (WorkPointNotice, "source_file"),
    (BreakdownUpload, "file"),
    (Evidence, "file"),
    (FindingProof, "file"),
    (ObjectionProof, "file"),
    (RectificationProof, "file"),
    (SheetProof, "file"),
    (ScoreEntry, "file"),
    (Attachment, "file"),
    (Attachment, "original"),
    (VersionFile, "file"),
    (VersionFile, "original"),
    (CatalogueEdition, "booklet"),
    (ItemImport, "workbook"),
    (ItemImport, "archive"),
    (Report, "file"),
)


def unneeded_files(*, at: datetime) -> QuerySet[StoredFile]:
    """The files older than a day to which no record refers, oldest first."""
    needed = [Exists(model._base_manager.filter(**{name: OuterRef("pk")})) for model, name in REFERENCES]
    return StoredFile.objects.filter(*(~need for need in needed), stored_at__lt=at - GRACE)


def discard_unneeded_files() -> int:
    """Delete them, each in a transaction of its own; return how many are gone."""
    now = clock.now()
    return sum(_discard(pk, at=now) for pk in unneeded_files(at=now).values_list("pk", flat=True))


@transaction.atomic
def _discard(pk: UUID, *, at: datetime) -> bool:
    """Delete the file unless a record takes it at this very moment: the lock keeps out whoever comes later."""
    stored = unneeded_files(at=at).select_for_update(skip_locked=True).filter(pk=pk).first()
    return stored is not None and discard(stored)
