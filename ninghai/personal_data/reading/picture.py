"""A photograph or scan (.jpg, .png): for a person to look at; what it tells of itself (EXIF) is read."""

import io
from collections.abc import Iterator

from PIL import ExifTags, Image, UnidentifiedImageError

from ninghai.personal_data.reading.content import Content, FilePassage, Picture, UnreadableFile

NAMED_TAGS = {ExifTags.Base.Artist: "作者", ExifTags.Base.XPAuthor: "作者", ExifTags.Base.ImageDescription: "说明"}


def read(data: bytes) -> Iterator[Content]:
    yield Picture("图片")
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            exif = picture.getexif()
            where = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableFile("图片打不开，可能已损坏，请重新导出后再检查。") from error
    if where:
        yield FilePassage("图片属性“拍摄地点”", "", hidden="拍摄地点（经纬度）")
    for tag, label in NAMED_TAGS.items():
        if value := exif.get(tag):
            words = value.decode("utf-16-le", "replace") if isinstance(value, bytes) else str(value)
            yield FilePassage(f"图片属性“{label}”", words.strip("\x00 "))
