"""The streams of a PDF, written anew: drawing without comments and foreign operators, pictures and fonts without anything behind."""

import re
import struct
from math import ceil
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object, Stream, String

from ninghai.personal_data.masking import mask_text
from ninghai.sanitizing.jpeg import JpegBroken, pixels_alone
from ninghai.sanitizing.pdf_keys import MASKED, OPERATORS
from ninghai.sanitizing.refusal import CannotRewrite

LARGEST_DRAWING = 40 * 1024 * 1024  # bytes of one page's drawing
COMMENT = re.compile(rb"%[^\r\n]*")
COLOURS = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3}
JP2_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
STRANGE = "PDF中有读不懂的{}，不能重新写出。请用“打印为PDF”另存一份后重新上传。"


def rewrite_stream(stream: Object, *, key: str) -> None:
    """In place; `key` is that under which it was found."""
    filters = _filters(stream)
    if stream.get("/Subtype") == Name.Image:
        _rewrite_picture(stream, filters)
    elif key in {"/Contents", "/CharProc"} or stream.get("/Subtype") == Name.Form or stream.get("/PatternType") == 1:
        _rewrite_drawing(stream)
    elif key == "/ToUnicode":
        stream.write(COMMENT.sub(b"", stream.read_bytes()))
    elif key == "/FontFile2":
        stream.write(_font_alone(stream.read_bytes()))
    elif "/N" in stream and "/FunctionType" not in stream and "/ShadingType" not in stream:
        data = stream.read_bytes()  # a colour profile tells its own length
        stream.write(data[: int.from_bytes(data[:4], "big")])


def _filters(stream: Object) -> list[str]:
    said = stream.get("/Filter")
    if said is None:
        return []
    return [str(said)] if isinstance(said, Name) else [str(each) for each in said]


# --- Drawing -------------------------------------------------------------------------------------------


def _rewrite_drawing(stream: Object) -> None:
    if len(stream.read_bytes()) > LARGEST_DRAWING:
        raise CannotRewrite("PDF的一页太大，不能重新写出。请拆分，或降低图形的精细程度后重新上传。")
    kept = []
    for instruction in pikepdf.parse_content_stream(stream):
        if str(instruction.operator) not in OPERATORS:
            continue
        if str(instruction.operator) == "BDC":
            _clean_marks(instruction.operands)
        kept.append(instruction)
    stream.write(pikepdf.unparse_content_stream(kept))


def _clean_marks(operands: Any) -> None:
    """What a stretch says of itself: its number, and words for reading aloud."""
    for marks in operands:
        if not isinstance(marks, Dictionary):
            continue
        for name in list(marks.keys()):
            value = marks[name]
            if name in MASKED and isinstance(value, String):
                marks[name] = String(mask_text(str(value)))
            elif name not in {"/MCID", "/Lang", "/Type", "/Subtype", "/BBox", "/Attached"}:
                del marks[name]


# --- Pictures ------------------------------------------------------------------------------------------


def _rewrite_picture(stream: Object, filters: list[str]) -> None:
    if "/DCTDecode" in filters:
        if filters != ["/DCTDecode"]:
            raise CannotRewrite(STRANGE.format("图片"))
        try:
            stream.write(pixels_alone(stream.read_raw_bytes()), filter=Name.DCTDecode)
        except JpegBroken:
            raise CannotRewrite(STRANGE.format("图片")) from None
    elif filters == ["/JPXDecode"]:
        stream.write(_jpeg2000_alone(stream.read_raw_bytes()), filter=Name.JPXDecode)
    elif not {"/JBIG2Decode", "/CCITTFaxDecode", "/JPXDecode"} & set(filters):
        _cut_pixels(stream)


def _cut_pixels(stream: Object) -> None:
    """Of plain pixels as many as the picture has."""
    bits = 1 if stream.get("/ImageMask") else int(stream.get("/BitsPerComponent", 8))
    colours = 1 if stream.get("/ImageMask") else _colours(stream.get("/ColorSpace"))
    if colours:
        size = ceil(int(stream.Width) * colours * bits / 8) * int(stream.Height)
        stream.write(stream.read_bytes()[:size])


def _colours(space: Any) -> int:
    """How many numbers one pixel has; 0 where that is not known."""
    if isinstance(space, Name):
        return {**COLOURS, "/DeviceCMYK": 4}.get(str(space), 0)
    if not isinstance(space, pikepdf.Array) or not len(space):
        return 0
    if str(space[0]) == "/ICCBased" and isinstance(space[1], Stream):
        return int(space[1].get("/N", 0))
    return len(space[1]) if str(space[0]) == "/DeviceN" else COLOURS.get(str(space[0]), 0)


def _jpeg2000_alone(data: bytes) -> bytes:
    """A bare codestream to its end, or the boxes without which nothing is drawn."""
    if data.startswith(b"\xff\x4f\xff\x51"):
        return data[: data.rindex(b"\xff\xd9") + 2]
    kept, place = b"", 0
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = len(data) if length == 0 else place + length
        if length == 1 or end <= place or end > len(data):
            raise CannotRewrite(STRANGE.format("图片"))
        kept += data[place:end] if kind in JP2_BOXES else b""
        place = end
    return kept


# --- Fonts ---------------------------------------------------------------------------------------------


def _font_alone(data: bytes) -> bytes:
    """To the end of its last table."""
    count = int.from_bytes(data[4:6], "big")
    if data[:4] not in {b"\0\1\0\0", b"true", b"OTTO"} or len(data) < 12 + 16 * count:
        raise CannotRewrite(STRANGE.format("字体"))
    tables = [struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(count)]
    end = max((begin + length for _, _, begin, length in tables), default=12)
    return data[: min(len(data), end + -end % 4)]
