"""PDF, written anew by qpdf: pages with what draws them, outlines and links, and nothing that runs, hides or tells of its maker.

Forms, seals and notes that can be seen become part of their page. Every dictionary keeps the keys that ISO 32000 gives it
for drawing, moving about and reading aloud; other keys, scripts, files inside, properties, earlier states of the file and
objects that nothing refers to are gone.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from ninghai.files.sanitizing import CannotRewrite, pdf_keys
from ninghai.files.sanitizing.pdf_fonts import cut_map, rewrite_font, rewrite_map
from ninghai.files.sanitizing.pdf_pictures import colours_alone, cut_colours, inline_picture, rewrite_picture, segments
from ninghai.personal_data.masking import mask_text

# The functions of a PDF by which colours are reckoned (ISO 32000, 7.10): as many samples as they have, or a program of known words.

SAMPLED, PROGRAM = 0, 4
COMMENT = re.compile(rb"%[^\r\n]*")
WORD = re.compile(rb"[{}]|[^\s{}]+")
NUMBER = re.compile(rb"[-+]?(?:\d{1,12}\.?\d{0,12}|\.\d{1,12})")
WORDS = frozenset(
    b"{ } abs add atan ceiling cos cvi cvr div exp floor idiv ln log mod mul neg round sin sqrt sub truncate and bitshift"
    b" eq false ge gt le lt ne not or true xor if ifelse copy dup exch index pop roll".split()
)
STRANGE = "PDF中有读不懂的颜色，不能重新写出。请用“打印为PDF”另存一份后重新上传。"


def rewrite_function(stream: Object) -> None:
    """In place."""
    kind = int(stream.FunctionType)
    if kind == SAMPLED:
        numbers = prod(int(each) for each in stream.Size) * (len(stream.Range) // 2)
        stream.write(stream.read_bytes()[: max(ceil(numbers * int(stream.BitsPerSample) / 8), 0)])
    else:
        stream.write(_program(stream.read_bytes()) if kind == PROGRAM else b"")


def _program(data: bytes) -> bytes:
    words = WORD.findall(COMMENT.sub(b"", data))
    if any(word not in WORDS and not NUMBER.fullmatch(word) for word in words):
        raise CannotRewrite(STRANGE)
    return b" ".join(words)


# The streams of a PDF, written anew by what they are: drawings, pictures, fonts, functions, profiles; what is none is empty.

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
    if key in pdf_keys.SPACES:
        return colours_alone(stream.read_bytes()) if "/N" in stream else stream.read_bytes()[:LARGEST_TABLE]
    return b""


# Drawing.


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
        elif operator in pdf_keys.OPERATORS:
            kept.append(found if operator in pdf_keys.SHOWING else _without_words(found, operator))
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
            if name in pdf_keys.MASKED and isinstance(value, String):
                marks[name] = String(mask_text(str(value)))
            elif name not in {"/MCID", "/Lang", "/Type", "/Subtype", "/BBox", "/Attached"}:
                del marks[name]


MOST_PAGES = 5_000
MOST_OBJECTS = 500_000
LINKS = ("http://", "https://", "mailto:", "tel:")
BROKEN = "PDF的内部结构已损坏，不能重新写出。请用“打印为PDF”另存一份后重新上传。"
LOCKED = "PDF设有密码或权限限制，不能重新写出。请取消限制，或用“打印为PDF”另存一份后重新上传。"


def rewrite(data: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=True, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise CannotRewrite(LOCKED)
            return _written(document)
    except pikepdf.PasswordError:
        raise CannotRewrite(LOCKED) from None
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ):
        raise CannotRewrite(BROKEN) from None


def _written(document: Pdf) -> bytes:
    if not 0 < len(document.pages) <= MOST_PAGES:
        raise CannotRewrite(f"PDF没有页面，或者超过{MOST_PAGES}页。请拆分后重新上传。")
    _flatten(document)
    for key in set(document.Root.keys()) - pdf_keys.ROOT:
        del document.Root[key]
    for page in document.pages:
        page.contents_coalesce()  # an instruction may go on in the next piece
        _keep_links_alone(page.obj)
    _Cleaner().clean(document.Root)
    for key in set(document.trailer.keys()) - {"/Root", "/Size", "/ID"}:
        del document.trailer[key]
    out = io.BytesIO()
    document.save(
        out,
        compress_streams=True,
        recompress_flate=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _flatten(document: Pdf) -> None:
    """What is typed into forms, stamped or noted becomes part of the page, as far as a reader sees it on the screen."""
    if "/AcroForm" in document.Root:
        document.generate_appearance_streams()
    document.flatten_annotations("screen")


def _keep_links_alone(page: Object) -> None:
    annotations = page.get("/Annots")
    if annotations is None:
        return
    links = [each for each in _items(annotations) if _is_dictionary(each) and each.get("/Subtype") == Name.Link]
    for link in links:  # what it says aloud nobody sees
        if "/Contents" in link:
            del link["/Contents"]
    page.Annots = Array(links)


def _items(found: Any) -> list[Any]:
    return list(found) if isinstance(found, Array) else []


def _is_dictionary(found: Any) -> bool:
    return isinstance(found, Dictionary | Stream)


class _Cleaner:
    """Walks once through everything that the root refers to; a dictionary by names is another thing than one by keys."""

    def __init__(self) -> None:
        self.seen: set[tuple[tuple[int, int], bool]] = set()

    def clean(self, root: Object) -> None:
        waiting = [_Place(root)]
        while waiting:
            place = waiting.pop()
            if self._is_new(place):
                waiting += self._kids(place)

    def _is_new(self, place: "_Place") -> bool:
        if not place.found.is_indirect:
            return True
        known = (place.found.objgen, place.is_by_name)
        if known in self.seen:
            return False
        self.seen.add(known)
        if len(self.seen) > MOST_OBJECTS:
            raise CannotRewrite("PDF的结构太复杂。请拆分，或用“打印为PDF”另存一份后重新上传。")
        return True

    def _kids(self, place: "_Place") -> Iterator["_Place"]:
        found = place.found
        if isinstance(found, Array):
            _clean_array(found, place.key)
            yield from (_Place(each, place.key) for each in found if isinstance(each, Object))
        elif _is_dictionary(found):
            _clean_by_name(found) if place.is_by_name else _clean_dictionary(found)
            if isinstance(found, Stream):
                rewrite_stream(found, key=place.key)
            yield from (place.below(value, name) for name, value in found.items() if isinstance(value, Object))


@dataclass(frozen=True, slots=True)
class _Place:
    """An object and how it was come to."""

    found: Object
    key: str = "/Root"
    is_resources: bool = False
    is_by_name: bool = False

    def below(self, value: Object, name: str) -> "_Place":
        if self.is_by_name:
            return _Place(value, self.key)
        by_name = (
            name in pdf_keys.BY_NAME
            or (self.is_resources and name in pdf_keys.RESOURCES)
            or (self.key == "/Root" and name == "/Dests")
        )
        return _Place(value, name, is_resources=name == "/Resources", is_by_name=by_name)


def _clean_by_name(found: Object) -> None:
    """Under names that the file has chosen stand objects and names, never words."""
    for name in [name for name, value in found.items() if isinstance(value, String)]:
        del found[name]


def _clean_dictionary(found: Object) -> None:
    """Its unknown keys go, words where none belong, and what would run."""
    for name in list(found.keys()):
        value = found.get(name)
        is_word = isinstance(value, String)
        is_odd = _is_odd_word(name, str(value)) if is_word else name in pdf_keys.NUMBERS and not isinstance(value, int)
        if name not in pdf_keys.KNOWN or is_odd or (name in pdf_keys.ACTIONS and not _is_harmless(value)):
            del found[name]
        elif is_word and (name in pdf_keys.MASKED or name in pdf_keys.ADDRESSES):
            found[name] = String(mask_text(str(value)))


def _is_odd_word(name: str, word: str) -> bool:
    return name not in pdf_keys.STRINGS or (name in pdf_keys.PLAIN and not pdf_keys.PLAIN[name].fullmatch(word))


def _clean_array(found: Array, key: str) -> None:
    if key in pdf_keys.SPACES and len(found) and found[0] == Name.Indexed:
        cut_colours(found)
        return
    for at, value in enumerate(found):
        if isinstance(value, String):
            found[at] = String(mask_text(str(value)) if key in pdf_keys.STRINGS_IN_ARRAYS else "")


def _is_harmless(action: Any) -> bool:
    """A jump within the file, or a link that opens a page or writes a mail; what would come after it goes."""
    if not isinstance(action, Dictionary):
        return isinstance(action, Array | String | Name)  # a destination, or the properties of a piece of structure
    if "/S" not in action:
        return "/O" in action
    if "/Next" in action:
        del action["/Next"]
    if action.S == Name.URI:
        return str(action.get("/URI", "")).strip().lower().startswith(LINKS)
    return action.S in (Name.GoTo, Name.Named)
