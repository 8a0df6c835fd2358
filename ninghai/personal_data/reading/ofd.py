"""The national fixed-layout format (.ofd, GB/T 33190): the text of every page, the pictures, and who made the file."""

import re
from collections.abc import Iterator

from ninghai.files.archive import opened_zip
from ninghai.personal_data.reading.content import Content, FilePassage, Picture, UnreadableFile, author
from ninghai.personal_data.reading.package import parse

PAGE = re.compile(r"(?:.*/)?(?:Pages|Tpls|Annots|Annotations)/.*\.xml", re.IGNORECASE)
MADE_OF_PICTURES = re.compile(r"\.(?:jpe?g|png|bmp|jb2|tiff?)$", re.IGNORECASE)


def read(data: bytes) -> Iterator[Content]:
    with opened_zip(data, UnreadableFile("OFD文件打不开，可能已损坏或加了密码，请重新导出后再检查。")) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}
        pictures = [name for name in package.namelist() if MADE_OF_PICTURES.search(name)]
    yield from (Picture("文中图片") for _ in pictures)
    pages = [name for name in parts if PAGE.fullmatch(name)]
    for number, name in enumerate(sorted(pages), start=1):
        yield FilePassage(f"第{number}个版面", _text(parts[name]))
    if "OFD.xml" in parts:
        for element in parse(parts["OFD.xml"]).iter():
            if isinstance(element.tag, str) and element.tag.endswith("}Author") and element.text:
                yield author("文件属性“作者”", element.text)


def _text(xml: bytes) -> str:
    """The words of the page, a line for each piece; a number may be cut into pieces, so they are also read as one."""
    pieces = [element.text or "" for element in parse(xml).iter() if str(element.tag).endswith("}TextCode")]
    return "\n".join(pieces) + "\n" + "".join(pieces)
