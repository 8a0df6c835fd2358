"""Pictures: really JPEG or PNG, and of a size that a browser can show."""

from typing import IO

from PIL import Image, UnidentifiedImageError

from ninghai.files.boundaries import check_jpeg_ends, check_png_ends
from ninghai.files.refusal import UnacceptableFile

MOST_PIXELS = 100_000_000


def check_picture(stream: IO[bytes], *, media_type: str) -> None:
    """Refuse a broken picture, one of another format or with something behind it, one with more pixels than a phone or
    scanner makes."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=["JPEG", "PNG"]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise UnacceptableFile(f"图片有{width}乘{height}个像素，过大。请缩小后再上传。")
            if Image.MIME[str(picture.format)] != media_type:
                raise UnacceptableFile("图片的扩展名与内容不一致。请改正扩展名（jpg或png）后再上传。")
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise UnacceptableFile("图片已损坏，无法打开。请重新导出后再上传。") from None
    stream.seek(0)
    check_ends = check_png_ends if media_type == "image/png" else check_jpeg_ends
    check_ends(stream.read())
