"""Where a file of each format ends (文件边界): nothing hides before it, behind it, or between its pieces.

Blanks behind the end are harmless. Cameras write more behind a JPEG: further pictures (MPF), a film (动态照片), a block of
Samsung's; these are known by their own marks, and the public copy is without them.
"""

import re
import struct
from io import BytesIO
from zipfile import ZipFile, ZipInfo, is_zipfile

from ninghai.files.kinds import UnacceptableFile
from ninghai.files.sanitizing.pictures import JpegBroken, end_of_picture

BLANK = b"\x00\t\n\x0c\r \x1a"
BEHIND = "文件末尾后面还附着其他内容，可能夹带了别的文件。请用原来的软件打开后另存一份，重新上传。"
BETWEEN = "压缩结构中夹着不属于任何文件的内容。请用办公软件打开后另存一份（压缩包请重新压缩），重新上传。"
COMMENT = "压缩包或文档末尾带有注释。请去掉注释（用办公软件另存，或重新压缩）后再上传。"
PDF_END = re.compile(rb"startxref[\s\0]+(\d{1,12})[\s\0]+%%EOF[\s\0]*\Z")
PDF_UPDATE = re.compile(rb"%%EOF[\s\0]*(?=\S)")
PDF_GOES_ON = re.compile(rb"\d{1,10}[\s\0]+\d{1,5}[\s\0]+obj\b|xref\b|startxref\b|trailer\b|%")
XREF = re.compile(rb"[\s\0]*(?:xref\b|\d{1,10}[\s\0]+\d{1,5}[\s\0]+obj\b)")
PNG_END = b"IEND\xaeB`\x82"
LOCAL_HEAD, CENTRAL_HEAD = 30, 46  # bytes
HAS_DESCRIPTOR = 0x8
LONGEST_EXTRA = 2_048  # bytes; Word fills up with half a kilobyte
SAMSUNG, FILM = b"SEFT", b"ftyp"


def check_pdf_ends(content: bytes) -> None:
    """The last thing is the end mark, behind the place of a table of objects; between two end marks stands an update."""
    end = PDF_END.search(content, max(0, len(content) - 4096))
    if end is None or not XREF.match(content, int(end[1]), int(end[1]) + 64):
        raise UnacceptableFile(BEHIND)
    for update in PDF_UPDATE.finditer(content):
        if not PDF_GOES_ON.match(content, update.end()):
            raise UnacceptableFile(BEHIND)
    refuse_archive(content)


def check_png_ends(content: bytes) -> None:
    """Chunk after chunk to the last one, and no further."""
    place = 8
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        place += 12 + length
        if kind == b"IEND":
            break
    if content[place - 8 : place] != PNG_END or content[place:].strip(BLANK):
        raise UnacceptableFile(BEHIND)


def check_jpeg_ends(content: bytes) -> None:
    """The picture, and behind it at most what cameras write there."""
    try:
        rest = content[end_of_picture(content) :]
    except JpegBroken:
        raise UnacceptableFile("图片已损坏，无法打开。请重新导出后再上传。") from None
    if rest.strip(BLANK) and not _is_from_a_camera(rest):
        raise UnacceptableFile(BEHIND)
    refuse_archive(content)


def _is_from_a_camera(rest: bytes) -> bool:
    """More pictures, each to its end; a film; or Samsung's block, which ends with its mark."""
    while (more := rest.lstrip(BLANK)).startswith(b"\xff\xd8\xff"):
        try:
            rest = more[end_of_picture(more) :]
        except JpegBroken:
            return False
    return not more or _is_film(rest) or more.rstrip(BLANK).endswith(SAMSUNG)


def _is_film(rest: bytes) -> bool:
    """Boxes to the end, the first of which says what they are; behind them at most Samsung's block."""
    place = rest.find(FILM, 0, len(rest) - len(rest.lstrip(BLANK)) + 8) - 4
    if place < 0 or rest[:place].strip(BLANK):
        return False
    while place + 8 <= len(rest):
        length = int.from_bytes(rest[place : place + 4], "big")
        if length == 1:
            length = int.from_bytes(rest[place + 8 : place + 16], "big")
        if length < 8 or place + length > len(rest):
            break
        place += length
    left = rest[place:].strip(BLANK)
    return not left or left.endswith(SAMSUNG)


def refuse_archive(content: bytes) -> None:
    """Programs find a zip by its end, wherever it begins: no other file may be one, too."""
    if is_zipfile(BytesIO(content)):
        raise UnacceptableFile(BEHIND)


# Zip.


def check_zip_layout(container: ZipFile, content: bytes) -> None:
    """Entry behind entry from the first byte, then their list, then the end, without comments."""
    entries = sorted(container.infolist(), key=lambda each: each.header_offset)
    if container.comment or any(each.comment for each in entries):
        raise UnacceptableFile(COMMENT)
    place = 0
    for each in entries:
        if each.header_offset != place:
            raise UnacceptableFile(BETWEEN)
        place = _behind(each, content)
    _check_list(entries, content, place)


def _behind(entry: ZipInfo, content: bytes) -> int:
    """Where the next thing stands; the entry's size may follow it, in one of four ways."""
    head = entry.header_offset
    if content[head : head + 4] != b"PK\x03\x04" or len(content) < head + LOCAL_HEAD:
        raise UnacceptableFile(BETWEEN)
    name, extra = struct.unpack_from("<HH", content, head + 26)
    if extra > LONGEST_EXTRA or len(entry.extra) > LONGEST_EXTRA:
        raise UnacceptableFile(BETWEEN)
    end = int(head + LOCAL_HEAD + name + extra + entry.compress_size)
    if not entry.flag_bits & HAS_DESCRIPTOR:
        return end
    crc = struct.pack("<L", entry.CRC)
    mark = 4 if content[end : end + 4] == b"PK\x07\x08" else 0
    if content[end + mark : end + mark + 4] != crc:
        return end  # said in the list alone
    is_long = content[end + mark + 4 : end + mark + 20] == struct.pack("<QQ", entry.compress_size, entry.file_size)
    return end + mark + (20 if is_long else 12)


def _check_list(entries: list[ZipInfo], content: bytes, place: int) -> None:
    """The list of entries, the marks of large archives, the end; behind it nothing."""
    for _ in entries:
        if content[place : place + 4] != b"PK\x01\x02":
            raise UnacceptableFile(BETWEEN)
        place += CENTRAL_HEAD + sum(struct.unpack_from("<HHH", content, place + 28))
    if content[place : place + 4] == b"PK\x06\x06":
        place += 12 + int.from_bytes(content[place + 4 : place + 12], "little")
    if content[place : place + 4] == b"PK\x06\x07":
        place += 20
    if content[place : place + 4] != b"PK\x05\x06" or content[place + 22 :].strip(BLANK):
        raise UnacceptableFile(BEHIND)


# OLE.


def check_compound_ends(content: bytes, *, sector: int, used: int) -> None:
    """`used` is how many sectors the file's own table speaks of; the head takes the room of one."""
    if content[(used + 1) * sector :].strip(BLANK):
        raise UnacceptableFile(BEHIND)
