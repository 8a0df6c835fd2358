"""From a Word document to its paragraphs and tables (Word 文档 → 版块), as they read with all changes accepted."""

from collections.abc import Iterator
from typing import Any

from docx import Document as open_document
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from tasks.notice.blocks import Block, Remark, Running
from tasks.notice.office_file import checked
from tasks.notice.refusal import NotANotice
from tasks.notice.tables import Table, grid
from tasks.notice.word_numbering import Numbering

PARAGRAPH, TABLE, TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TAKEN_OUT = frozenset({qn("w:del"), qn("w:moveFrom"), TEXT_BOX, FALLBACK, qn("w:pPr"), qn("w:rPr")})
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# What stands in parts of its own, with the name of the relation that leads there.
NOTES = ("footnotes", "endnotes")
MARGINS = ("header", "footer")


def blocks_of_word(data: bytes) -> Iterator[Block]:
    """The document from top to bottom, then notes and running heads; raises NotANotice if it does not open."""
    stream = checked(data)
    try:
        document = open_document(stream)
    except (OpcError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise NotANotice("文档打不开，可能已损坏，请用Word或WPS打开后另存为.docx文件再导入。") from error
    numbering = Numbering(document)
    body = document.element.body
    yield from _remarks(document)
    yield from _blocks_in(body, numbering)
    for kind in NOTES:
        for note in _parts(document, kind):
            yield from (text for paragraph in note.iter(PARAGRAPH) if (text := _text_of(paragraph).strip()))
    running = {
        _text_of(each).strip() for kind in MARGINS for part in _parts(document, kind) for each in part.iter(PARAGRAPH)
    }
    yield from (Running(text) for text in sorted(running) if text)


def _remarks(document: Document) -> Iterator[Block]:
    body = document.element.body
    if any(True for name in ("w:ins", "w:del", "w:moveFrom") for _ in body.iter(qn(name))):
        yield Remark("文档里有未接受的修订，已按接受全部修订后的文字识别，请核对。")
    if any(True for _ in body.iter(qn("w:vanish"))):
        yield Remark("文档里有隐藏文字，已一并读取，请核对。")
    comments = sum(1 for _ in body.iter(qn("w:commentReference")))
    if comments:
        yield Remark(f"文档里有{comments}条批注，没有读取，请核对。")


def _parts(document: Document, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            part = relation.target_part
            yield part.element if hasattr(part, "element") else parse_xml(part.blob)


def _blocks_in(element: Any, numbering: Numbering) -> Iterator[Block]:
    for child in element:
        if child.tag == PARAGRAPH:
            yield from _lines_of(child, numbering)
        elif child.tag == TABLE:
            yield from _table(child, numbering)
        elif child.tag not in TAKEN_OUT:  # a content control or the like, around paragraphs
            yield from _blocks_in(child, numbering)


def _lines_of(paragraph: Any, numbering: Numbering) -> Iterator[Block]:
    """A paragraph with its number, as lines; a text box anchored in it stands before it."""
    for box in _text_boxes(paragraph):
        yield from _blocks_in(box, numbering)
    text = _text_of(paragraph)
    number = numbering.number_of(paragraph) if text.strip() else ""
    yield from f"{number}{text}".split("\n")


def _text_boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == TEXT_BOX:
            yield child
        elif child.tag != FALLBACK:
            yield from _text_boxes(child)


def _text_of(element: Any) -> str:
    pieces: list[str] = []
    for child in element:
        if child.tag == qn("w:t"):
            pieces.append(child.text or "")
        elif child.tag in SIGNS:
            pieces.append(SIGNS[child.tag])
        elif child.tag not in TAKEN_OUT:
            pieces.append(_text_of(child))
    return "".join(pieces)


def _table(table: Any, numbering: Numbering) -> Iterator[Block]:
    """A table of plain cells; one whose cells hold tables is layout, and their blocks follow each other."""
    rows = [list(row.iter(qn("w:tc"))) if _is_flat(table) else [] for row in _children(table, qn("w:tr"))]
    if not _is_flat(table):
        for cell in (cell for row in _children(table, qn("w:tr")) for cell in _children(row, qn("w:tc"))):
            yield from _blocks_in(cell, numbering)
        return
    yield _merged(rows, [_before(row) for row in _children(table, qn("w:tr"))], numbering)


def _is_flat(table: Any) -> bool:
    return not any(True for _ in table.iterdescendants(TABLE))


def _children(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, through content controls and tracked insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in (TABLE, PARAGRAPH) and child.tag not in TAKEN_OUT:
            yield from _children(child, tag)


def _before(row: Any) -> int:
    """The columns that a row leaves out at its beginning."""
    found = next(row.iter(qn("w:gridBefore")), None)
    return int(found.get(qn("w:val")) or 0) if found is not None else 0


def _merged(rows: list[list[Any]], before: list[int], numbering: Numbering) -> Table:
    """Cells that go on with the one above (vMerge) become part of it."""
    told: list[list[tuple[tuple[str, ...], int, int]]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # by column: the row and place of the cell that may go on
    for number, row in enumerate(rows):
        told.append([((), 1, before[number])] if before[number] else [])
        column = before[number]
        for cell in row:
            across, merge = _span(cell), next(cell.iter(qn("w:vMerge")), None)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue" and column in open_cells
            if goes_on:
                above, place = open_cells[column]
                paragraphs, down, width = told[above][place]
                told[above][place] = (paragraphs, down + 1, width)
            else:
                open_cells[column] = (number, len(told[number]))
                told[number].append((_paragraphs(cell, numbering), 1, across))
            column += across
    return grid(told)


def _span(cell: Any) -> int:
    found = next(cell.iter(qn("w:gridSpan")), None)
    return max(1, min(int(found.get(qn("w:val")) or 1), 200)) if found is not None else 1


def _paragraphs(cell: Any, numbering: Numbering) -> tuple[str, ...]:
    return tuple(line.strip() for line in _blocks_in(cell, numbering) if isinstance(line, str) and line.strip())
