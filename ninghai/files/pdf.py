"""PDF files: whole, and without scripts, programs or files inside.

Names are looked for in the whole file, as any part of it may be read as an object, and in the object streams in
which PDF 1.5 compresses objects together (ISO 32000-1, 7.5.7). An object stream that cannot be unpacked to its end
hides what it holds and is refused, unless the whole file is encrypted, which is looked at by itself.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO

from ninghai.files.boundaries import check_pdf_ends
from ninghai.files.kinds import UnacceptableFile

MAGIC = b"%PDF-"
TAIL = 2048  # bytes in which the end mark must stand
HEAD = 2000  # bytes before a stream in which its dictionary is looked for
LARGEST_OBJECTS = 20 * 1024 * 1024  # bytes of one object stream unpacked
LARGEST_CONTENT = 200 * 1024 * 1024  # bytes of all of them, packed and unpacked
MOST_STREAMS = 100_000  # a page has a few
ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|Rendition|GoToE|ImportData|SubmitForm|XFA)(?![A-Za-z0-9])")
# A file's own mark may be missing; what a reader opens is the EF of its specification (7.11.3). Between the two nobody writes
# long comments: they would only cost time.
BLANK = rb"(?:[\s\0]|%[^\r\n]{0,200}[\r\n])"
EMBEDDED = re.compile(
    rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])"
    rb"|/EF(?:" + BLANK + rb"{20}|" + BLANK + rb"{0,19}(?:<<|\d+\s+\d+\s+R|%[^\r\n]{200}))"
)
OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
HIDDEN = "PDF的内部结构特殊，无法检查。请用“打印为PDF”另存一份后再上传。"
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# Packed once, and neither by a filter that stands elsewhere nor by one that mixes bytes in between.
PACKED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*(?=/|>>)")
MIXED = re.compile(rb"/Predictor(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class HoldsFiles(UnacceptableFile):
    """The PDF is sound, but files are packed into it, which nobody looked at."""


def check_pdf(stream: IO[bytes], *, size: int, must_be_readable: bool) -> None:
    """Refuse a cut-off file, whatever a reader would run or unpack, and, to be published, what is encrypted."""
    stream.seek(max(0, size - TAIL))
    if b"%%EOF" not in stream.read():
        raise UnacceptableFile("PDF文件不完整。请重新导出或下载后再上传。")
    stream.seek(0)
    content = stream.read()
    check_pdf_ends(content)
    plain = _plain(content)
    is_encrypted = bool(ENCRYPTED.search(plain))
    if must_be_readable and is_encrypted:
        raise UnacceptableFile("PDF设有密码或权限限制，无法检查。请取消限制后再上传。")
    _check_names(plain)
    for objects in _object_streams(content, named=len(OBJECTS.findall(plain)), is_encrypted=is_encrypted):
        _check_names(_plain(objects))


def _check_names(objects: bytes) -> None:
    if ACTIVE.search(objects):
        raise UnacceptableFile("PDF中含有脚本或动态内容。请用“打印为PDF”另存一份后再上传。")
    if EMBEDDED.search(objects):
        raise HoldsFiles("PDF中夹带了其他文件。请取出附件单独上传，并用“打印为PDF”另存一份。")


def _plain(objects: bytes) -> bytes:
    """With the characters that names may write as #xx."""
    return ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), objects)


def _object_streams(content: bytes, *, named: int, is_encrypted: bool) -> Iterator[bytes]:
    """Each of them unpacked, `named` at least. Raises UnacceptableFile for one that is packed otherwise than office programs
    do, and when together they are too much: streams that lie in one another cost more than any file is worth."""
    left = LARGEST_CONTENT
    for number, match in enumerate(STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise UnacceptableFile(HIDDEN)
        head = _plain(content[max(0, match.start() - HEAD) : match.start()].rpartition(b"endobj")[2])
        if not OBJECTS.search(head):
            continue
        named -= 1
        end = content.find(b"endstream", match.end(), match.end() + left)
        if end < 0:
            raise UnacceptableFile(HIDDEN)
        left -= end - match.end()
        try:
            objects = _unpacked(content[match.end() : end], head=head)
        except UnacceptableFile:
            if not is_encrypted:
                raise
            continue
        left -= len(objects)
        yield objects
    if named > 0 or left < 0:
        raise UnacceptableFile(HIDDEN)


def _unpacked(packed: bytes, *, head: bytes) -> bytes:
    """The objects to their end, as the dictionary before them says. Raises UnacceptableFile for any but plain Flate."""
    if b"/Filter" not in head:
        return packed
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(packed, LARGEST_OBJECTS)
    except zlib.error:
        raise UnacceptableFile(HIDDEN) from None
    is_plain = PACKED.search(head) and head.count(b"/Filter") == 1 and not MIXED.search(head)
    if unpacker.unconsumed_tail or not is_plain:
        raise UnacceptableFile(HIDDEN)
    return objects
