"""The pictures in a PDF, written anew: as many pixels as they have, and nothing beside or behind them."""

import io
import struct
import zlib
from collections.abc import Iterator
from math import ceil
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from PIL import Image

from ninghai.files.sanitizing import CannotRewrite
from ninghai.files.sanitizing.pictures import JpegBroken, pixels_alone

# The boxes and segments of a JPEG 2000 picture (ISO 15444-1): the picture without what is said beside and behind it.

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


COLOURS = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4}  # fmt: skip
MOST_COLOURS = 4  # where it is not said how many there are
PICTURES = {"/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode"}
TURNED = bytes(range(255, -1, -1))  # every bit the other way
MOST_PIXELS = 400_000_000  # of a fax, each of one bit
STRANGE = "PDF中有读不懂的图片，不能重新写出。请用“打印为PDF”另存一份后重新上传。"
SEGMENTS_GONE = {49, 50, 51, 62}  # of JBIG2: ends, and what is said beside the picture


def rewrite_picture(stream: Object) -> None:
    """In place."""
    filters = filters_of(stream)
    if not PICTURES & set(filters):
        stream.write(stream.read_bytes()[: size_of(stream)])
    elif len(filters) > 1:
        raise CannotRewrite(STRANGE)
    elif filters == ["/DCTDecode"]:
        stream.write(jpeg(stream.read_raw_bytes()), filter=Name.DCTDecode)
    elif filters == ["/JPXDecode"]:
        stream.write(_jpeg2000(stream.read_raw_bytes()), filter=Name.JPXDecode)
    elif filters == ["/JBIG2Decode"]:
        parameters: Any = stream.get("/DecodeParms")
        stream.write(segments(stream.read_raw_bytes()), filter=Name.JBIG2Decode, decode_parms=parameters)
    else:
        stream.write(fax(stream.read_raw_bytes(), stream))


def filters_of(stream: Object) -> list[str]:
    declared = stream.get("/Filter")
    if declared is None:
        return []
    return [str(declared)] if isinstance(declared, Name) else [str(each) for each in declared]


def size_of(picture: Object) -> int:
    """How many bytes its pixels are."""
    is_mask = bool(picture.get("/ImageMask"))
    bits = 1 if is_mask else int(picture.get("/BitsPerComponent", 8))
    colours = 1 if is_mask else colours_of(picture.get("/ColorSpace"))
    return max(ceil(int(picture.Width) * colours * bits / 8) * int(picture.Height), 0)


def colours_of(space: Any) -> int:
    """How many numbers one pixel has."""
    if isinstance(space, Name):
        return COLOURS.get(str(space), MOST_COLOURS)
    if not isinstance(space, Array) or not len(space):
        return MOST_COLOURS
    if space[0] == Name.ICCBased and isinstance(space[1], Stream):
        return min(int(space[1].get("/N", MOST_COLOURS)), MOST_COLOURS)
    return len(space[1]) if space[0] == Name.DeviceN else COLOURS.get(str(space[0]), MOST_COLOURS)


def cut_colours(space: Array) -> None:
    """Of the table of an indexed space as many colours as it has: [/Indexed base last table]."""
    if len(space) < 4:
        return
    size = (min(int(space[2]), 255) + 1) * colours_of(space[1])
    if isinstance(space[3], String):
        space[3] = String(bytes(space[3])[:size])
    elif isinstance(space[3], Stream):
        space[3].write(space[3].read_bytes()[:size])


def jpeg(data: bytes) -> bytes:
    try:
        return pixels_alone(data)
    except JpegBroken:
        raise CannotRewrite(STRANGE) from None


def _jpeg2000(data: bytes) -> bytes:
    try:
        return image_alone(data)
    except Jpeg2000Broken:
        raise CannotRewrite(STRANGE) from None


# Fax.


def fax(data: bytes, picture: Object) -> bytes:
    """The pixels of a fax (CCITT), drawn by libtiff: where a fax ends only its reader knows."""
    declared = picture.get("/DecodeParms") or Dictionary()
    declared = declared[0] if isinstance(declared, Array) else declared
    kind, width = int(declared.get("/K", 0)), int(declared.get("/Columns", 1728))
    height = int(picture.Height)
    if not 0 < width * height <= MOST_PIXELS or declared.get("/EncodedByteAlign"):
        raise CannotRewrite(STRANGE)
    try:
        with Image.open(io.BytesIO(_as_tiff(data, kind=kind, width=width, height=height)), formats=["TIFF"]) as drawn:
            pixels = drawn.tobytes()
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        raise CannotRewrite(STRANGE) from None
    return pixels.translate(TURNED) if declared.get("/BlackIs1") else pixels


