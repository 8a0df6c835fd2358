"""The manifest (清单) of a backup: what it was made of and what it must give back. A folder that has one is whole."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

# Why a backup or a restore cannot go on: one sentence for the administrator at the terminal.


class BackupError(Exception):
    pass


MANIFEST, FILE_LIST, DUMP, FILES, ANCHORS = "manifest.json", "files.jsonl", "database", "files", "audit-anchors.jsonl"
FORMAT = 1
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`sequences` are the next number of each before and after the dump: between these the restored one stands."""

    format: int
    made_at: str
    server_version: int
    owner: str
    runtime: str
    migrations: list[str]
    tables: dict[str, list[Any]]  # rows, digest
    schema: dict[str, list[str]]
    sequences: dict[str, list[int]]
    file_count: int
    file_bytes: int
    damaged: list[str]  # files that were missing or changed when they were to be copied
    parts: dict[str, str]  # every file of the dump, and the list of files, with its SHA-256


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A stored file: its path below the private files, and what its bytes must be."""

    path: str
    sha256: str
    size: int

    def place(self, folder: Path) -> Path:
        """Where a backup keeps it: by its content, so that equal files lie there once."""
        return folder / FILES / self.sha256[:2] / self.sha256


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Written whole or not at all, once everything that it vouches for is on the disk; returns its SHA-256."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text(text, encoding="utf-8")
    os.sync()  # the dump, the files and their folders too: whoever sees a manifest may let older backups go
    unfinished.replace(folder / MANIFEST)
    os.sync()
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**fields)
    except FileNotFoundError:
        raise BackupError(
            f"{folder} 不是一份完整的备份：没有 {MANIFEST}。备份中断的，请对同一目录重新执行 backup。"
        ) from None
    except (ValueError, TypeError):
        raise BackupError(f"{folder / MANIFEST} 无法识别，备份可能已经损坏。请换一份备份。") from None
    if manifest.format != FORMAT:
        raise BackupError(
            f"这份备份的格式是第 {manifest.format} 版，本程序只认识第 {FORMAT} 版。请用制作备份的版本恢复。"
        )
    return manifest


def kept_files(folder: Path) -> Iterator[KeptFile]:
    """The files of the backup, one after the other."""
    with (folder / FILE_LIST).open(encoding="utf-8") as lines:
        for line in lines:
            yield KeptFile(**json.loads(line))


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def parts_of(folder: Path) -> list[str]:
    """The names of what the manifest vouches for besides the files themselves."""
    dump = sorted(f"{DUMP}/{file.name}" for file in (folder / DUMP).iterdir())
    return [*dump, FILE_LIST, *([ANCHORS] if (folder / ANCHORS).exists() else [])]


# Copying one file: in pieces, hashed on the way, under its name only when it is whole.


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


# Is a backup still what it was (校验备份)? Every byte is read again; no database is needed.

Tell = Callable[[str], object]
EVERY = 500


def verify_backup(folder: Path, *, tell: Tell) -> tuple[Manifest, list[str]]:
    """The manifest, and what is missing or changed, each in one sentence."""
    manifest = read_manifest(folder)
    return manifest, [*_parts(folder, manifest), *_files(folder, manifest, tell=tell)]


def _parts(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name, sha256 in manifest.parts.items():
        if not (folder / name).exists():
            yield f"缺少 {name}。"
        elif sha256_of(folder / name) != sha256:
            yield f"{name} 的内容与制作备份时不同。"


def _files(folder: Path, manifest: Manifest, *, tell: Tell) -> Iterator[str]:
    damaged = frozenset(manifest.damaged)
    count = 0
    if not (folder / "files.jsonl").exists():
        return
    for count, kept in enumerate(kept_files(folder), start=1):
        if kept.path not in damaged and not is_there(kept.place(folder), kept=kept):
            yield f"文件 {kept.path} 缺失或内容与制作备份时不同。"
        if count % EVERY == 0:
            tell(f"    已校验 {count} 个文件，共 {manifest.file_count} 个")
    if count != manifest.file_count:
        yield f"文件清单有 {count} 个文件，应为 {manifest.file_count} 个。"
