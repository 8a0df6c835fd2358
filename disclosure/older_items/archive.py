"""The uploaded archive (附件压缩包): its files found by what a row says of them, and unpacked one at a time.

Thousands of files are expected, so the archive is never unpacked as a whole: its list is checked when it is uploaded,
each file when its row is looked at, never more of it than one attachment may have.
"""

import unicodedata
import zlib
from collections import defaultdict
from pathlib import PurePosixPath
from typing import IO, Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.conf import settings

from disclosure.older_items.problems import UnreadableValue
from ninghai.files import UnacceptableFile
from ninghai.files.archive import HIGHEST_RATIO, SMALL_CONTENT, check_entry, entry_name

MOST_FILES = 20_000
LARGEST_CONTENT = 4 * 1024**3  # bytes of all entries as they say themselves
DEEPEST = 12  # folders in folders
LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})  # what systems leave in folders
SEPARATORS = ("\n;；|", "、，,")  # the second ones also stand in names
PIECE = 1024 * 1024


class OlderArchive:
    """Opened once, asked for many rows; `names` are those of its files as a person reads them."""

    def __init__(self, container: ZipFile) -> None:
        self.container = container
        self.entries = {path_of(info): info for info in container.infolist() if _is_file(info)}
        self._by_end: dict[str, list[str]] = defaultdict(list)
        self._by_folder: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.entries):
            parts = path.casefold().split("/")
            for start in range(len(parts)):
                self._by_end["/".join(parts[start:])].append(path)
                for end in range(start + 1, len(parts)):
                    self._by_folder["/".join(parts[start:end])].append(path)

    @classmethod
    def open(cls, stream: IO[bytes], *, size: int) -> Self:
        """Raises UnacceptableFile for what is no sound archive of sensible size."""
        try:
            stream.seek(0)
            container = ZipFile(stream)
        except (BadZipFile, ValueError, OverflowError, OSError, NotImplementedError):
            raise UnacceptableFile("压缩包打不开，可能已损坏。请重新压缩成 zip 文件后再上传。") from None
        _check(container, size=size)
        return cls(container)

    @property
    def names(self) -> list[str]:
        return sorted(self.entries)

    def find(self, said: str) -> list[str]:
        """The paths of the files that a cell names, in its order; raises UnreadableValue for what is not there."""
        found: list[str] = []
        for name in self._names_in(said):
            found += [path for path in self._find(name) if path not in found]
        return found

    def unpacked(self, path: str) -> bytes:
        """The file's bytes; raises UnacceptableFile when it is broken or larger than an attachment may be."""
        data = bytearray()
        try:
            with self.container.open(self.entries[path]) as packed:
                while piece := packed.read(PIECE):
                    data += piece
                    if len(data) > settings.UPLOAD_LIMIT:
                        raise UnacceptableFile(f"“{path}”超过{settings.UPLOAD_LIMIT // 1024**2}MB，请拆分后再导入。")
        except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
            raise UnacceptableFile(f"压缩包里的“{path}”已损坏，读不出来。请重新压缩。") from None
        return bytes(data)

    def _names_in(self, said: str) -> list[str]:
        """The cell cut into names: at what cannot stand in a name, then at commas where the whole is no file."""
        names = _cut(said, SEPARATORS[0])
        return [part for name in names for part in ([name] if self._matches(name) else _cut(name, SEPARATORS[1]))]

    def _find(self, name: str) -> list[str]:
        found = self._matches(name)
        if not found:
            raise UnreadableValue(f"压缩包里没有“{name[:80]}”，请核对文件名，或把文件补进压缩包。")
        is_folder = not self._by_end.get(_key(name))
        if len(found) > 1 and not is_folder:
            told = "、".join(f"“{path}”" for path in found[:3])
            raise UnreadableValue(f"压缩包里有{len(found)}个“{name[:80]}”：{told}。请写明“文件夹/文件名”。")
        return found

    def _matches(self, name: str) -> list[str]:
        key = _key(name)
        if key in (path.casefold() for path in self._by_end.get(key, ())):  # the whole path
            return [path for path in self._by_end[key] if path.casefold() == key]
        return self._by_end.get(key) or self._by_folder.get(key, [])


def path_of(info: ZipInfo) -> str:
    """The entry's path as a person reads it."""
    return unicodedata.normalize("NFC", entry_name(info).replace("\\", "/")).strip("/")


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).strip("/ .").removeprefix("./").casefold()


def _cut(said: str, separators: str) -> list[str]:
    for separator in separators:
        said = said.replace(separator, "\n")
    return [name.strip() for name in said.split("\n") if name.strip()]


def _is_file(info: ZipInfo) -> bool:
    path = PurePosixPath(path_of(info))
    is_litter = path.name.lower() in LITTER or path.name.startswith(("._", "~$")) or "__MACOSX" in path.parts
    return not info.is_dir() and not is_litter


def _check(container: ZipFile, *, size: int) -> None:
    entries = container.infolist()
    if not any(map(_is_file, entries)):
        raise UnacceptableFile("压缩包里没有文件，请重新选择。")
    if len(entries) > MOST_FILES:
        raise UnacceptableFile(f"压缩包里超过{MOST_FILES}个文件，请分成几次导入。")
    if len({path_of(info) for info in entries}) != len(entries):
        raise UnacceptableFile("压缩包里有重名的文件，请重新压缩后再上传。")
    packed, unpacked = sum(info.compress_size for info in entries), sum(info.file_size for info in entries)
    if packed > size:
        raise UnacceptableFile("压缩包的结构不正常，请重新压缩后再上传。")
    if unpacked > LARGEST_CONTENT or (unpacked > SMALL_CONTENT and unpacked > packed * HIGHEST_RATIO):
        raise UnacceptableFile("压缩包解压后过大，请分成几次导入。")
    for info in entries:
        check_entry(info)
        if path_of(info).count("/") > DEEPEST:
            raise UnacceptableFile(f"压缩包里的文件夹超过{DEEPEST}层，请整理后再上传。")
