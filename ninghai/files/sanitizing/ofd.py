"""The national fixed-layout format (.ofd, GB/T 33190), written anew: pages, what they use, and nothing of seals and makers.

Pictures are drawn again and fonts written again. Signatures, attachments, extensions, custom tags and properties are
gone: the original keeps them, and the seal on the page, which is a picture, stays where it was drawn into the page.
"""

import io
import posixpath
import re
from typing import Any

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from lxml import etree

from ninghai.files.sanitizing import CannotRewrite, pictures
from ninghai.files.sanitizing.package import BROKEN, parse, read_parts, serialized, write_parts
from ninghai.personal_data.masking import mask_text

OFD = "http://www.ofdspec.org/"
DOCUMENT = r"Doc_\d{1,4}/"
XML = re.compile(
    rf"OFD\.xml|{DOCUMENT}(?:Document|PublicRes|DocumentRes|Annotations|Annots/[\w/]{{1,60}}|(?:Pages|Tpls)/[\w/]{{1,60}})\.xml"
)
RESOURCE = re.compile(rf"{DOCUMENT}(?:[\w/]{{1,60}}/)?[\w.\-]{{1,80}}\.(png|jpe?g|bmp|tiff?|ttf|otf)", re.IGNORECASE)
GONE = {
    "Author", "Creator", "CreatorVersion", "CreationDate", "ModDate", "Title", "Subject", "Abstract", "Keywords", "Cover",
    "DocUsage", "DocID", "CustomDatas", "Signatures", "Attachments", "Extensions", "CustomTags", "Versions", "Actions",
}  # fmt: skip
LONG_NUMBER = re.compile(r"\d{11,}")
READ = "TextCode"  # the words on the page
UNKNOWN = "OFD文件里有不能重新写出的内容（{}）。请转换为PDF后重新上传。"


def rewrite(data: bytes) -> bytes:
    parts = read_parts(data)
    if "OFD.xml" not in parts:
        raise CannotRewrite(BROKEN)
    xml = {name: _rewritten(part) for name, part in sorted(parts.items()) if XML.fullmatch(name)}
    all_text = b"".join(xml.values()).decode()
    kept = {name: _resource(name, part) for name, part in sorted(parts.items()) if _is_used(name, all_text)}
    return write_parts(xml | kept)


def _is_used(name: str, all_text: str) -> bool:
    """A resource is named, without its folders, where it is used."""
    return (
        RESOURCE.fullmatch(name) is not None
        and re.search(rf"[/>]{re.escape(posixpath.basename(name))}<", all_text) is not None
    )


def _rewritten(xml: bytes) -> bytes:
    root = parse(xml)
    for element in list(root.iter()):
        name = etree.QName(element)
        if element is not root and (not (name.namespace or "").startswith(OFD) or name.localname in GONE):
            element.getparent().remove(element)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name.startswith("{"):
                del element.attrib[name]
            elif LONG_NUMBER.search(value):
                element.set(name, mask_text(value))
        element.tail = None
        if element.text and etree.QName(element).localname != READ and LONG_NUMBER.search(element.text):
            element.text = mask_text(element.text)
    return serialized(root)


def _resource(name: str, data: bytes) -> bytes:
    extension = posixpath.splitext(name)[1].lower()
    return _font(data) if extension in {".ttf", ".otf"} else pictures.rewrite(data, suffix=extension)


def _font(data: bytes) -> bytes:
    out = io.BytesIO()
    try:
        font: Any = TTFont(io.BytesIO(data), recalcTimestamp=False)
        for table in set(font.keys()) - KNOWN_TABLES:
            del font[table]
        font.save(out)
    except (TTLibError, AssertionError, KeyError, ValueError, TypeError, IndexError, OSError, AttributeError):
        raise CannotRewrite(UNKNOWN.format("字体")) from None
    return out.getvalue()


KNOWN_TABLES = frozenset(
    [
        "GlyphOrder",
        "cmap",
        "glyf",
        "head",
        "hhea",
        "hmtx",
        "loca",
        "maxp",
        "post",
        "OS/2",
        "cvt",
        "fpgm",
        "prep",
        "gasp",
        "kern",
        "vhea",
        "vmtx",
        "VORG",
        "GSUB",
        "GPOS",
        "GDEF",
        "BASE",
        "CFF",
        "CFF2",
    ]
) | {"cvt ", "CFF "}
