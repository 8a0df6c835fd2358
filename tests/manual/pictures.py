"""Pictures small enough to live beside the text: WebP, as many colours as a page of text needs."""

from io import BytesIO
from pathlib import Path

from PIL import Image

QUALITY = 60  # text stays sharp; a page of the portal takes 20 to 60 KB


def save_picture(png: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.save(path, "WEBP", quality=QUALITY, method=6)
