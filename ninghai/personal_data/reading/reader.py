"""Which module reads which file, by the end of its name; an archive (.zip) is read one level deep."""

import io
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from PIL import ExifTags, Image, UnidentifiedImageError

from ninghai.files.archive import entry_name, opened_zip
from ninghai.personal_data.reading import ofd, pdf, plain, slides, word, workbook
from ninghai.personal_data.reading.content import ENTRY_NAME, Content, FilePassage, Picture, UnreadableFile

# A photograph or scan (.jpg, .png): for a person to look at; what it tells of itself (EXIF) is read.

NAMED_TAGS = {ExifTags.Base.Artist: "作者", ExifTags.Base.XPAuthor: "作者", ExifTags.Base.ImageDescription: "说明"}


def read_picture(data: bytes) -> Iterator[Content]:
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


READERS: dict[str, Callable[[bytes], Iterator[Content]]] = {
    ".xlsx": workbook.read,
    ".docx": word.read,
    ".pptx": slides.read,
    ".ofd": ofd.read,
    ".pdf": pdf.read,
    ".csv": plain.read_table,
    ".txt": plain.read_text,
    ".jpg": read_picture,
    ".jpeg": read_picture,
    ".png": read_picture,
}
ARCHIVE = ".zip"
FOLDER = "/"  # at the end of the name of an entry that holds no file
LARGEST_ENTRY = 50 * 1024 * 1024  # bytes, unpacked
MOST_ENTRIES = 1000


def contents(name: str, data: bytes) -> Iterator[tuple[str, Content]]:
    """(file, content): an entry of an archive is called archive.zip/entry.xlsx. Raises UnreadableFile."""
    if suffix(name) != ARCHIVE:
        for content in _reader(name)(data):
            yield name, content
        return
    for entry, unpacked in entries(data):
        inside = f"{name}/{entry}"
        yield inside, FilePassage(ENTRY_NAME, entry)
        if entry.endswith(FOLDER):
            continue
        for content in _reader(inside)(unpacked):
            yield inside, content


def suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of the archive, unpacked one by one, and its folders, which are empty."""
    with opened_zip(data, UnreadableFile("压缩包打不开，可能已损坏或加了密码。")) as archive:
        if len(archive.infolist()) > MOST_ENTRIES:
            raise UnreadableFile(f"压缩包里超过{MOST_ENTRIES}个文件，请分开后再检查。")
        for entry in archive.infolist():
            yield entry_name(entry), _unpacked(archive, entry)


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    with archive.open(entry) as packed:
        data = packed.read(LARGEST_ENTRY + 1)
    if len(data) > LARGEST_ENTRY:
        raise UnreadableFile(f"压缩包里的“{entry_name(entry)}”解压后超过50MB，请单独检查。")
    return data


def _reader(name: str) -> Callable[[bytes], Iterator[Content]]:
    reader = READERS.get(suffix(name))
    if reader is None:
        readable = "、".join([*READERS, ARCHIVE])
        raise UnreadableFile(f"“{name}”不能检查，只能检查{readable}文件（压缩包里不能再有压缩包）。")
    return reader
