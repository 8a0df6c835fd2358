"""Restoring (恢复): a backup back into an empty database and folder, then everything compared with its manifest.

Interrupted, it may be started again with the same backup: what it had begun in the database is cleared away first. Once
everything is back and compared, only what comes after it is done again (`is_back`, `finish`).
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import Connection, sql
from redis import RedisError

from ninghai.accounts.audit.anchors import RESTORED, anchor_file, drop_anchor
from ninghai.accounts.audit.sealing import seal_everything
from ninghai.models import AuditEntry, SafetyCheck
from ninghai.operations.backups.manifest import (
    ANCHORS,
    DUMP,
    BackupError,
    KeptFile,
    Manifest,
    copy,
    is_there,
    kept_files,
    verify_backup,
)
from ninghai.operations.backups.server import fingerprint, owner_connection, run_program, sequences

# The restored database against the manifest of its backup: every table, sequence, constraint, trigger and grant.


def differences(direct: "Connection[Any]", manifest: Manifest) -> list[str]:
    """What differs, each in one sentence; nothing when the restore is whole."""
    now = fingerprint(direct)
    return [
        *_tables(manifest.tables, now["tables"]),
        *_schema(manifest.schema, now["schema"]),
        *_sequences(manifest.sequences, sequences(direct)),
    ]


def _tables(then: dict[str, list[Any]], now: dict[str, list[Any]]) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now or name not in then:
            yield f"表 {name} {'没有恢复' if name in then else '是备份里没有的'}。"
        elif then[name][0] != now[name][0]:
            yield f"表 {name} 应有 {then[name][0]} 行，恢复后 {now[name][0]} 行。"
        elif then[name][1] != now[name][1]:
            yield f"表 {name} 的内容与备份时不同。"


def _schema(then: dict[str, list[str]], now: dict[str, list[str]]) -> Iterator[str]:
    for part, lines in then.items():
        missing, added = set(lines) - set(now[part]), set(now[part]) - set(lines)
        for line in sorted(missing)[:3]:
            yield f"{part}没有恢复：{line[:120]}"
        for line in sorted(added)[:3]:
            yield f"{part}是备份里没有的：{line[:120]}"


def _sequences(then: dict[str, list[int]], now: dict[str, int]) -> Iterator[str]:
    for name, (low, high) in then.items():
        if not low <= now.get(name, 0) <= high:
            yield f"序列 {name} 应在 {low} 至 {high} 之间，恢复后为 {now.get(name)}。"


Tell = Callable[[str], object]
EVERY = 500
JOBS = "2"
INDEXING = "-c maintenance_work_mem=256MB"  # for each job: a large index is written in fewer passes
BEGUN = "restore begun from the backup of "
BACK = "restored, to be finished, from the backup of "
TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = 'public'::regnamespace"
MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
NO_RIGHTS_BY_THEMSELVES = "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM {}"
CLEAR = """
DO $$
DECLARE each record;
BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', each.name);
    END LOOP;
    FOR each IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', each.name);
    END LOOP;
END
$$
"""


def restore(folder: Path, *, tell: Tell) -> tuple[Manifest, list[str]]:
    """Bring the backup back; returns its manifest and what differs from it afterwards. Raises CannotKeep."""
    tell("1/5 校验备份……")
    manifest, broken = verify_backup(folder, tell=tell)
    if broken:
        raise BackupError(f"备份已经损坏，没有恢复。{broken[0]}请换一份备份。")
    _must_fit(manifest)
    _must_be_writable(Path(storages["private"].path("")), anchor_file().parent)
    with owner_connection() as direct:
        _must_be_empty(direct, manifest)
        _must_not_hold_other_files(folder, manifest)
        tell("2/5 恢复数据库……")
        _restore_database(direct, folder, manifest)
        tell(f"3/5 恢复文件，共 {manifest.file_count} 个……")
        _restore_files(folder, manifest, tell=tell)
        tell("4/5 逐表比对行数和校验值……")
        found = differences(direct, manifest)
        if not found:
            _mark(direct, BACK + manifest.made_at)
            tell("5/5 更新统计信息……")
            direct.execute("ANALYZE")
    return manifest, found


def is_back(manifest: Manifest) -> bool:
    """Whether the database holds this backup, compared and alike, and only `finish` is missing."""
    with owner_connection() as direct:
        return bool(_value(direct, MARK) == BACK + manifest.made_at)


def finish() -> None:
    """Note that nothing of the restore is left to be done."""
    with owner_connection() as direct:
        _mark(direct, None)


def _steps_known() -> Iterator[tuple[str, str]]:
    """The migrations of this program, and the former ones that they stand for."""
    for step, migration in (MigrationLoader(None).disk_migrations or {}).items():
        yield step
        yield from migration.replaces


def _must_fit(manifest: Manifest) -> None:
    """The program knows the backup's schema, and the roles are called as they were."""
    known = {f"{app}.{name}" for app, name in _steps_known()}
    if newer := sorted(set(manifest.migrations) - known):
        raise BackupError(f"备份由更新的程序制作（{newer[0]}），请先安装那个版本，再恢复。")
    for named, now in (
        (manifest.owner, settings.DATABASE_OWNER["USER"]),
        (manifest.runtime, settings.DATABASES["default"]["USER"]),
    ):
        if named != now:
            raise BackupError(f"备份使用的数据库角色是 {named}，现在的设置是 {now}，请使用相同的角色名。")