def _as_tiff(data: bytes, *, kind: int, width: int, height: int) -> bytes:
    """A page of one strip, black as 0."""
    entries_of = [
        (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4 if kind < 0 else 3), (262, 3, 0), (266, 3, 1),
        (273, 4, 8 + 2 + 11 * 12 + 4), (277, 3, 1), (278, 4, height), (279, 4, len(data)), (292, 4, 1 if kind > 0 else 0),
    ]  # fmt: skip
    if kind < 0:
        entries_of[-1] = (293, 4, 0)
    entries = b"".join(struct.pack("<HHLL", number, size, 1, value) for number, size, value in entries_of)
    return b"II*\0" + struct.pack("<LH", 8, len(entries_of)) + entries + bytes(4) + data


# JBIG2.


def segments(data: bytes) -> bytes:
    """Segment behind segment (ISO 14492, 7.2), without those that draw nothing, to the last one that is whole."""
    kept, place = [], 0
    while place + 11 <= len(data):
        head = _head_of_segment(data, place)
        (length,) = struct.unpack_from(">I", data, head - 4)
        if length == 0xFFFFFFFF or head + length > len(data):
            raise CannotRewrite(STRANGE)
        if data[place + 4] & 0x3F not in SEGMENTS_GONE:
            kept.append(data[place : head + length])
        place = head + length
    return b"".join(kept)


def _head_of_segment(data: bytes, place: int) -> int:
    """Where its data begin: behind its number, flags, the segments that it refers to, its page and its length."""
    number, flags, count = struct.unpack_from(">IBB", data, place)
    size = 1 if number <= 256 else 2 if number <= 65_536 else 4
    if count >> 5 == 7:
        (long,) = struct.unpack_from(">I", data, place + 5)
        referred = 4 + ((long & 0x1FFFFFFF) + 8) // 8 + (long & 0x1FFFFFFF) * size
    else:
        referred = 1 + (count >> 5) * size
    end: int = place + 5 + referred + (4 if flags & 0x40 else 1) + 4
    if end > len(data):
        raise CannotRewrite(STRANGE)
    return end


# In the drawing.

INLINE = ("/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Decode", "/ImageMask", "/Interpolate", "/Intent")


def inline_picture(found: Any) -> bytes:
    """One that stands in the drawing itself, with the same pixels, in letters, so that no byte of theirs ends it."""
    with Pdf.new() as around:
        picture = Stream(around, found._data._inline_image_raw_bytes())
        for name, value in found.obj.items():
            picture[name] = value
        if isinstance(space := picture.get("/ColorSpace"), Array) and len(space) and space[0] == Name.Indexed:
            cut_colours(space)
        rewrite_picture(picture)
        is_photo = filters_of(picture) == ["/DCTDecode"]
        if filters_of(picture) and not is_photo:
            raise CannotRewrite(STRANGE)
        data = picture.read_raw_bytes() if is_photo else zlib.compress(picture.read_raw_bytes())
        head = b" ".join(b"%s %s" % (name.encode(), _written(picture[name])) for name in INLINE if name in picture)
    packing = b"/DCT" if is_photo else b"/Fl"
    return b"BI %s /F [/AHx %s] ID %s> EI" % (head, packing, data.hex().encode())


def _written(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return value.unparse(resolved=True) if isinstance(value, Object) else str(value).encode()


# A profile of colours (ICC.1): the numbers that programs reckon with, without what it says of its maker.

HEAD = 128
RECKONED_WITH = frozenset(
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 B2D0 D2B0 gamt".split()
)


def colours_alone(data: bytes) -> bytes:
    """Nothing where it is none: then colours are taken as those of the device."""
    if len(data) < HEAD + 4 or data[36:40] != b"acsp":
        return b""
    count = min(int.from_bytes(data[HEAD : HEAD + 4], "big"), (len(data) - HEAD - 4) // 12)
    tags = [struct.unpack_from(">4sII", data, HEAD + 4 + 12 * number) for number in range(count)]
    pieces = {tag: data[begin : begin + length] for tag, begin, length in tags if tag in RECKONED_WITH}
    begin, table, body = HEAD + 4 + 12 * len(pieces), b"", b""
    for tag, piece in pieces.items():
        table += struct.pack(">4sII", tag, begin + len(body), len(piece))
        body += piece + bytes(-len(piece) % 4)
    return struct.pack(">I", begin + len(body)) + _head(data) + struct.pack(">I", len(pieces)) + table + body


def _head(data: bytes) -> bytes:
    """What kind of profile it is, by which version, and its light; without its length, which stands before it."""
    return bytes(4) + data[8:24] + bytes(12) + b"acsp" + bytes(24) + data[64:80] + bytes(48)
