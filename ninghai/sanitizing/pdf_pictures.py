"""The pictures in a PDF, written anew: as many pixels as they have, and nothing beside or behind them."""

import io
import struct
import zlib
from math import ceil
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from PIL import Image

from ninghai.sanitizing.jpeg import JpegBroken, pixels_alone
from ninghai.sanitizing.jpeg2000 import Jpeg2000Broken, image_alone
from ninghai.sanitizing.refusal import CannotRewrite

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


# --- Fax -----------------------------------------------------------------------------------------------


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


# --- JBIG2 ---------------------------------------------------------------------------------------------


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


# --- In the drawing ------------------------------------------------------------------------------------

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
