"""What is done in the sandbox with an uploaded archive (附件压缩包): its list, checked, and one of its files unpacked.

It knows neither the database nor the settings.
"""

import unicodedata
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from ninghai.files.archive import check_entries, entry_name, opened_zip
from ninghai.files.kinds import UnacceptableFile

MOST_FILES = 20_000
LARGEST_CONTENT = 4 * 1024**3  # bytes of all entries as they say themselves
DEEPEST = 12  # folders in folders
LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})  # what systems leave in folders
PIECE = 1024 * 1024


def listed(source: bytes | Path) -> list[str]:
    """The paths of its files, after the archive was found sound and of sensible size."""
    with opened_zip(source, UnacceptableFile("压缩包打不开，可能已损坏。请重新压缩成 zip 文件后再上传。")) as container:
        _check(container, size=len(source) if isinstance(source, bytes) else source.stat().st_size)
        return [path_of(info) for info in container.infolist() if _is_file(info)]


def entry(source: bytes | Path, *, path: str, most: int) -> bytes:
    """One of its files; the list was checked before."""
    data = bytearray()
    broken = UnacceptableFile(f"压缩包里的“{path}”已损坏，读不出来。请重新压缩。")
    with opened_zip(source, broken) as container:
        found = next(info for info in container.infolist() if path_of(info) == path)
        with container.open(found) as packed:
            while piece := packed.read(PIECE):
                data += piece
                if len(data) > most:
                    raise UnacceptableFile(f"“{path}”超过{most // 1024**2}MB，请拆分后再导入。")
    return bytes(data)


def path_of(info: ZipInfo) -> str:
    """The entry's path as a person reads it."""
    return unicodedata.normalize("NFC", entry_name(info).replace("\\", "/")).strip("/")


def _is_file(info: ZipInfo) -> bool:
    path = PurePosixPath(path_of(info))
    is_litter = path.name.lower() in LITTER or path.name.startswith(("._", "~$")) or "__MACOSX" in path.parts
    return not info.is_dir() and not is_litter


def _check(container: ZipFile, *, size: int) -> None:
    entries = container.infolist()
    if not any(map(_is_file, entries)):
        raise UnacceptableFile("压缩包里没有文件，请重新选择。")
    advice = "请分成几次导入。"
    check_entries(container, size=size, most=MOST_FILES, largest=LARGEST_CONTENT, what="压缩包", advice=advice)
    if len({path_of(info) for info in entries}) != len(entries):
        raise UnacceptableFile("压缩包里有重名的文件，请重新压缩后再上传。")
    if any(path_of(info).count("/") > DEEPEST for info in entries):
        raise UnacceptableFile(f"压缩包里的文件夹超过{DEEPEST}层，请整理后再上传。")
