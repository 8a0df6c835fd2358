"""What the office formats have in common: a zip of parts, with pictures, links, and words beside what is drawn."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from docx.oxml import parse_xml

from ninghai.files.archive import opened_zip
from ninghai.personal_data.reading.content import FilePassage, Picture, UnreadableFile, author

RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CHART_WORDS = {f"{CHART}{name}" for name in ("strCache", "strLit", "lvl")}  # and not the numbers that are drawn
CALLING = re.compile(r"(?:mailto|tel|sms|smsto|callto|sip|weixin):", re.IGNORECASE)
LINK, ALTERNATIVE, DRAWN = "超链接", "图形的替代文字", "图形中的文字"
AUTHORS = {"creator", "lastModifiedBy", "Manager"}
PROPERTIES = {
    "creator": "作者",
    "lastModifiedBy": "最后修改人",
    "title": "标题",
    "subject": "主题",
    "keywords": "关键词",
    "description": "备注",
    "category": "类别",
    "Manager": "经理",
    "Company": "单位",
}
BROKEN = "文档的内部结构不正常，请用办公软件打开后另存一份再检查。"


def xml_parts(data: bytes, *, otherwise: str) -> dict[str, bytes]:
    """The parts by name; raises UnreadableFile, which says `otherwise`, where they cannot be read."""
    with opened_zip(data, UnreadableFile(otherwise)) as package:
        return {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}


def parse(xml: bytes) -> Any:
    try:
        return parse_xml(xml)
    except SyntaxError as error:  # lxml's XMLSyntaxError is one
        raise UnreadableFile(BROKEN) from error


def pictures_of(data: bytes, *, folder: str) -> Iterator[Picture]:
    """The pictures that a package keeps in this folder."""
    with opened_zip(data, UnreadableFile(BROKEN)) as package:
        count = sum(name.startswith(folder) and not name.endswith("/") for name in package.namelist())
    yield from (Picture("文中插图") for _ in range(count))


def links_of(data: bytes) -> Iterator[FilePassage]:
    """Where links lead that call or write to somebody, from any part of the package."""
    for relations in _parts(data, suffix=".rels"):
        for relation in relations.iter(RELATION):
            if passage := link(str(relation.get("Target", "")), place=LINK):
                yield passage


def link(target: str, *, place: str) -> FilePassage | None:
    """What a link says by its target, when that calls or writes to somebody."""
    if not CALLING.match(target):
        return None
    return FilePassage(place, re.sub(r"[:?&=,;]", " ", unquote(target)))


def drawn_in(data: bytes, *, folders: tuple[str, ...], but: tuple[str, ...]) -> Iterator[FilePassage]:
    """The words in shapes and charts, and in their alternative texts, wherever in these folders they are kept, but for parts
    that are read otherwise."""
    for part in _parts(data, suffix=".xml", folders=folders, but=but):
        if words := "\n".join(each.text for each in drawn_words(part)):
            yield FilePassage(DRAWN, words)
        yield from alternatives(part)


def drawn_words(part: Any) -> Iterator[Any]:
    """The elements that hold words of shapes and charts."""
    for each in part.iter(DRAWN_TEXT, f"{CHART}v"):
        if each.text and (each.tag == DRAWN_TEXT or _is_in_words(each)):
            yield each


def _is_in_words(value: Any) -> bool:
    point = value.getparent()
    return (
        point is not None
        and point.getparent() is not None
        and (point.getparent().tag in CHART_WORDS or point.tag == f"{CHART}tx")
    )


def alternatives(part: Any, *, place: str = ALTERNATIVE) -> Iterator[FilePassage]:
    """What stands for a picture or shape where it is not seen."""
    for element in part.iter():
        is_drawn = isinstance(element.tag, str) and element.tag.endswith(("}docPr", "}cNvPr"))
        words = "\n".join(filter(None, (element.get("title"), element.get("descr")))) if is_drawn else ""
        if words:
            yield FilePassage(place, words)


def _parts(data: bytes, *, suffix: str, folders: tuple[str, ...] = ("",), but: tuple[str, ...] = ()) -> Iterator[Any]:
    with opened_zip(data, UnreadableFile(BROKEN)) as package:
        for name in package.namelist():
            if name.endswith(suffix) and name.startswith(folders) and not (but and name.startswith(but)):
                yield parse(package.read(name))


def properties_in(part: Any) -> Iterator[FilePassage]:
    """What a part of docProps says of the file."""
    for element in part.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            name = element.tag.rpartition("}")[2]
            if name in PROPERTIES:
                place = f"文件属性“{PROPERTIES[name]}”"
                yield author(place, element.text) if name in AUTHORS else FilePassage(place, element.text)
            elif name in {"lpwstr", "lpstr"}:
                yield FilePassage("文件的自定义属性", element.text)
