"""Office documents that are zips of XML parts (docx, xlsx, pptx, ofd): no macros, no foreign objects, no outside parts,
no fields that start programs (DDE)."""

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from olefile import OleFileIO

from ninghai.files.archive import LONG, LONGEST_TEXT
from ninghai.files.boundaries import check_compound_ends
from ninghai.files.kinds import FileKind, UnacceptableFile

# Whether the sheets of a workbook (xlsx) cost what they seem to (工作表的形状): counted before anything is made of them.

SHEETS = {"worksheet", "chartsheet", "dialogsheet"}  # elements of which a sheet consists, wherever it lies
SMALL = 200_000  # places that no program minds
EMPTIEST = 50  # places for each cell that is there
MOST_CELLS = 3_000_000
MOST_RANGES = 20_000  # merged, linked, formatted or validated: programs compare each with each
MOST_NAMES = 10_000  # of cells and ranges: programs make an object of each before they read the first sheet
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576  # of Excel
SHEET_PIECE = 256 * 1024
SHEET_HEAD = 1024
PLACE = re.compile(r"\$?([A-Za-z]{1,4})\$?([0-9]{1,8})")
STRANGE_SHEET = "表格的内部结构不正常。请用办公软件打开后另存一份再上传。"
WHAT_TO_DO = "请删去多余的行和列（选中后点右键“删除”），另存后再上传。"


def refuse_sprawling_sheets(container: ZipFile) -> None:
    """Refuse a workbook with a sheet whose used, merged or linked area is out of proportion to its cells."""
    for name in container.namelist():
        with container.open(name) as part:
            is_sheet = _root_of(part) in SHEETS
        if is_sheet:
            with container.open(name) as part:
                _Shape().read(part)


def refuse_crowded_workbook(container: ZipFile) -> None:
    """Refuse a workbook that gives names to more cells and ranges than anybody could use."""
    for name in container.namelist():
        with container.open(name) as part:
            is_workbook = _root_of(part) == "workbook"
        if is_workbook:
            with container.open(name) as part:
                _count_names(part)


def _count_names(part: IO[bytes]) -> None:
    names = 0

    def count(name: str, _attributes: dict[str, str]) -> None:
        nonlocal names
        names += name.rpartition(" ")[2] == "definedName"
        if names > MOST_NAMES:
            raise UnacceptableFile(
                f"表格中定义的名称超过{MOST_NAMES}个。请在“公式—名称管理器”中删去不用的，另存后再上传。"
            )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = count
    with suppress(expat.ExpatError):  # whoever opens the workbook says that it is broken
        while piece := part.read(SHEET_PIECE):
            parser.Parse(piece)


def _root_of(part: IO[bytes]) -> str:
    """What the part's first element is called, without its language; empty where it is no XML."""
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        while not names and (piece := part.read(SHEET_HEAD)):
            parser.Parse(piece)
    except expat.ExpatError:  # what comes before is what counts
        pass
    return names[0].rpartition(" ")[2] if names else ""


