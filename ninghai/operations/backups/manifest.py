"""The manifest (清单) of a backup: what it was made of and what it must give back. A folder that has one is whole."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
