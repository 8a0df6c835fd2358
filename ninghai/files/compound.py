"""The older office formats (doc, xls, ppt, wps, et): OLE containers, accepted when free of macros, objects and passwords.

Sources of the marks: Microsoft's open specifications MS-DOC (FIB), MS-XLS (BoundSheet8, FilePass), MS-PPT (VBAInfo).
"""

import struct
from collections.abc import Iterator
from typing import IO, Any

from olefile import OleFileIO

from ninghai.files.boundaries import check_compound_ends
from ninghai.files.kinds import Kind
from ninghai.files.refusal import UnacceptableFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO_NAMES = {"macros", "vba", "_vba_project", "_vba_project_cur"}
OBJECT_NAMES = {"\x01ole10native", "package", "objectpool"}
ENCRYPTED_NAMES = {"encryptedpackage", "encryptioninfo", "encryptedsummary"}
PPT_VBA = b"\x0f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04"  # VbaInfoContainer followed by its VbaInfoAtom
FIB_FLAGS, FIB_ENCRYPTED = 10, 0x0100
FREE = 0xFFFFFFFF  # a sector that nothing uses
FILE_PASS, BOUND_SHEET, MACRO_SHEET = 0x002F, 0x0085, 1


def check_compound(stream: IO[bytes], *, kind: Kind) -> None:
    """Refuse unless the container is of this kind and holds only a document."""
    try:
        stream.seek(0)
        with OleFileIO(stream) as container:
            _check_entries(container.listdir(streams=True, storages=True), kind=kind)
            _check_content(container, kind=kind)
            sectors, sector = _sectors(container)
        stream.seek(0)
        check_compound_ends(stream.read(), sector=sector, used=sectors)
    except (OSError, ValueError, IndexError, KeyError, struct.error, RecursionError, MemoryError, OverflowError):
        raise UnacceptableFile("文件已损坏，无法打开。请用办公软件打开后另存一份再上传。") from None


def _sectors(container: Any) -> tuple[int, int]:
    """How many are in use, to the last one, and how long each is."""
    return max(
        (at + 1 for at, following in enumerate(container.fat) if following != FREE), default=0
    ), container.sectorsize


def _check_entries(paths: list[list[str]], *, kind: Kind) -> None:
    names = {part.lower() for path in paths for part in path}
    if names & ENCRYPTED_NAMES:
        raise UnacceptableFile("文件设有打开密码，无法检查。请取消密码后再上传。")
    if names & MACRO_NAMES:
        raise UnacceptableFile("文件中含有宏。请删除宏，或另存为不含宏的格式后再上传。")
    if names & OBJECT_NAMES or any(name.startswith("mbd") for name in names):
        raise UnacceptableFile("文件中嵌入了其他程序的对象。请删除对象，另存一份后再上传。")
    if not {path[0] for path in paths if len(path) == 1} & kind.marks:
        raise UnacceptableFile(f"文件内容不是{kind}格式。请用办公软件打开后另存一份再上传。")


def _check_content(container: "OleFileIO[Any]", *, kind: Kind) -> None:
    main = next(mark for mark in kind.marks if container.exists(mark))
    content = container.openstream(main).read()
    if main == "WordDocument":
        (flags,) = struct.unpack_from("<H", content, FIB_FLAGS)
        is_locked = bool(flags & FIB_ENCRYPTED)
        has_macros = False
    elif main == "PowerPoint Document":
        is_locked, has_macros = False, PPT_VBA in content
    else:
        records = list(_records(content))
        is_locked = any(number == FILE_PASS for number, _ in records)
        has_macros = any(number == BOUND_SHEET and body[5:6] == bytes([MACRO_SHEET]) for number, body in records)
    if is_locked:
        raise UnacceptableFile("文件设有打开密码，无法检查。请取消密码后再上传。")
    if has_macros:
        raise UnacceptableFile("文件中含有宏。请删除宏，或另存为不含宏的格式后再上传。")


def _records(workbook: bytes) -> Iterator[tuple[int, bytes]]:
    """The records (BIFF) of a workbook stream: number and body."""
    position = 0
    while position + 4 <= len(workbook):
        number, length = struct.unpack_from("<HH", workbook, position)
        yield number, workbook[position + 4 : position + 4 + length]
        position += 4 + length
