"""Pictures, written anew by Pillow: the pixels the right way up, in plain colours, and nothing beside them."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps, JpegImagePlugin

from ninghai.files.sanitizing import CannotRewrite

MOST_PIXELS = 100_000_000
FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".gif": "GIF",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
KEPT_MODES = {
    "JPEG": {"L", "RGB", "CMYK"},
    "PNG": {"1", "L", "LA", "RGB", "RGBA", "I;16"},
    "GIF": {"L", "RGB", "RGBA"},
    "BMP": {"1", "L", "RGB"},
    "TIFF": {"1", "L", "RGB", "RGBA", "CMYK"},
}  # no palette: it may hold more than its colours
BROKEN = "图片已损坏，或者含有读不懂的内容。请用看图软件另存一份后重新上传。"


def rewrite(data: bytes, *, suffix: str) -> bytes:
    """The first picture of the file in its own format; never what stands before, between or behind the pixels."""
    form = FORMATS[suffix]
    try:
        with _whole_ones_alone(), warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=[form]) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MOST_PIXELS:
                raise CannotRewrite("图片的像素过多，请缩小后重新上传。")
            opened.load()
            return _written(opened, form)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, Image.DecompressionBombError):
        raise CannotRewrite(BROKEN) from None


@contextmanager
def _whole_ones_alone() -> Iterator[None]:
    """Some programs around Pillow make it draw what is cut off, for all that is read."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _written(opened: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    options = _compression(opened, form)
    upright = ImageOps.exif_transpose(_in_plain_colours(opened))
    if upright.mode not in KEPT_MODES[form] or upright.has_transparency_data:
        is_see_through = upright.has_transparency_data and "RGBA" in KEPT_MODES[form]
        upright = upright.convert("RGBA" if is_see_through else "RGB")
    upright.info = {}
    upright.save(out, form, **options)
    return out.getvalue()


def _compression(opened: Image.Image, form: str) -> dict[str, Any]:
    """A JPEG keeps the fineness that it had; the others lose nothing."""
    if form != "JPEG":
        return {"compression": "tiff_lzw"} if form == "TIFF" else {}
    tables = getattr(opened, "quantization", None)
    chosen: dict[str, Any] = {"qtables": tables} if tables else {"quality": 90}
    return chosen | {"subsampling": _sampling(opened), "optimize": True}


def _sampling(opened: Image.Image) -> int:
    """As it was, else 4:2:0 as cameras do."""
    found = JpegImagePlugin.get_sampling(opened)
    return found if found in {0, 1, 2} else 2


def _in_plain_colours(opened: Image.Image) -> Image.Image:
    """As sRGB where the picture brings a profile that is understood; the profile itself may hold anything."""
    profile = opened.info.get("icc_profile")
    if not profile or opened.mode not in {"RGB", "RGBA"}:
        return opened
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(opened, source, ImageCms.createProfile("sRGB"), outputMode=opened.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return opened
    if converted is None:
        return opened
    converted.info = {name: value for name, value in opened.info.items() if name != "icc_profile"}
    return converted


# The segments of a JPEG: where the picture ends, and the picture without what cameras and others write beside it.

SOI, EOI, SOS, TEM = 0xD8, 0xD9, 0xDA, 0x01
RESTARTS = range(0xD0, 0xD8)
NEEDED = {0xC4, 0xDB, 0xDC, 0xDD, 0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF}
JFIF, ADOBE = 0xE0, 0xEE
ADOBE_LENGTH = 16  # with its mark
JFIF_LENGTH = 18  # with its mark, and without a thumbnail


class JpegBroken(Exception):
    """The segments cannot be told apart."""


def end_of_picture(data: bytes) -> int:
    """Where the byte behind the picture's end mark stands."""
    return max(end for _, _, end in segments(data))


def pixels_alone(data: bytes) -> bytes:
    """The same picture to the pixel, without notes, thumbnails, properties and anything behind it."""
    return b"".join(_kept(data[begin:end], mark) for mark, begin, end in segments(data))


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment's mark, beginning and end; a scan's pixels belong to the mark before them."""
    if data[:2] != b"\xff\xd8":
        raise JpegBroken
    yield SOI, 0, 2
    place = 2
    while True:
        begin = place
        while data[place : place + 1] == b"\xff":
            place += 1
        if place == begin or place >= len(data):
            raise JpegBroken
        mark, place = data[place], place + 1
        if mark == EOI:
            yield mark, place - 2, place
            return
        if mark not in RESTARTS and mark != TEM:
            place = _behind(data, place, mark)
        yield mark, begin, place


def _behind(data: bytes, place: int, mark: int) -> int:
    length = int.from_bytes(data[place : place + 2], "big")
    place += length
    if length < 2 or place > len(data):
        raise JpegBroken
    return _behind_scan(data, place) if mark == SOS else place


def _behind_scan(data: bytes, place: int) -> int:
    """The next mark that is neither a stuffed byte nor a restart."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        following = data[place + 1]
        if following == 0 or following in RESTARTS:
            place += 2
        elif following == 0xFF:
            place += 1
        else:
            return place
    raise JpegBroken


def _kept(segment: bytes, mark: int) -> bytes:
    if mark in {SOI, EOI, SOS, TEM} or mark in RESTARTS or mark in NEEDED:
        return segment
    if mark == ADOBE and segment[4:9] == b"Adobe" and len(segment) == ADOBE_LENGTH:
        return segment
    if mark == JFIF and segment[4:9] == b"JFIF\0" and len(segment) == JFIF_LENGTH:
        return segment
    return b""
