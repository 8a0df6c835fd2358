"""PDF files: whole, and without scripts, programs or files inside.

Names are looked for in the whole file, as any part of it may be read as an object, and in the object streams in
which PDF 1.5 compresses objects together (ISO 32000-1, 7.5.7).
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO

from ninghai.files.refusal import UnacceptableFile

MAGIC = b"%PDF-"
TAIL = 2048  # bytes in which the end mark must stand
HEAD = 400  # bytes before a stream in which its dictionary is looked for
LARGEST_OBJECTS = 20 * 1024 * 1024  # bytes of one object stream unpacked
ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|XFA)(?![A-Za-z0-9])")
EMBEDDED = re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])")
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
STREAM = re.compile(rb"stream\r?\n")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(stream: IO[bytes], *, size: int, must_be_readable: bool) -> None:
    """Refuse a cut-off file, whatever a reader would run or unpack, and, to be published, what is encrypted."""
    stream.seek(max(0, size - TAIL))
    if b"%%EOF" not in stream.read():
        raise UnacceptableFile("PDF文件不完整。请重新导出或下载后再上传。")
    stream.seek(0)
    content = stream.read()
    if must_be_readable and ENCRYPTED.search(_plain(content)):
        raise UnacceptableFile("PDF设有密码或权限限制，无法检查。请取消限制后再上传。")
    for objects in (content, *_object_streams(content)):
        _check_names(_plain(objects))


def _check_names(objects: bytes) -> None:
    if ACTIVE.search(objects):
        raise UnacceptableFile("PDF中含有脚本或动态内容。请用“打印为PDF”另存一份后再上传。")
    if EMBEDDED.search(objects):
        raise UnacceptableFile("PDF中夹带了其他文件。请取出附件单独上传，并用“打印为PDF”另存一份。")


def _plain(objects: bytes) -> bytes:
    """With the characters that names may write as #xx."""
    return ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), objects)


def _object_streams(content: bytes) -> Iterator[bytes]:
    for match in STREAM.finditer(content):
        if b"/ObjStm" not in _plain(content[max(0, match.start() - HEAD) : match.start()]):
            continue
        end = content.find(b"endstream", match.end())
        try:
            yield zlib.decompressobj().decompress(content[match.end() : end], LARGEST_OBJECTS)
        except zlib.error:
            continue  # encrypted, or packed in a way in which no office program packs
