"""Office documents that are zips of XML parts (docx, xlsx, pptx, ofd): no macros, no foreign objects, no outside parts,
no fields that start programs (DDE)."""

import re
from collections.abc import Iterator
from zipfile import ZipFile

from ninghai.files.archive import LONG, LONGEST_TEXT
from ninghai.files.refusal import UnacceptableFile
from ninghai.files.sheet_shape import refuse_sprawling_sheets
from ninghai.files.xml_part import refuse_strange_xml, text_of

MACRO_PARTS = re.compile(r"vba(project|data)|macrosheets/|activex/|customui", re.IGNORECASE)
MACRO_TYPES = re.compile(r"macroEnabled|macrosheet|vbaProject|activeX|ms-excel\.sheet\.binary", re.IGNORECASE)
XML = (".xml", ".rels", ".vml")
EXTERNAL = re.compile(r"\bTargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
TYPE = re.compile(r"(?<![\w.:-])Type\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
HARMLESS_OUTSIDE = ("/hyperlink", "/image", "/externallinkpath", "/externallink")
OBJECTS = ("/oleobject", "/package", "/control", "/activexcontrolbinary", "/vbaproject", "/wordvbadata", "macrosheet")
HIDDEN_SHEET = re.compile(r"<(?:[\w.-]+:)?sheet\b[^<]*?\bstate\s*=\s*[\"'](hidden|veryHidden)", re.IGNORECASE)
FIELD = re.compile(r"<(?:[\w.-]+:)?instrText\b[^<>]*>([^<]*)<|\binstr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
RUNS_A_PROGRAM = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
SHEET = re.compile(r"xl/(worksheets/[^/]*|sharedStrings)\.xml$", re.IGNORECASE)
DDE_LINK = re.compile(r"<(?:[\w.-]+:)?ddeLink\b", re.IGNORECASE)
EMBEDDED = re.compile(r"(^|/)embeddings/.+", re.IGNORECASE)
OBJECT_INSIDE = "文件中嵌入了其他程序的对象。请删除对象，另存一份后再上传。"


def check_document(container: ZipFile) -> None:
    """Refuse what runs, what is fetched from elsewhere, and XML that defines its own entities."""
    for name in container.namelist():
        if MACRO_PARTS.search(name):
            raise UnacceptableFile("文件中含有宏或控件。请另存为不含宏的格式后再上传。")
        if name.lower() == "[content_types].xml" and MACRO_TYPES.search(text_of(container.read(name))):
            raise UnacceptableFile("文件中含有宏。请另存为不含宏的格式后再上传。")
        if name.lower().endswith(XML):
            _check_xml_part(container, name)
    refuse_sprawling_sheets(container)


def embedded_documents(container: ZipFile) -> Iterator[str]:
    """The entries that are files within the document, such as the workbook behind a chart."""
    return (name for name in container.namelist() if EMBEDDED.search(name) and not name.endswith((".rels", "/")))


def has_hidden_sheets(container: ZipFile) -> bool:
    """Whether a workbook (xlsx) keeps sheets out of sight."""
    return bool(HIDDEN_SHEET.search(text_of(container.read("xl/workbook.xml"))))


def _check_xml_part(container: ZipFile, name: str) -> None:
    with container.open(name) as part:
        refuse_strange_xml(part)
    if SHEET.match(name):  # large, and without fields
        return
    if container.getinfo(name).file_size > LONGEST_TEXT:
        raise UnacceptableFile(LONG)
    text = text_of(container.read(name))
    if name.lower().endswith(".rels"):
        _check_relations(text)
    elif DDE_LINK.search(text) or RUNS_A_PROGRAM.search("".join(map("".join, FIELD.findall(text)))):
        raise UnacceptableFile("文件中有会调用其他程序的域（DDE）。请删除后另存一份再上传。")


def _check_relations(relations: str) -> None:
    for relation in relations.split("<"):  # no attribute holds one, many may hold a `>`
        kind = TYPE.search(relation)
        _check_relation(relation, kind=kind[1].lower() if kind else "")


def _check_relation(relation: str, *, kind: str) -> None:
    if kind.endswith("/afchunk"):
        raise UnacceptableFile("文件中嵌入了网页或其他文档。请把内容复制进来，另存一份后再上传。")
    if EXTERNAL.search(relation) and not kind.endswith(HARMLESS_OUTSIDE):
        raise UnacceptableFile("文件引用了外部的模板或对象。请断开引用，另存一份后再上传。")
    if kind.endswith(OBJECTS) and "embeddings/" not in relation.lower():  # those there are looked into by themselves
        raise UnacceptableFile(OBJECT_INSIDE)
