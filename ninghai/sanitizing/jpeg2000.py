"""The boxes and segments of a JPEG 2000 picture (ISO 15444-1): the picture without what is said beside and behind it."""

import struct
from collections.abc import Iterator

BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
IN_HEAD = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"}
START, END, TILE, COMMENT = 0xFF4F, 0xFFD9, 0xFF90, 0xFF64
BY_NUMBER = 1  # how colours are told: by their number, else by a profile


class Jpeg2000Broken(Exception):
    """The pieces cannot be told apart."""


def image_alone(data: bytes) -> bytes:
    """A bare picture, or the boxes without which nothing is drawn."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return _codestream(data)
    return b"".join(_box(kind, content) for kind, content in _boxes(data) if kind in BOXES)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = len(data) if length == 0 else place + length
        if length == 1 or end < place + 8 or end > len(data):
            raise Jpeg2000Broken
        yield kind, data[place + 8 : end]
        place = end


def _box(kind: bytes, content: bytes) -> bytes:
    if kind == b"jp2c":
        content = _codestream(content)
    elif kind == b"jp2h":
        content = b"".join(_box(each, inner) for each, inner in _boxes(content) if each in IN_HEAD)
    elif kind == b"colr" and content[:1] == bytes([BY_NUMBER]):
        content = content[:7]
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _codestream(data: bytes) -> bytes:
    """Head, tiles and end, without comments."""
    kept, place = [data[:2]], 2
    while place + 4 <= len(data):
        mark, length = struct.unpack_from(">HH", data, place)
        if mark == END:
            break
        end = _end_of_tile(data, place) if mark == TILE else place + 2 + length
        if mark >> 8 != 0xFF or end <= place or end > len(data):
            raise Jpeg2000Broken
        if mark != COMMENT:
            kept.append(data[place:end])
        place = end
    return b"".join([*kept, struct.pack(">H", END)])


def _end_of_tile(data: bytes, place: int) -> int:
    """The last one may say nothing of its length; then it goes on to the end of the picture."""
    if place + 12 > len(data):
        raise Jpeg2000Broken
    (length,) = struct.unpack_from(">I", data, place + 6)
    end: int = place + length if length else data.rfind(b"\xff\xd9")
    return end
