"""A zip of XML parts, read within bounds and written anew: no comment, no gap, no time, nothing in the extra fields."""

import io
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from ninghai.files.archive import opened_zip
from ninghai.files.sanitizing import CannotRewrite

MOST_PARTS = 5_000
LARGEST = 300 * 1024 * 1024  # bytes of all parts unpacked
LARGEST_XML = 60 * 1024 * 1024  # bytes of one part
LONG_AGO = (1980, 1, 1, 0, 0, 0)
BROKEN = "文件已损坏，不能重新写出。请用办公软件打开后另存一份重新上传。"


def read_parts(data: bytes) -> dict[str, bytes]:
    """The parts by name."""
    with opened_zip(data, CannotRewrite(BROKEN)) as container:
        entries = [each for each in container.infolist() if not each.is_dir()]
        if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > LARGEST:
            raise CannotRewrite("文件展开后过大，不能重新写出。请拆分后重新上传。")
        return {each.filename: container.read(each) for each in entries}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """In this order; the same parts make the same bytes."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as container:
        for name, data in parts.items():
            container.writestr(ZipInfo(name, LONG_AGO), data, ZIP_DEFLATED)
    return out.getvalue()


def parse(xml: bytes) -> Any:
    """The part's root, without comments and instructions; nothing is fetched, no entity is unfolded."""
    if len(xml) > LARGEST_XML:
        raise CannotRewrite("文件的文字部分过大，不能重新写出。请拆分后重新上传。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CannotRewrite(BROKEN) from None
    if root.getroottree().docinfo.doctype:
        raise CannotRewrite(BROKEN)
    return root


def serialized(root: Any) -> bytes:
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(_named_prefixes(root)))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _named_prefixes(root: Any) -> set[str]:
    """Prefixes that attributes speak of, such as mc:Ignorable and Requires: without their names the part says nonsense."""
    known = {prefix for prefix in root.nsmap if prefix}
    used = {
        word
        for element in root.iter()
        for value in element.attrib.values()
        if len(value) < 200
        for word in value.split()
    }
    return {prefix for prefix in known if prefix in used or any(word.startswith(f"{prefix}:") for word in used)}
