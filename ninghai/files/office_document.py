"""Office documents that are zips of XML parts (docx, xlsx, pptx, ofd): no macros, no foreign objects, no outside parts,
no fields that start programs (DDE)."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile

from ninghai.files.refusal import UnacceptableFile

MACRO_PARTS = re.compile(r"vba(project|data)|macrosheets/|activex/|customui", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|ms-excel\.sheet\.binary", re.IGNORECASE)
PROLOGUE = 4096  # bytes in which a document type declaration must stand
DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
EXTERNAL = re.compile(r"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
HARMLESS_OUTSIDE = ("/hyperlink", "/image", "/externalLinkPath", "/externalLink")
HIDDEN_SHEET = re.compile(r"<[^<>]*\bsheet\b[^<>]*\bstate\s*=\s*[\"'](hidden|veryHidden)", re.IGNORECASE)
FIELD = re.compile(r"<(?:\w+:)?instrText\b[^<>]*>([^<]*)<|\binstr\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
RUNS_A_PROGRAM = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
SHEET = re.compile(r"xl/(worksheets/[^/]*|sharedStrings)\.xml$", re.IGNORECASE)
DDE_LINK = re.compile(r"<(?:\w+:)?ddeLink\b", re.IGNORECASE)
FOREIGN_CHUNK = re.compile(r"\bType\s*=\s*[\"'][^\"']*/aFChunk[\"']", re.IGNORECASE)
EMBEDDED = re.compile(r"(^|/)embeddings/.+", re.IGNORECASE)


def check_document(container: ZipFile) -> None:
    """Refuse what runs, what is fetched from elsewhere, and XML that defines its own entities."""
    for name in container.namelist():
        if MACRO_PARTS.search(name):
            raise UnacceptableFile("文件中含有宏或控件。请另存为不含宏的格式后再上传。")
        if name == "[Content_Types].xml" and MACRO_TYPES.search(container.read(name)):
            raise UnacceptableFile("文件中含有宏。请另存为不含宏的格式后再上传。")
        if PurePosixPath(name).suffix.lower() in {".xml", ".rels"}:
            _check_xml_part(container, name)


def embedded_documents(container: ZipFile) -> Iterator[str]:
    """The entries that are files within the document, such as the workbook behind a chart."""
    return (name for name in container.namelist() if EMBEDDED.search(name) and not name.endswith((".rels", "/")))


def has_hidden_sheets(container: ZipFile) -> bool:
    """Whether a workbook (xlsx) keeps sheets out of sight."""
    return bool(HIDDEN_SHEET.search(_text(container.read("xl/workbook.xml"))))


def _check_xml_part(container: ZipFile, name: str) -> None:
    with container.open(name) as part:
        if DOCTYPE.search(_text(part.read(PROLOGUE))):
            raise UnacceptableFile("文件的内部结构不正常。请用办公软件打开后另存一份再上传。")
    if SHEET.match(name):  # large, and without fields
        return
    text = _text(container.read(name))
    if name.lower().endswith(".rels"):
        _check_relations(text)
    elif DDE_LINK.search(text) or RUNS_A_PROGRAM.search("".join(map("".join, FIELD.findall(text)))):
        raise UnacceptableFile("文件中有会调用其他程序的域（DDE）。请删除后另存一份再上传。")


def _check_relations(relations: str) -> None:
    if FOREIGN_CHUNK.search(relations):
        raise UnacceptableFile("文件中嵌入了网页或其他文档。请把内容复制进来，另存一份后再上传。")
    for relation in EXTERNAL.findall(relations):
        _check_relation(relation)


def _check_relation(relation: str) -> None:
    kind = re.search(r"\bType\s*=\s*[\"']([^\"']*)", relation)
    if not kind or not kind[1].endswith(HARMLESS_OUTSIDE):
        raise UnacceptableFile("文件引用了外部的模板或对象。请断开引用，另存一份后再上传。")


def _text(xml: bytes) -> str:
    """Enough of the text to find marks in: parts are in UTF-8, rarely in UTF-16."""
    is_wide = xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in xml[:4]
    return xml.replace(b"\x00", b"").decode("latin-1") if is_wide else xml.decode("utf-8", "replace")
