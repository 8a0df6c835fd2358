"""Zip containers, plain or as an office format: sound, of sensible size, and without entries that reach outside."""

import io
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ninghai.files.boundaries import check_zip_layout
from ninghai.files.kinds import UnacceptableFile

MOST_ENTRIES = 2_000
LARGEST_CONTENT = 300 * 1024 * 1024  # bytes of all entries unpacked
HIGHEST_RATIO = 200  # unpacked to packed, looked at from SMALL_CONTENT on
SMALL_CONTENT = 10 * 1024 * 1024
LONGEST_TEXT = 40 * 1024 * 1024  # bytes of XML that is read at once; in memory it is fifty times as much
LONG = "文件展开后过大。请只保留需要的内容，另存一份后再上传。"
ENCRYPTED = 0x1
UTF8_NAME = 0x800
FIRST_EASTERN = "\u2e80"  # where the signs of Chinese begin


BROKEN_ZIP = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError, struct.error)  # fmt: skip


@contextmanager
def opened_zip(source: IO[bytes] | bytes | Path, refusal: Exception) -> Iterator[ZipFile]:
    """A zip that strangers made; where it or an entry cannot be read, this is raised instead of what zipfile stumbles over."""
    try:
        yield ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except BROKEN_ZIP as error:
        raise refusal from error


def open_zip(stream: IO[bytes], *, size: int) -> ZipFile:
    """The zip in the stream, after its structure was found harmless and every entry was read and checked once."""
    stream.seek(0)
    broken = UnacceptableFile("文件已损坏，无法打开。请重新保存或压缩后再上传。")
    with opened_zip(stream, broken) as container:
        _check_structure(container, size=size)
        stream.seek(0)
        check_zip_layout(container, stream.read())
        damaged = container.testzip()
    if damaged:
        raise UnacceptableFile("文件已损坏，其中有内容读不出来。请重新保存或压缩后再上传。")
    return container


def entry_name(info: ZipInfo) -> str:
    """The name as its maker wrote it: Chinese Windows writes GBK without saying so, some programs write UTF-8 so."""
    if info.flag_bits & UTF8_NAME:
        return info.filename
    try:
        written = info.filename.encode("cp437")
        return _as_chinese_utf8(written) or written.decode("gb18030")
    except UnicodeError:
        return info.filename


def _as_chinese_utf8(written: bytes) -> str:
    """The name if it is UTF-8 that says something in Chinese; a short GBK name may look like UTF-8 in other letters."""
    try:
        name = written.decode()
    except UnicodeDecodeError:
        return ""
    return name if all(char.isascii() or char >= FIRST_EASTERN for char in name) else ""


def refuse_long_text(container: ZipFile) -> None:
    """Refuse an office document whose text would fill the memory while somebody waits for the page."""
    if sum(info.file_size for info in container.infolist() if info.filename.lower().endswith(".xml")) > LONGEST_TEXT:
        raise UnacceptableFile(LONG)


def _check_structure(container: ZipFile, *, size: int) -> None:
    entries = container.infolist()
    if not entries:
        raise UnacceptableFile("压缩包是空的，请重新选择文件。")
    if len({info.filename.casefold() for info in entries}) != len(entries):
        raise UnacceptableFile("压缩包内有重名的文件，请重新压缩后再上传。")
    check_entries(
        container, size=size, most=MOST_ENTRIES, largest=LARGEST_CONTENT, what="文件", advice="请拆分后再上传。"
    )


def check_entries(container: ZipFile, *, size: int, most: int, largest: int, what: str, advice: str) -> None:
    """Refuse what is more or larger than it may be, what lies about its size, and what `_check_entry` refuses."""
    entries = container.infolist()
    if len(entries) > most:
        raise UnacceptableFile(f"{what}内的条目超过{most}个，{advice}")
    packed, unpacked = sum(info.compress_size for info in entries), sum(info.file_size for info in entries)
    if packed > size:
        raise UnacceptableFile("压缩包的结构不正常，请重新压缩后再上传。")
    if unpacked > largest or (unpacked > SMALL_CONTENT and unpacked > packed * HIGHEST_RATIO):
        raise UnacceptableFile(f"{what}解压后过大，{advice}")
    for info in entries:
        _check_entry(info)


def _check_entry(info: ZipInfo) -> None:
    """Refuse an entry that reaches outside, is a link, or is encrypted."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in PurePosixPath(name).parts:
        raise UnacceptableFile("压缩包内有指向包外的路径，请重新压缩后再上传。")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnacceptableFile("压缩包内有链接文件，请改为压缩文件本身。")
    if info.flag_bits & ENCRYPTED:
        raise UnacceptableFile("文件设有密码，无法检查。请取消密码后再上传。")
