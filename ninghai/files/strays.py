"""Strays (游离文件): bytes without a row, as a process leaves them that was killed between writing and committing."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ninghai.models import StoredFile
from ninghai.models.stored_file import private_storage

GRACE = 24 * 3600.0  # seconds; by then whoever wrote the file has committed or is gone


def stray_files(*, older_than: float = GRACE) -> Iterator[Path]:
    """Files that no row names, written longer ago than so many seconds by the machine's own clock."""
    root = Path(private_storage().path(""))
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        found = {path.name: path for path in folder.iterdir()}
        ids = [name for name in found if len(name) == 32 and not set(name) - set("0123456789abcdef")]
        named = {pk.hex for pk in StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True)}
        for name in found.keys() - named:
            with suppress(FileNotFoundError):
                if time.time() - found[name].stat().st_mtime >= older_than:
                    yield found[name]


def discard_stray_files() -> int:
    """Delete them; return how many are gone."""
    strays = list(stray_files())
    for stray in strays:
        stray.unlink(missing_ok=True)
    return len(strays)
