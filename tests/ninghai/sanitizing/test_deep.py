"""Nothing is carried by a PDF where its format has a place for it, and what draws its pages stays to the pixel."""

import io

import pikepdf
import pypdfium2
import pytest
from fontTools.misc.eexec import encrypt
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageChops, ImageCms

from ninghai.files.sanitizing import CannotRewrite
from ninghai.files.sanitizing.pdf_fonts import _type1
from ninghai.files.sanitizing.pdf_pictures import segments
from ninghai.files.sanitizing.rewriting import rewritten
from tests.ninghai.sanitizing.deep import DEEP, with_it
from tests.ninghai.sanitizing.honest import pdf
from tests.ninghai.sanitizing.polyglots import MARK, NUMBER
from tests.ninghai.sanitizing.unfolding import everything_in

GRADIENT = Image.radial_gradient("L").resize((203, 151))
PLAIN = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 203, "Height": 151}


@pytest.mark.parametrize("place", DEEP)
def test_a_known_place_carries_nothing_else(place):
    data = with_it(pdf(), DEEP[place])
    assert any(MARK in piece for piece in everything_in(data)) or "packed" in place

    try:
        copy = rewritten(data, name="a.pdf")
    except CannotRewrite:
        return

    assert not [piece[:80] for piece in everything_in(copy) if MARK in piece or NUMBER in piece]


def saved(document: Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def page_of(contents: bytes | list[bytes], **resources) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(210, 160))
    page = document.pages[0].obj
    pieces = contents if isinstance(contents, list) else [contents]
    page.Contents = Array([document.make_indirect(Stream(document, each)) for each in pieces])
    page.Resources = Dictionary({f"/{name}": made(document) for name, made in resources.items()})
    return saved(document)


def with_picture(data: bytes, colours=None, **told) -> bytes:
    def made(document):
        picture = Stream(document, data)
        for key, value in {**PLAIN, **told}.items():
            picture[f"/{key}"] = value
        if colours is not None:
            picture.ColorSpace = colours(document)
        return Dictionary(I=document.make_indirect(picture))

    return page_of(b"q 203 0 0 151 3 3 cm /I Do Q", XObject=made)


def written(form: str, mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    GRADIENT.convert(mode).save(out, form, **options)
    return out.getvalue()


def fax(compression: str, kind: int, *, is_black_one: bool) -> bytes:
    tiff = written("TIFF", "1", compression=compression)
    with Image.open(io.BytesIO(tiff)) as opened:
        (begin,), (length,) = opened.tag_v2[273], opened.tag_v2[279]
    parameters = Dictionary(K=kind, Columns=203, Rows=151, BlackIs1=is_black_one)
    told = {
        "BitsPerComponent": 1,
        "ColorSpace": Name.DeviceGray,
        "Filter": Name.CCITTFaxDecode,
        "DecodeParms": parameters,
    }
    return with_picture(tiff[begin : begin + length], **told)


def srgb(document: Pdf) -> Array:
    profile = Stream(document, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile.N = 3
    return Array([Name.ICCBased, document.make_indirect(profile)])


INLINE = b"BI /W 2 /H 2 /BPC 8 /CS /RGB ID " + bytes(range(60, 240, 15)) + b" EI "
EIGHT = {"BitsPerComponent": 8}
DRAWN = {
    "a picture in the drawing": lambda: page_of(b"q 90 0 0 90 9 9 cm " + INLINE + b"Q"),
    "a stencil in the drawing": lambda: page_of(b"q 90 0 0 90 9 9 cm BI /W 8 /H 2 /IM true /D [1 0] ID \xf0\x0f EI Q"),
    "a table of colours in the drawing": lambda: page_of(
        b"q 90 0 0 90 9 9 cm BI /W 2 /H 1 /BPC 8 /CS [/I /RGB 1 <ff00000000ff>] ID \x00\x01 EI Q"
    ),
    "an instruction that goes on in the next piece": lambda: page_of([b"q 1 0 0", b"RG 9 w 0 0 m 200 100", b"l S Q"]),
    "a fax": lambda: fax("group4", -1, is_black_one=False),
    "a fax, black as one": lambda: fax("group4", -1, is_black_one=True),
    "a fax of the older kind": lambda: fax("group3", 0, is_black_one=False),
    "a JPEG 2000": lambda: with_picture(written("JPEG2000"), Filter=Name.JPXDecode),
    "a bare JPEG 2000": lambda: with_picture(written("JPEG2000", no_jp2=True), Filter=Name.JPXDecode),
    "a photo": lambda: with_picture(written("JPEG"), ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode, **EIGHT),
    "a photo in four colours": lambda: with_picture(
        written("JPEG", "CMYK"), ColorSpace=Name.DeviceCMYK, Filter=Name.DCTDecode, **EIGHT
    ),
    "colours by a profile": lambda: with_picture(GRADIENT.convert("RGB").tobytes(), srgb, **EIGHT),
    "colours by a table": lambda: with_picture(
        bytes(range(2)) * 15_326 + b"\0",
        ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 1, String(b"\xff\0\0\0\0\xff")]),
        **EIGHT,
    ),
    "fonts": pdf,
}


def pages(data: bytes) -> list[Image.Image]:
    return [page.render(scale=1).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(data)]


@pytest.mark.parametrize("what", DRAWN)
def test_what_draws_a_page_draws_it_to_the_pixel(what):
    data = DRAWN[what]()

    copy = rewritten(data, name="a.pdf")

    before, after = pages(data), pages(copy)
    assert before[0].getextrema() != ((255, 255),) * 3, "nothing is drawn at all"
    assert len(before) == len(after)
    assert [ImageChops.difference(*both).getbbox() for both in zip(before, after, strict=True)] == [None] * len(before)
    assert rewritten(copy, name="a.pdf") == copy


def test_a_font_of_letters_ends_with_its_own_words():
    open_, hidden = (
        b"%!PS-AdobeFont-1.0: Maker 1\n/Notice (Maker) def % Maker\ncurrentfile eexec\n",
        b"mark currentfile closefile",
    )
    packed, _ = encrypt(b"\0\0\0\0dup /Private " + hidden + b"\nMaker", 55665)

    clear, kept, end = _type1(open_ + packed + b"\n" + b"0" * 512 + b"\ncleartomark Maker")

    assert b"Maker" not in clear + end
    assert b"/Notice () def" in clear
    assert clear.endswith(b"currentfile eexec\n")
    assert packed.startswith(kept)
    assert len(packed) - len(kept) < len(b"\nMaker")


def test_a_scan_keeps_the_segments_that_draw():
    def segment(number: int, kind: int, data: bytes) -> bytes:
        return number.to_bytes(4, "big") + bytes([kind, 0, 1]) + len(data).to_bytes(4, "big") + data

    page, words, end = segment(0, 48, b"page" * 4), segment(1, 62, MARK), segment(2, 49, b"")

    assert segments(page + words + end + b"\n") == page
    with pytest.raises(CannotRewrite):
        segments(page + words[:-1])
