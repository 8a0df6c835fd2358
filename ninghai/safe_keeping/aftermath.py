"""After a restore: the trail tells of it, its anchors are held to the chain that came back, kept pages are forgotten."""

import logging
import shutil
from datetime import datetime
from pathlib import Path

from django.core.cache import cache
from django.db import transaction
from redis import RedisError

from ninghai.audit_trail.anchors import RESTORED, anchor_file, drop_anchor
from ninghai.audit_trail.sealing import seal_everything
from ninghai.models import AuditEntry, SafetyCheck
from ninghai.safe_keeping.manifest import ANCHORS, Manifest

logger = logging.getLogger(__name__)


def note_restore(folder: Path, manifest: Manifest, *, at: datetime) -> None:
    """What was anchored after the backup went with the database that is gone: the file says so from here on."""
    file = anchor_file()
    if not file.exists() and (folder / ANCHORS).exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / ANCHORS, file)
    drop_anchor(at=at, event=RESTORED)
    _record(manifest, at=at)
    seal_everything(at=at)
    try:
        cache.clear()
    except RedisError as away:
        logger.warning("cache is away, pages of before may be shown for a while: %s", away)


@transaction.atomic
def _record(manifest: Manifest, *, at: datetime) -> None:
    """Among the checks and in the trail."""
    rows = sum(table[0] for table in manifest.tables.values())
    words = f"由 {manifest.made_at} 的备份恢复，{len(manifest.tables)} 个表、{manifest.file_count} 个文件，比对一致。"
    check = SafetyCheck.objects.create(kind=SafetyCheck.Kind.RESTORE, at=at, is_good=True, looked_at=rows, words=words)
    AuditEntry.objects.record(
        action=AuditEntry.Action.RESTORE, target=check, by=None, at=at, detail={"made_at": manifest.made_at}
    )
