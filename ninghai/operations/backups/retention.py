"""The shelf (BACKUP_DIR): a folder for each backup, named by its moment in the county's time, and how long each stays there."""

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from ninghai.operations.backups.manifest import MANIFEST, BackupError, KeptFile, is_there

FORM = "%Y-%m-%d-%H%M"
NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{4}")
UNFINISHED = "unfinished"  # lies in a folder until its backup is whole


def new_folder(shelf: Path, *, at: datetime) -> Path:
    """Never one that is there already: a backup that another process is still making must be left alone."""
    folder = shelf / timezone.localtime(at).strftime(FORM)
    if folder.exists():
        raise BackupError(f"这一分钟已经开始了一份备份（{folder}），请过一分钟再执行。")
    return folder


def discard_old(shelf: Path, *, days: int, at: datetime, damaged: Sequence[KeptFile] = ()) -> list[str]:
    """Folders of ours that are older than so many days; returns their names. Whatever else lies there stays.

    The newest whole one never goes, nor for each damaged file the newest that still has its bytes.
    """
    whole = [folder for folder in _ours(shelf) if (folder / MANIFEST).exists()]
    needed = {max(whole, default=None), *(_newest_with(each, whole) for each in damaged)}
    first_kept = timezone.localtime(at - timedelta(days=days)).strftime(FORM)
    gone = [folder for folder in _ours(shelf) if folder.name < first_kept and folder not in needed]
    for folder in gone:
        (folder / MANIFEST).unlink(missing_ok=True)  # half a backup never looks like a whole one
        shutil.rmtree(folder)
    return [folder.name for folder in gone]


def _newest_with(file: KeptFile, backups: list[Path]) -> Path | None:
    return next((folder for folder in reversed(backups) if is_there(file.place(folder), kept=file)), None)


def newest_whole(shelf: Path) -> Path | None:
    return max((folder for folder in _ours(shelf) if (folder / MANIFEST).exists()), default=None)


def _ours(shelf: Path) -> Iterator[Path]:
    for folder in sorted(shelf.iterdir()) if shelf.exists() else []:
        if NAME.fullmatch(folder.name) and ((folder / MANIFEST).exists() or (folder / UNFINISHED).exists()):
            yield folder


# How old the newest whole backup is.


def hours_since_backup(folder: str) -> float | None:
    """Of the backups below the folder; None where there is none, or none that may be seen."""
    try:
        made = [manifest.stat().st_mtime for manifest in Path(folder).glob(f"*/{MANIFEST}")]
    except OSError:
        return None
    return round((time.time() - max(made)) / 3600, 1) if made else None
