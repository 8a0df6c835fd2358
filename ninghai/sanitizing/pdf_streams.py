"""The streams of a PDF, written anew by what they are: drawings, pictures, fonts, functions, profiles; what is none is empty."""

from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object, String

from ninghai.personal_data.masking import mask_text
from ninghai.sanitizing.pdf_fonts import cut_map, rewrite_font, rewrite_map
from ninghai.sanitizing.pdf_functions import rewrite_function
from ninghai.sanitizing.pdf_keys import MASKED, OPERATORS, SHOWING, SPACES
from ninghai.sanitizing.pdf_pictures import inline_picture, rewrite_picture, segments
from ninghai.sanitizing.profile import colours_alone
from ninghai.sanitizing.refusal import CannotRewrite

LARGEST_DRAWING = 40 * 1024 * 1024  # bytes of one page's drawing
LARGEST_TABLE = 4 * 256  # bytes of the colours of a picture
MESHES = range(4, 8)


def rewrite_stream(stream: Object, *, key: str) -> None:
    """In place; `key` is that under which it was found."""
    if stream.get("/Subtype") == Name.Image:
        rewrite_picture(stream)
    elif key in {"/Contents", "/CharProcs"} or stream.get("/Subtype") == Name.Form or stream.get("/PatternType") == 1:
        _rewrite_drawing(stream)
    elif "/FunctionType" in stream:
        rewrite_function(stream)
    elif key in {"/FontFile", "/FontFile2", "/FontFile3"}:
        rewrite_font(stream)
    elif key in {"/ToUnicode", "/Encoding", "/UseCMap"}:
        rewrite_map(stream)
    elif stream.get("/ShadingType") not in MESHES:
        stream.write(_other(stream, key))


def _other(stream: Object, key: str) -> bytes:
    """What has no mark of its own is known by where it stands."""
    if key == "/CIDToGIDMap":
        return cut_map(stream.read_bytes())
    if key == "/JBIG2Globals":
        return segments(stream.read_raw_bytes())
    if key in SPACES:
        return colours_alone(stream.read_bytes()) if "/N" in stream else stream.read_bytes()[:LARGEST_TABLE]
    return b""


# --- Drawing -------------------------------------------------------------------------------------------


def _rewrite_drawing(stream: Object) -> None:
    if len(stream.read_bytes()) > LARGEST_DRAWING:
        raise CannotRewrite("PDF的一页太大，不能重新写出。请拆分，或降低图形的精细程度后重新上传。")
    pieces: list[bytes] = []
    kept: list[Any] = []
    found: Any
    for found in pikepdf.parse_content_stream(stream):
        operator = str(found.operator)
        if operator == "INLINE IMAGE":
            pieces += [pikepdf.unparse_content_stream(kept), inline_picture(found.iimage)]
            kept = []
        elif operator in OPERATORS:
            kept.append(found if operator in SHOWING else _without_words(found, operator))
    pieces.append(pikepdf.unparse_content_stream(kept))
    stream.write(b"\n".join(filter(None, pieces)))


def _without_words(instruction: Any, operator: str) -> Any:
    """Words are for those that show them; a stretch says of itself its number, and words for reading aloud."""
    if operator == "BDC":
        _clean_marks(instruction.operands)
        return instruction
    operands = [each for each in instruction.operands if not isinstance(each, String | Dictionary)]
    if len(operands) == len(instruction.operands):
        return instruction
    return pikepdf.ContentStreamInstruction(operands, instruction.operator)


def _clean_marks(operands: Any) -> None:
    for marks in operands:
        if not isinstance(marks, Dictionary):
            continue
        for name in list(marks.keys()):
            value = marks[name]
            if name in MASKED and isinstance(value, String):
                marks[name] = String(mask_text(str(value)))
            elif name not in {"/MCID", "/Lang", "/Type", "/Subtype", "/BBox", "/Attached"}:
                del marks[name]
