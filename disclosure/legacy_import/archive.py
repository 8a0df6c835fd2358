"""The uploaded archive (附件压缩包): its files found by what a row says of them, and unpacked one at a time, in the sandbox.

Thousands of files are expected, so the archive is never unpacked as a whole: its list is checked when it is uploaded,
each file when its row is looked at, never more of it than one attachment may have.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from disclosure.legacy_import.columns import UnreadableValue
from ninghai.files import UnacceptableFile
from ninghai.files.sandbox.limits import MEGABYTE, UPLOAD, Interrupted, Limits, ParsingRefused
from ninghai.files.sandbox.running import SandboxAnswer, read_for_import
from ninghai.files.storing import NotLookedInto

SEPARATORS = ("\n;；|", "、，,")  # the second ones also stand in names
UNPACKING = Limits(seconds=10, most_seconds=10, memory=512 * MEGABYTE, output=256 * MEGABYTE)


class OlderArchive:
    """Its list, asked for many rows; `names` are those of its files as a person reads them."""

    def __init__(self, names: Iterable[str], *, source: bytes | Path) -> None:
        self.source = source
        self._by_end: dict[str, list[str]] = defaultdict(list)
        self._by_folder: dict[str, list[str]] = defaultdict(list)
        self.names = sorted(names)
        for path in self.names:
            parts = path.casefold().split("/")
            for start in range(len(parts)):
                self._by_end["/".join(parts[start:])].append(path)
                for end in range(start + 1, len(parts)):
                    self._by_folder["/".join(parts[start:end])].append(path)

    @classmethod
    def open(cls, source: bytes | Path) -> Self:
        """Raises UnacceptableFile for what is no sound archive of sensible size."""
        return cls(_asked("listed", source, limits=UPLOAD).value, source=source)

    def find(self, written: str) -> list[str]:
        """The paths of the files that a cell names, in its order; raises UnreadableValue for what is not there."""
        found: list[str] = []
        for name in self._names_in(written):
            found += [path for path in self._find(name) if path not in found]
        return found

    def unpacked(self, path: str) -> bytes:
        """The file's bytes; raises UnacceptableFile when it is broken or larger than an attachment may be."""
        return _asked("entry", self.source, limits=UNPACKING, path=path, most=settings.UPLOAD_LIMIT).data

    def _names_in(self, written: str) -> list[str]:
        """The cell cut into names: at what cannot stand in a name, then at commas where the whole is no file."""
        names = _cut(written, SEPARATORS[0])
        return [part for name in names for part in ([name] if self._matches(name) else _cut(name, SEPARATORS[1]))]

    def _find(self, name: str) -> list[str]:
        found = self._matches(name)
        if not found:
            raise UnreadableValue(f"压缩包里没有“{name[:80]}”，请核对文件名，或把文件补进压缩包。")
        is_folder = not self._by_end.get(_key(name))
        if len(found) > 1 and not is_folder:
            listed = "、".join(f"“{path}”" for path in found[:3])
            raise UnreadableValue(f"压缩包里有{len(found)}个“{name[:80]}”：{listed}。请写明“文件夹/文件名”。")
        return found

    def _matches(self, name: str) -> list[str]:
        key = _key(name)
        if key in (path.casefold() for path in self._by_end.get(key, ())):  # the whole path
            return [path for path in self._by_end[key] if path.casefold() == key]
        return self._by_end.get(key) or self._by_folder.get(key, [])


def _asked(what: str, source: bytes | Path, *, limits: Limits, **asked: Any) -> SandboxAnswer:
    try:
        return read_for_import(
            f"disclosure.legacy_import.unpacking:{what}", source, limits=limits, is_opened_there=True, **asked
        )
    except ParsingRefused as refused:
        kind = NotLookedInto if refused.kind == Interrupted.__name__ else UnacceptableFile
        raise kind(str(refused)) from refused


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).strip("/ .").removeprefix("./").casefold()


def _cut(written: str, separators: str) -> list[str]:
    for separator in separators:
        written = written.replace(separator, "\n")
    return [name.strip() for name in written.split("\n") if name.strip()]