class _Shape:
    """Counts one sheet while it is read, and refuses it as soon as it is too much."""

    def __init__(self) -> None:
        self.cells = self.ranges = 0
        self.row = self.column = 0
        self.last_row = self.last_column = 0
        self.areas = {"mergeCell": 0, "hyperlink": 0}
        self.seen: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._see_row,
            "c": self._see_cell,
            "col": self._see_column,
            "mergeCell": lambda attributes: self._see_area("mergeCell", attributes.get("ref", "")),
            "hyperlink": lambda attributes: self._see_area("hyperlink", attributes.get("ref", "")),
            "conditionalFormatting": lambda attributes: self._count_ranges(attributes.get("sqref", "")),
            "dataValidation": lambda attributes: self._count_ranges(attributes.get("sqref", "")),
        }

    def read(self, part: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._see
        try:
            while piece := part.read(SHEET_PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise UnacceptableFile(STRANGE_SHEET) from None
        self._judge()

    def _see(self, name: str, attributes: dict[str, str]) -> None:
        if see := self.seen.get(name.rpartition(" ")[2]):
            see(attributes)

    def _see_row(self, attributes: dict[str, str]) -> None:
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0

    def _see_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        self.column += 1
        if "r" in attributes:
            self.column, self.row = _place(attributes["r"])
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.cells > MOST_CELLS:
            raise UnacceptableFile(f"表格的单元格超过{MOST_CELLS // 10_000}万个，请拆分后再上传。")
        if self.row > LAST_ROW or self.column > LAST_COLUMN:
            raise UnacceptableFile(STRANGE_SHEET)

    def _see_column(self, attributes: dict[str, str]) -> None:
        if _number(attributes.get("max", "1")) > LAST_COLUMN:
            raise UnacceptableFile(STRANGE_SHEET)

    def _see_area(self, kind: str, ref: str) -> None:
        self._count_ranges(ref)
        first, _, last = ref.partition(":")
        if last:
            (left, top), (right, bottom) = _place(first), _place(last)
            self.areas[kind] += (abs(right - left) + 1) * (abs(bottom - top) + 1)

    def _count_ranges(self, ranges: str) -> None:
        self.ranges += ranges.count(" ") + 1
        if self.ranges > MOST_RANGES:
            raise UnacceptableFile("表格中合并单元格、链接、条件格式和数据有效性的区域过多。请清除格式后另存，再上传。")

    def _judge(self) -> None:
        if self._is_out_of_proportion(self.last_row * self.last_column):
            last = f"第{self.last_row}行第{self.last_column}列"
            raise UnacceptableFile(f"表格的内容散得太开：一直用到{last}，绝大部分是空的。{WHAT_TO_DO}")
        if self._is_out_of_proportion(self.areas["mergeCell"]):
            raise UnacceptableFile("表格中合并单元格的区域过大，绝大部分是空的。请取消合并，另存后再上传。")
        if self._is_out_of_proportion(self.areas["hyperlink"]):
            raise UnacceptableFile("表格中设了链接的区域过大，绝大部分是空的。请取消链接，另存后再上传。")

    def _is_out_of_proportion(self, area: int) -> bool:
        return area > SMALL and area > EMPTIEST * self.cells


def _place(written: str) -> tuple[int, int]:
    """Column and row of A1; the end of a whole row or column counts as the sheet's."""
    found = PLACE.fullmatch(written.strip())
    if not found:
        raise UnacceptableFile(STRANGE_SHEET)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])


def _number(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 9):
        raise UnacceptableFile(STRANGE_SHEET)
    return int(written)


# Parts of office documents read as a reader of XML would read them, so that no mark hides behind another spelling.

