"""The shelf (BACKUP_DIR): a folder for each backup, named by its moment in the county's time, and how long each stays there."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from ninghai.safe_keeping.manifest import MANIFEST
from ninghai.safe_keeping.problem import CannotKeep

FORM = "%Y-%m-%d-%H%M"
NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{4}")
UNFINISHED = "unfinished"  # lies in a folder until its backup is whole


def new_folder(shelf: Path, *, at: datetime) -> Path:
    """Never one that is there already: a backup that another process is still making must be left alone."""
    folder = shelf / timezone.localtime(at).strftime(FORM)
    if folder.exists():
        raise CannotKeep(f"这一分钟已经开始了一份备份（{folder}），请过一分钟再执行。")
    return folder


def discard_old(shelf: Path, *, days: int, at: datetime) -> list[str]:
    """Folders of ours that are older than so many days, the newest whole one never; whatever else lies there stays."""
    whole = [folder for folder in _ours(shelf) if (folder / MANIFEST).exists()]
    first_kept = timezone.localtime(at - timedelta(days=days)).strftime(FORM)
    gone = [folder for folder in _ours(shelf) if folder.name < first_kept and folder != max(whole, default=None)]
    for folder in gone:
        (folder / MANIFEST).unlink(missing_ok=True)  # half a backup never looks like a whole one
        shutil.rmtree(folder)
    return [folder.name for folder in gone]


def newest_whole(shelf: Path) -> Path | None:
    return max((folder for folder in _ours(shelf) if (folder / MANIFEST).exists()), default=None)


def _ours(shelf: Path) -> Iterator[Path]:
    for folder in sorted(shelf.iterdir()) if shelf.exists() else []:
        if NAME.fullmatch(folder.name) and ((folder / MANIFEST).exists() or (folder / UNFINISHED).exists()):
            yield folder
