"""What is smuggled into a PDF where its own format has a place for it (藏在合规位置): known keys, pictures, fonts, colours, operands."""

import io
import struct
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.ninghai.sanitizing.honest import picture
from tests.ninghai.sanitizing.polyglots import SAID

WORDS = SAID + b" <html><script>alert(1)</script></html>"
Change = Callable[[Pdf], object]


def stream(document: Pdf, data: bytes, **told: object) -> pikepdf.Object:
    made = Stream(document, data)
    for key, value in told.items():
        made[f"/{key}"] = value
    return document.make_indirect(made)


def resource(document: Pdf, kind: str, made: object) -> None:
    found = document.pages[0].obj
    if "/Resources" not in found:
        found.Resources = Dictionary()
    if f"/{kind}" not in found.Resources:
        found.Resources[f"/{kind}"] = Dictionary()
    found.Resources[f"/{kind}"]["/Evil"] = made


def in_key(place: str, key: str) -> Change:
    def change(document: Pdf) -> None:
        found = document.Root if place == "Root" else document.pages[0].obj
        found[f"/{key}"] = stream(document, WORDS)

    return change


def as_object(**told: object) -> Change:
    return lambda document: resource(document, "XObject", stream(document, WORDS, **told))


def as_picture(data: bytes, **told: object) -> Change:
    size = {"Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray} | told
    return lambda document: resource(
        document, "XObject", stream(document, data, Type=Name.XObject, Subtype=Name.Image, **size)
    )


def drawn(words: bytes) -> Change:
    return lambda document: document.pages[0].contents_add(words, prepend=True)


def as_font_file(key: str, data: bytes, **told: object) -> Change:
    def change(document: Pdf) -> None:
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.A, Flags=4)
        descriptor[f"/{key}"] = stream(document, data, **told)
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.A)
        font.FontDescriptor = document.make_indirect(descriptor)
        resource(document, "Font", font)

    return change


def in_a_table() -> bytes:
    """A font with a table that nobody knows."""
    head = b"\0\1\0\0" + struct.pack(">HHHH", 2, 0, 0, 0)
    told = struct.pack(">4sIII4sIII", b"glyf", 0, 44, 4, b"evil", 0, 48, len(WORDS))
    return head + told + b"glyf" + WORDS


def in_font(key: str, data: bytes, **told: object) -> Change:
    def change(document: Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font[f"/{key}"] = stream(document, data, **told)
        resource(document, "Font", font)

    return change


def in_function(data: bytes, **told: object) -> Change:
    def change(document: Pdf) -> None:
        made = stream(document, data, Domain=Array([0, 1]), Range=Array([0, 1]), **told)
        shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([0, 0, 1, 1]), Function=made)
        resource(document, "Shading", shading)

    return change


def in_colours(*space: object) -> Change:
    def change(document: Pdf) -> None:
        pieces = [each(document) if callable(each) and not isinstance(each, pikepdf.Object) else each for each in space]
        resource(document, "ColorSpace", Array(pieces))

    return change


def in_a_registry(document: Pdf) -> None:
    told = Dictionary(Registry=String(SAID), Ordering=String(SAID), Supplement=0)
    below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.A, CIDSystemInfo=told)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.A, DescendantFonts=Array([below]))
    resource(document, "Font", font)


def adobes() -> bytes:
    """A photo whose segment of Adobe's is longer than that ever is."""
    data, said = picture("JPEG"), b"Adobe\0d\0\0\0\0\1" + WORDS
    return data[:2] + b"\xff\xee" + struct.pack(">H", len(said) + 2) + said + data[2:]


def jpeg_2000(*, within: bool) -> bytes:
    """With a comment in its head or with words behind its end."""
    data = picture("JPEG2000", no_jp2=True, comment=SAID.decode() if within else "")
    return data if within else data + WORDS + b"\xff\xd9"


DEEP: dict[str, Change] = {
    "a page's group": in_key("Page", "Group"),
    "the language": in_key("Root", "Lang"),
    "what is drawn, of no kind": as_object(),
    "what is drawn, in PostScript": as_object(Subtype=Name.PS),
    "operands that nobody needs": drawn(b"(%s) q Q" % SAID),
    "behind the pixels in the drawing": drawn(b"q BI /W 1 /H 1 /BPC 8 /CS /G ID a" + WORDS + b" EI Q"),
    "a fax": as_picture(WORDS, BitsPerComponent=1, Filter=Name.CCITTFaxDecode),
    "a scan (JBIG2)": as_picture(WORDS, BitsPerComponent=1, Filter=Name.JBIG2Decode),
    "a comment in a JPEG 2000": as_picture(jpeg_2000(within=True), Width=60, Height=40, Filter=Name.JPXDecode),
    "behind a JPEG 2000": as_picture(jpeg_2000(within=False), Width=60, Height=40, Filter=Name.JPXDecode),
    "a long segment of Adobe's": as_picture(adobes(), Width=60, Height=40, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode),
    "pixels of unknown colours": as_picture(b"aaaa" + WORDS, ColorSpace=Name.Evil),
    "a picture packed twice": as_picture(WORDS.hex().encode() + b">", Filter=Array([Name.ASCIIHexDecode, Name.CCITTFaxDecode])),
    "a font of letters (Type 1)": as_font_file("FontFile", b"%!PS " + WORDS, Length1=9, Length2=0, Length3=0),
    "a font's unknown table": as_font_file("FontFile2", in_a_table()),
    "a compact font": as_font_file("FontFile3", b"\1\0\4\1" + WORDS, Subtype=Name("/Type1C")),
    "what letters mean": in_font("ToUnicode", b"begincmap (%s) pop 1 beginbfchar <00> <0041> endbfchar endcmap" % SAID),
    "how letters are numbered": in_font("Encoding", b"begincmap %% %s" % SAID, Type=Name.CMap, CMapName=Name.A),
    "a program for colours": in_function(b"{ %% %s\n pop 0 }" % SAID, FunctionType=4),
    "words in a program for colours": in_function(b"{ %s pop 0 }" % SAID, FunctionType=4),
    "samples of colours": in_function(b"\0\1" + WORDS, FunctionType=0, Size=Array([2]), BitsPerSample=8),
    "a profile": in_colours(Name.ICCBased, lambda document: stream(document, struct.pack(">I", 900) + bytes(300) + WORDS, N=3)),
    "a table of colours": in_colours(Name.Indexed, Name.DeviceRGB, 0, String(b"abc" + SAID)),
    "a stream of colours": in_colours(Name.Indexed, Name.DeviceRGB, 0, lambda document: stream(document, b"abc" + WORDS)),
    "a registry of characters": in_a_registry,
}  # fmt: skip


def with_it(host: bytes, change: Change) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(host)) as document:
        change(document)
        document.save(out, fix_metadata_version=False)
    return out.getvalue()