PIECE = 1024 * 1024
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
LONGEST_MARK = 40  # bytes of it, in UTF-16
HEAD = 200  # bytes in which the encoding stands
ENCODING = re.compile(r"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
# In all of these a `<` is the byte of a `<`: marks are found whatever else the part says.
ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk", "gb18030"}
ASIDE = re.compile(r"<[!?]")
ASIDES = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
MOST_ASIDES = 10_000  # in one part
REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
STRANGE = "文件的内部结构不正常。请用办公软件打开后另存一份再上传。"


def refuse_strange_xml(part: IO[bytes]) -> None:
    """Refuse a part that defines its own entities, wherever it does, or is in an encoding that hides its marks."""
    before = b""
    while piece := part.read(PIECE):
        if not before:
            _refuse_encoding(piece[:HEAD])
        if DOCTYPE.search((before + piece).replace(b"\x00", b"")):
            raise UnacceptableFile(STRANGE)
        before = piece[-LONGEST_MARK:]


def text_of(xml: bytes) -> str:
    """Enough of the text to find marks in: without comments and instructions, CDATA and references written out."""
    return REFERENCE.sub(_letter, _without_asides(_decoded(xml)))


def _refuse_encoding(head: bytes) -> None:
    declared = ENCODING.search(_decoded(head))
    if declared and declared[1].strip().lower() not in ENCODINGS:
        raise UnacceptableFile(STRANGE)


def _decoded(xml: bytes) -> str:
    """Parts are in UTF-8, rarely in UTF-16."""
    is_wide = xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in xml[:4]
    return xml.replace(b"\x00", b"").decode("latin-1") if is_wide else xml.decode("utf-8", "replace")


def _without_asides(text: str) -> str:
    """One after the other, as the one that begins first hides the others; what is in CDATA stays, as text."""
    pieces, place = [], 0
    while aside := ASIDE.search(text, place):
        pieces.append(text[place : aside.start()])
        begin, end = next((each for each in ASIDES if text.startswith(each[0], aside.start())), ("<!", ""))
        inside = aside.start() + len(begin)
        close = text.find(end, inside)
        if close < 0 or len(pieces) > 2 * MOST_ASIDES:
            raise UnacceptableFile(STRANGE)
        pieces.append(text[inside:close].replace("<", " ") if begin == "<![CDATA[" else "")
        place = close + len(end)
    return "".join([*pieces, text[place:]])


def _letter(reference: re.Match[str]) -> str:
    """Never a sign of XML: what is written out does not become markup."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    letter = chr(number) if number <= 0x10FFFF else ""
    return letter if letter.isalnum() else reference[0]


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
    refuse_crowded_workbook(container)
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


# The older office formats (doc, xls, ppt, wps, et): OLE containers, accepted when free of macros, objects and passwords.

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO_NAMES = {"macros", "vba", "_vba_project", "_vba_project_cur"}
OBJECT_NAMES = {"\x01ole10native", "package", "objectpool"}
ENCRYPTED_NAMES = {"encryptedpackage", "encryptioninfo", "encryptedsummary"}
PPT_VBA = b"\x0f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04"  # VbaInfoContainer followed by its VbaInfoAtom
FIB_FLAGS, FIB_ENCRYPTED = 10, 0x0100
FREE = 0xFFFFFFFF  # a sector that nothing uses
FILE_PASS, BOUND_SHEET, MACRO_SHEET = 0x002F, 0x0085, 1


def check_compound(stream: IO[bytes], *, kind: FileKind) -> None:
    """Refuse unless the container is of this kind and holds only a document."""
    try:
        stream.seek(0)
        with OleFileIO(stream) as container:
            _check_entries(container.listdir(streams=True, storages=True), kind=kind)
            _check_content(container, kind=kind)
            sectors, sector = _sectors(container)
        stream.seek(0)
        check_compound_ends(stream.read(), sector=sector, used=sectors)
    except (OSError, ValueError, IndexError, KeyError, struct.error, RecursionError, MemoryError, OverflowError):
        raise UnacceptableFile("文件已损坏，无法打开。请用办公软件打开后另存一份再上传。") from None


def _sectors(container: Any) -> tuple[int, int]:
    """How many are in use, to the last one, and how long each is."""
    return max(
        (at + 1 for at, following in enumerate(container.fat) if following != FREE), default=0
    ), container.sectorsize


def _check_entries(paths: list[list[str]], *, kind: FileKind) -> None:
    names = {part.lower() for path in paths for part in path}
    if names & ENCRYPTED_NAMES:
        raise UnacceptableFile("文件设有打开密码，无法检查。请取消密码后再上传。")
    if names & MACRO_NAMES:
        raise UnacceptableFile("文件中含有宏。请删除宏，或另存为不含宏的格式后再上传。")
    if names & OBJECT_NAMES or any(name.startswith("mbd") for name in names):
        raise UnacceptableFile("文件中嵌入了其他程序的对象。请删除对象，另存一份后再上传。")
    if not {path[0] for path in paths if len(path) == 1} & kind.marks:
        raise UnacceptableFile(f"文件内容不是{kind}格式。请用办公软件打开后另存一份再上传。")


def _check_content(container: "OleFileIO[Any]", *, kind: FileKind) -> None:
    main = next(mark for mark in kind.marks if container.exists(mark))
    content = container.openstream(main).read()
    if main == "WordDocument":
        (flags,) = struct.unpack_from("<H", content, FIB_FLAGS)
        is_locked = bool(flags & FIB_ENCRYPTED)
        has_macros = False
    elif main == "PowerPoint Document":
        is_locked, has_macros = False, PPT_VBA in content
    else:
        records = list(_records(content))
        is_locked = any(number == FILE_PASS for number, _ in records)
        has_macros = any(number == BOUND_SHEET and body[5:6] == bytes([MACRO_SHEET]) for number, body in records)
    if is_locked:
        raise UnacceptableFile("文件设有打开密码，无法检查。请取消密码后再上传。")
    if has_macros:
        raise UnacceptableFile("文件中含有宏。请删除宏，或另存为不含宏的格式后再上传。")


def _records(workbook: bytes) -> Iterator[tuple[int, bytes]]:
    """The records (BIFF) of a workbook stream: number and body."""
    position = 0
    while position + 4 <= len(workbook):
        number, length = struct.unpack_from("<HH", workbook, position)
        yield number, workbook[position + 4 : position + 4 + length]
        position += 4 + length
