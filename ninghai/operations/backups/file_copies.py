"""Copying one file: in pieces, hashed on the way, under its name only when it is whole."""

import hashlib
import os
from pathlib import Path
from typing import IO

from ninghai.operations.backups.manifest import PIECE, KeptFile, sha256_of


def copy(source: IO[bytes], target: Path, *, kept: KeptFile, mode: int = 0o640) -> bool:
    """False, and nothing at the target, when the bytes are not those that were stored."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    digest = hashlib.sha256()
    with unfinished.open("wb") as out:
        while piece := source.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != kept.sha256:
        unfinished.unlink()
        return False
    unfinished.chmod(mode)
    unfinished.replace(target)
    return True


def is_there(target: Path, *, kept: KeptFile) -> bool:
    """Whether an earlier, interrupted run has brought these bytes here."""
    return target.exists() and target.stat().st_size == kept.size and sha256_of(target) == kept.sha256


def has_bytes(source: IO[bytes], *, kept: KeptFile) -> bool:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest() == kept.sha256


def share(kept: KeptFile, *, earlier: Path, target: Path) -> bool:
    """Let a new backup have the file of an earlier one, which takes no room; False where that is not what was stored."""
    there = kept.place(earlier)
    if not is_there(there, kept=kept):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(there)
    except OSError:  # another disk, or one that cannot
        return False
    return True
