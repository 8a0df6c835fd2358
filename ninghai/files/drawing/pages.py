"""Pictures of what is looked at: a page of a PDF, a photograph, in a size for the screen. For the sandbox."""

import base64
import io
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps

WIDTH = 960  # dots of a page: sharp where it is shown at half of that
TALLEST = 3 * WIDTH
COLOURS = 48  # of a page of text: black, grey edges, a red head
MOST_SHADES = 4096  # of a page that is text; one with photographs has more
WIDEST_PHOTO, TALLEST_PHOTO = 1280, 10_240  # dots; what is long is a picture of many screens
QUALITY = 80  # of a JPEG


def page_drawn(data: bytes, *, number: int) -> dict[str, Any]:
    """The page of that number, counted from 1; what is pinned to it (annotations) is not drawn."""
    with pypdfium2.PdfDocument(data) as document:
        pages = len(document)
        if not 1 <= number <= pages:
            raise ValueError("there is no such page")
        page = document[number - 1]
        width, height = page.get_size()
        if height * WIDTH > TALLEST * width:
            raise ValueError("the page is too tall for a picture")
        picture = page.render(scale=WIDTH / width, draw_annots=False).to_pil().convert("RGB")
    return {"pages": pages, **_written(picture)}


def photo_drawn(data: bytes) -> dict[str, Any]:
    """The photograph as it was held, without what it tells of camera and place."""
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (WIDEST_PHOTO, WIDEST_PHOTO))
        picture.thumbnail((WIDEST_PHOTO, TALLEST_PHOTO), reducing_gap=2)
        shown = ImageOps.exif_transpose(_in_eight_bits(picture))
        on_paper = Image.new("RGB", shown.size, "white")
        layer = shown.convert("RGBA")
        on_paper.paste(layer, mask=layer)
    return {"pages": 1, **_written(on_paper)}


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Of greys in sixteen bits, as scanners write them, the upper eight: Pillow would cut off all that is lighter."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")


def _written(picture: Image.Image) -> dict[str, Any]:
    """What is drawn with few shades as PNG, which keeps letters sharp; the rest as JPEG."""
    written = io.BytesIO()
    is_text = picture.getcolors(MOST_SHADES) is not None
    if is_text:
        picture.quantize(COLOURS).save(written, "PNG")
    else:
        picture.save(written, "JPEG", quality=QUALITY)
    size = {"width": picture.width, "height": picture.height}
    media_type = "image/png" if is_text else "image/jpeg"
    return {**size, "media_type": media_type, "data": base64.b64encode(written.getvalue()).decode()}
