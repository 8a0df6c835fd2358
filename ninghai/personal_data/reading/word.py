"""A Word document (.docx): text and tables of every part, comments, tracked changes, hidden words, and its properties."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from ninghai.personal_data.reading import package
from ninghai.personal_data.reading.content import BESIDE, CellGrid, Content, FilePassage, UnreadableFile

PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
WORDS = {qn("w:t"), qn("w:instrText"), package.DRAWN_TEXT}
DELETED = {qn("w:delText")}
PARTS = {
    "word/document.xml": "正文",
    "word/footnotes.xml": "脚注",
    "word/endnotes.xml": "尾注",
    "word/comments.xml": "批注",
}
# Where an attribute holds words: what a table or field is called, what a form offers, what a field does.
ATTRIBUTES = {
    qn("w:tblCaption"): (qn("w:val"),),
    qn("w:tblDescription"): (qn("w:val"),),
    qn("w:alias"): (qn("w:val"),),
    qn("w:tag"): (qn("w:val"),),
    qn("w:default"): (qn("w:val"),),
    qn("w:listEntry"): (qn("w:val"),),
    qn("w:listItem"): (qn("w:displayText"), qn("w:value")),
    qn("w:fldSimple"): (qn("w:instr"),),
    qn("w:hyperlink"): (qn("w:tooltip"),),
}
MOST_COLUMNS = 62  # Word has 63
MARGINS = {"word/header": "页眉", "word/footer": "页脚"}


def read(data: bytes) -> Iterator[Content]:
    yield from package.pictures_of(data, folder="word/media/")
    yield from package.links_of(data)
    yield from package.drawn_in(data, folders=("word/",), but=(*PARTS, *MARGINS))
    for name, xml in parts_of(data).items():
        part = package.parse(xml)
        if label := label_of(name):
            yield from _content(part, label)
        elif name.startswith("docProps/"):
            yield from package.properties_in(part)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The document's XML parts by name; raises UnreadableFile."""
    parts = package.xml_parts(data, otherwise="文档打不开，可能已损坏或加了密码，请另存为.docx文件后再检查。")
    if "word/document.xml" not in parts:
        raise UnreadableFile("这不是Word文档，请另存为.docx文件后再检查。")
    return parts


def label_of(name: str) -> str:
    """What the part is called on screen; empty for parts without words of the author."""
    margin = next((label for start, label in MARGINS.items() if name.startswith(start)), "")
    return PARTS.get(name, margin)


def text_of(element: Any) -> str:
    """The words that stand in it, tabs and breaks as blanks of their kind, each paragraph of a cell on a line of its own;
    what was deleted is not read."""
    if element.tag == CELL:
        return "\n".join(text_of(paragraph) for paragraph in element.iter(PARAGRAPH))
    return "".join(_sign(each) for each in element.iter() if each.tag in WORDS or each.tag in SIGNS)


SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n"}


def _sign(element: Any) -> str:
    return SIGNS.get(element.tag) or element.text or ""


def _content(part: Any, label: str) -> Iterator[Content]:
    hidden = "批注" if label == "批注" else ""
    tables = [table for table in part.iter(TABLE) if not any(True for _ in table.iterancestors(TABLE))]
    for number, table in enumerate(tables, start=1):
        yield _grid(table, f"{label}第{number}个表格")
    outside = (paragraph for paragraph in part.iter(PARAGRAPH) if not any(True for _ in paragraph.iterancestors(TABLE)))
    for number, paragraph in enumerate(outside, start=1):
        if text := text_of(paragraph):
            yield FilePassage(f"{label}第{number}段", text, hidden=hidden, flows=number > 1)
    yield from package.alternatives(part, place=f"{label}的替代文字")
    yield from (FilePassage(f"{BESIDE}（{label}）", element.get(name)) for element, name in attributes_of(part))
    yield from _out_of_sight(part, label)


def attributes_of(part: Any) -> Iterator[tuple[Any, str]]:
    """Elements and their attributes that hold words."""
    for element in part.iter(*ATTRIBUTES):
        yield from ((element, name) for name in ATTRIBUTES[element.tag] if element.get(name))


def _grid(table: Any, place: str) -> CellGrid:
    rows = [["" if cell is None else text_of(cell) for cell in cells_of(row)] for row in table.iter(ROW)]
    return CellGrid(rows, lambda row, column: f"{place}第{row + 1}行第{column + 1}格")


def cells_of(row: Any) -> list[Any]:
    """The row's cells by column; None where one spans several, after its first."""
    cells: list[Any] = []
    for cell in row.iter(CELL):
        span = next((int(each.get(qn("w:val"), 1)) for each in cell.iter(qn("w:gridSpan"))), 1)
        cells += [cell, *[None] * min(span - 1, MOST_COLUMNS)]
    return cells


def _out_of_sight(part: Any, label: str) -> Iterator[FilePassage]:
    for change in part.iter(qn("w:del"), qn("w:moveFrom")):
        words = "".join(each.text or "" for each in change.iter() if each.tag in DELETED or each.tag in WORDS)
        yield FilePassage(f"{label}的修订", words, hidden="修订中删除的文字")
    if any(True for _ in part.iter(qn("w:ins"), qn("w:moveTo"))):
        yield FilePassage(f"{label}的修订", "", hidden="未接受的修订")
    for mark in part.iter(qn("w:vanish")):
        run = next(iter(mark.iterancestors(qn("w:r"))), None)
        if run is not None:
            yield FilePassage(f"{label}的隐藏文字", text_of(run), hidden="隐藏文字")
