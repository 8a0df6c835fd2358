"""Pictures, written anew by Pillow: the pixels the right way up, in plain colours, and nothing beside them."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps, JpegImagePlugin

from ninghai.sanitizing.refusal import CannotRewrite

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
