"""Making a backup (备份): the portal as it was at one moment, while work goes on.

The folder may hold a backup that was interrupted: what is whole in it is kept, the rest is made anew.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from psycopg import Connection

from ninghai.accounts.audit.anchors import anchor_file
from ninghai.operations.backups.file_lock import files_held
from ninghai.operations.backups.manifest import (
    ANCHORS,
    DUMP,
    FILE_LIST,
    FORMAT,
    MANIFEST,
    BackupError,
    KeptFile,
    Manifest,
    copy,
    has_bytes,
    is_there,
    parts_of,
    sha256_of,
    share,
    write_manifest,
)
from ninghai.operations.backups.retention import UNFINISHED
from ninghai.operations.backups.server import fingerprint, owner_connection, run_program, sequences

Tell = Callable[[str], object]
OWN = frozenset({DUMP, FILE_LIST, "files", ANCHORS, f"{MANIFEST}.part", UNFINISHED})
EVERY = 500  # files between two lines of progress
JOBS = "2"
PASSED_THROUGH, SEEN = 0o710, 0o640  # the group may look how old a backup is (`age`), and at nothing else of it


def back_up(folder: Path, *, at: datetime, tell: Tell, earlier: Path | None = None) -> Manifest:
    """Fill the folder, sharing files with an earlier backup; returns what was kept. Raises CannotKeep."""
    with _only_for_me():
        _prepare(folder)
        manifest = _filled(folder, at=at, tell=tell, earlier=earlier)
        (folder / UNFINISHED).unlink()
        write_manifest(folder, manifest)
    (folder / MANIFEST).chmod(SEEN)
    folder.chmod(PASSED_THROUGH)
    return manifest


def _filled(folder: Path, *, at: datetime, tell: Tell, earlier: Path | None) -> Manifest:
    with owner_connection() as direct, files_held(direct), direct.transaction():
        direct.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(direct, "SELECT pg_export_snapshot()")
        before = sequences(direct)
        tell("1/3 导出数据库……")
        _dump(folder, snapshot=snapshot)
        after = sequences(direct)
        files, size, damaged = _copy_files(direct, folder, tell=tell, earlier=earlier)
        if anchor_file().exists():
            shutil.copyfile(anchor_file(), folder / ANCHORS)
        tell("3/3 计算各表的校验值……")
        return Manifest(
            format=FORMAT,
            made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
            server_version=direct.info.server_version,
            owner=settings.DATABASE_OWNER["USER"],
            runtime=settings.DATABASES["default"]["USER"],
            migrations=[f"{app}.{name}" for app, name in direct.execute("SELECT app, name FROM django_migrations")],
            **fingerprint(direct),
            sequences={name: [number, after[name]] for name, number in before.items()},
            file_count=files,
            file_bytes=size,
            damaged=damaged,
            parts={name: sha256_of(folder / name) for name in parts_of(folder)},
        )


@contextmanager
def _only_for_me() -> Iterator[None]:
    """Whatever is written meanwhile, by pg_dump too, only the writer may read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _prepare(folder: Path) -> None:
    """The folder is new, empty, or holds a backup of ours that was interrupted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / MANIFEST).exists():
        raise BackupError(f"{folder} 已经是一份完整的备份，请换一个新的目录。")
    found = {each.name for each in folder.iterdir()}
    if found and (found - OWN or UNFINISHED not in found):
        raise BackupError(f"{folder} 里有别的文件，请换一个空的目录。")
    (folder / UNFINISHED).touch()


def _dump(folder: Path, *, snapshot: str) -> None:
    shutil.rmtree(folder / DUMP, ignore_errors=True)
    whole = f"--snapshot={snapshot}", f"--jobs={JOBS}", "--format=directory", "--compress=1"
    run_program("pg_dump", *whole, f"--file={folder / DUMP}")


def _copy_files(
    direct: "Connection[Any]", folder: Path, *, tell: Tell, earlier: Path | None
) -> tuple[int, int, list[str]]:
    """Copy what the snapshot knows and list it; returns how many, their bytes, and the paths that were not as stored."""
    total = int(_one(direct, "SELECT count(*) FROM ninghai_storedfile"))
    tell(f"2/3 复制文件，共 {total} 个……")
    count = size = 0
    damaged: list[str] = []
    with (folder / FILE_LIST).open("w", encoding="utf-8") as listed:
        for kept in _stored_files(direct):
            count, size = count + 1, size + kept.size
            if not _keep(kept, folder, earlier=earlier):
                damaged.append(kept.path)
            listed.write(json.dumps(asdict(kept)) + "\n")
            if count % EVERY == 0:
                tell(f"    已复制 {count} 个，共 {total} 个")
    return count, size, damaged


def _stored_files(direct: "Connection[Any]") -> Iterator[KeptFile]:
    with direct.cursor(name="stored_files") as cursor:
        cursor.execute("SELECT file, sha256, size FROM ninghai_storedfile ORDER BY file")
        for path, sha256, size in cursor:
            yield KeptFile(path=path, sha256=sha256, size=size)


def _keep(kept: KeptFile, folder: Path, *, earlier: Path | None) -> bool:
    target = kept.place(folder)
    if is_there(target, kept=kept):
        return True
    try:
        with storages["private"].open(kept.path) as source:
            if earlier and has_bytes(source, kept=kept) and share(kept, earlier=earlier, target=target):
                return True
            source.seek(0)
            return copy(source, target, kept=kept)
    except FileNotFoundError:
        return False


def _one(direct: "Connection[Any]", asked: str) -> str:
    row = direct.execute(asked).fetchone()
    return str(row[0]) if row else ""
