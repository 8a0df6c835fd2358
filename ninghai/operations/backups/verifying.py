"""Is a backup still what it was (校验备份)? Every byte is read again; no database is needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

from ninghai.operations.backups.file_copies import is_there
from ninghai.operations.backups.manifest import Manifest, kept_files, read_manifest, sha256_of

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