def _must_be_writable(*folders: Path) -> None:
    """Said at once, and not after the database has come back."""
    for folder in folders:
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise BackupError(f"不能写入 {folder}，没有恢复。请先把它交给执行恢复的用户（docs/deployment 第 8 节）。")


def _must_be_empty(direct: "Connection[Any]", manifest: Manifest) -> None:
    """An empty database, or one in which the restore of this very backup was interrupted."""
    if not (count := _value(direct, TABLES)):
        return
    if _value(direct, MARK) != BEGUN + manifest.made_at:
        raise BackupError(
            f"数据库不是空的（已有 {count} 个表），没有恢复。请先新建一个空数据库（见 ninghai/operations/devservices/roles.sql），再恢复。"
        )
    direct.execute(CLEAR)


def _must_not_hold_other_files(folder: Path, manifest: Manifest) -> None:
    """No file of the folder would be overwritten with other bytes."""
    for kept in kept_files(folder):
        target = _target(kept)
        if target.exists() and not is_there(target, kept=kept):
            raise BackupError(f"文件目录里已有内容不同的 {kept.path}，没有恢复。请换一个空的 PRIVATE_FILES_DIR。")


def _restore_database(direct: "Connection[Any]", folder: Path, manifest: Manifest) -> None:
    """Rights that new tables get by themselves are put off until the dump gives them: else they would come on top of its own."""
    _mark(direct, BEGUN + manifest.made_at)
    for kind in ("TABLES", "SEQUENCES"):
        direct.execute(sql.SQL(NO_RIGHTS_BY_THEMSELVES).format(sql.Identifier(manifest.runtime), kind=sql.SQL(kind)))
    database = f"--dbname={direct.info.dbname}"
    run_program("pg_restore", database, f"--jobs={JOBS}", "--exit-on-error", str(folder / DUMP), options=INDEXING)


def _restore_files(folder: Path, manifest: Manifest, *, tell: Tell) -> None:
    damaged = frozenset(manifest.damaged)
    for count, kept in enumerate(kept_files(folder), start=1):
        target = _target(kept)
        if kept.path not in damaged and not target.exists():
            with kept.place(folder).open("rb") as source:
                if not copy(source, target, kept=kept, mode=settings.FILE_UPLOAD_PERMISSIONS):
                    raise BackupError(f"文件 {kept.path} 写入后与备份不一致，请检查磁盘后重新执行 restore。")
        if count % EVERY == 0:
            tell(f"    已恢复 {count} 个文件，共 {manifest.file_count} 个")


def _target(kept: KeptFile) -> Path:
    return Path(storages["private"].path(kept.path))


def _mark(direct: "Connection[Any]", words: str | None) -> None:
    """A comment on the database: whose restore is under way in it."""
    name = sql.Identifier(direct.info.dbname)
    direct.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(words)))


def _value(direct: "Connection[Any]", asked: str) -> Any:
    row = direct.execute(asked).fetchone()
    return row[0] if row else None


# After a restore: the trail tells of it, its anchors are held to the chain that came back, kept pages are forgotten.

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
