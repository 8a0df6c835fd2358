"""From Word documents and workbooks to paragraphs and tables (Word、Excel → 版块).

A document is read with all changes accepted and the numbers that Word counts itself; a workbook with its hidden rows.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docx import Document as open_document
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from ninghai.files.archive import open_zip, refuse_long_text
from ninghai.files.kinds import UnacceptableFile
from ninghai.files.office_document import check_document
from ninghai.files.workbooks.opening import readable
from tasks.notices.reading.blocks import Block, NotANotice, Remark, Running, SourceTable, TableCell, grid


def open_checked(data: bytes) -> io.BytesIO:
    """The file, once it was found sound and harmless; raises NotANotice with a sentence."""
    stream = io.BytesIO(data)
    try:
        container = open_zip(stream, size=len(data))
        check_document(container)
        refuse_long_text(container)
    except UnacceptableFile as refused:
        raise NotANotice(" ".join(refused.messages)) from refused
    stream.seek(0)
    return stream


DIGITS = "〇一二三四五六七八九"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
DEEPEST = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level counts: decimal, chineseCounting…, from where, and its pattern: （%1）."""

    style: str
    start: int
    pattern: str


class Numbering:
    """Counts the numbered paragraphs of a document in their order."""

    def __init__(self, document: Document) -> None:
        self.levels = _levels(document)
        self.styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self.counts: defaultdict[int, dict[int, int]] = defaultdict(dict)

    def number_of(self, paragraph: Any) -> str:
        """The number in front of this paragraph as Word shows it; empty when it has none."""
        found = self._place(paragraph.find(qn("w:pPr")))
        if found is None:
            return ""
        abstract, levels, depth = found
        counts = self.counts[abstract]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        label = levels[depth].pattern
        for level in range(depth + 1):
            count = counts.get(level, levels[level].start if level in levels else 1)
            label = label.replace(f"%{level + 1}", _written(count, levels[level].style if level in levels else ""))
        return label

    def _place(self, properties: Any) -> tuple[int, dict[int, _Level], int] | None:
        """The list and the level a paragraph stands in, by itself or through its style."""
        number, depth = None, None
        for _ in range(DEEPEST):
            if properties is None:
                break
            numbered = properties.find(qn("w:numPr"))
            if numbered is not None:
                number = _value(numbered, "w:numId") if number is None else number
                depth = _value(numbered, "w:ilvl") if depth is None else depth
            style = self.styles.get(_text(properties, "w:pStyle") or _text(properties, "w:basedOn"))
            if number is not None or style is None:
                break
            properties = _style_properties(style)
        abstract, levels = self.levels.get(number or 0, (0, {}))
        return (abstract, levels, depth or 0) if (depth or 0) in levels else None


def _style_properties(style: Any) -> Any:
    """A style's paragraph properties, with the style it is based on beside them."""
    properties = style.find(qn("w:pPr"))
    return style if properties is None or properties.find(qn("w:numPr")) is None else properties


def _levels(document: Document) -> dict[int, tuple[int, dict[int, _Level]]]:
    """For each numId its list and its levels."""
    part = next(
        (relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith("/numbering")),
        None,
    )
    if part is None:
        return {}
    root = part.element
    abstract = {int(each.get(qn("w:abstractNumId"))): each for each in root.iter(qn("w:abstractNum"))}
    levels: dict[int, tuple[int, dict[int, _Level]]] = {}
    for number in root.iter(qn("w:num")):
        link = _value(number, "w:abstractNumId")
        if link in abstract:
            own = {**_levels_in(abstract[link]), **_levels_in(number)}
            levels[int(number.get(qn("w:numId")))] = (link, own)
    return levels


def _levels_in(element: Any) -> dict[int, _Level]:
    return {
        int(level.get(qn("w:ilvl"))): _Level(
            _text(level, "w:numFmt") or "decimal",
            1 if (start := _value(level, "w:start")) is None else start,
            _text(level, "w:lvlText") or "",
        )
        for level in element.iter(qn("w:lvl"))
    }


def _text(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return found.get(qn("w:val")) if found is not None else None


def _value(element: Any, name: str) -> int | None:
    written = _text(element, name)
    return int(written) if written is not None and written.lstrip("-").isdecimal() else None


def _written(count: int, style: str) -> str:
    """The count in the style of its level; a bullet counts nothing and its pattern holds no %."""
    if "hinese" in style or "Counting" in style or style.startswith("ideograph"):
        return _han(count)
    if style.startswith("decimalEnclosed") and 1 <= count <= 20:
        return chr(0x245F + count)
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        return _roman(count).lower() if style == "lowerRoman" else _roman(count)
    return str(count)


def _han(count: int) -> str:
    if not 1 <= count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def _roman(count: int) -> str:
    written = ""
    for value, sign in ROMAN:
        times, count = divmod(count, value)
        written += sign * times
    return written


PARAGRAPH, TABLE, TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TAKEN_OUT = frozenset({qn("w:del"), qn("w:moveFrom"), TEXT_BOX, FALLBACK, qn("w:pPr"), qn("w:rPr")})
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# What stands in parts of its own, with the name of the relation that leads there.
NOTES = ("footnotes", "endnotes")
MARGINS = ("header", "footer")


def blocks_of_word(data: bytes) -> Iterator[Block]:
    """The document from top to bottom, then notes and running heads; raises NotANotice if it does not open."""
    stream = open_checked(data)
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


def _merged(rows: list[list[Any]], before: list[int], numbering: Numbering) -> SourceTable:
    """Cells that go on with the one above (vMerge) become part of it."""
    rows_of: list[list[tuple[tuple[str, ...], int, int]]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # by column: the row and place of the cell that may go on
    for number, row in enumerate(rows):
        rows_of.append([((), 1, before[number])] if before[number] else [])
        column = before[number]
        for cell in row:
            across, merge = _span(cell), next(cell.iter(qn("w:vMerge")), None)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue" and column in open_cells
            if goes_on:
                above, place = open_cells[column]
                paragraphs, down, width = rows_of[above][place]
                rows_of[above][place] = (paragraphs, down + 1, width)
            else:
                open_cells[column] = (number, len(rows_of[number]))
                rows_of[number].append((_paragraphs(cell, numbering), 1, across))
            column += across
    return grid(rows_of)


def _span(cell: Any) -> int:
    found = next(cell.iter(qn("w:gridSpan")), None)
    return max(1, min(int(found.get(qn("w:val")) or 1), 200)) if found is not None else 1


def _paragraphs(cell: Any, numbering: Numbering) -> tuple[str, ...]:
    return tuple(line.strip() for line in _blocks_in(cell, numbering) if isinstance(line, str) and line.strip())


# Workbooks: every sheet and row, hidden ones too, with a remark about them.

MOST_ROWS = 5000
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet as read: its cells, what is odd about it, and whether rows or columns were left unread."""

    title: str
    table: SourceTable
    remarks: tuple[str, ...]
    is_cut: bool


def blocks_of_workbook(data: bytes) -> Iterator[Block]:
    """Each sheet as one table, whose lines are the sheet's rows; raises NotANotice for a workbook that does not open."""
    for sheet in sheets_of_workbook(data):
        yield from (Remark(message) for message in sheet.remarks)
        if sheet.table.cells:
            yield sheet.table


def sheets_of_workbook(data: bytes) -> Iterator[ReadSheet]:
    """Every sheet, hidden ones too; raises NotANotice for a workbook that does not open."""
    stream, again = open_checked(data), io.BytesIO(data)
    with readable(NotANotice("表格打不开，可能已损坏，请用Excel或WPS打开后另存为.xlsx文件再导入。")):
        formulas, values = load_workbook(stream), load_workbook(again, data_only=True)
    for sheet, shown in zip(formulas.worksheets, values.worksheets, strict=True):
        cells, uncomputed = _cells(sheet, shown)
        remarks = [*_remarks_on_sheet(sheet), *_remarks_on_formulas(sheet, uncomputed)]
        yield ReadSheet(sheet.title, SourceTable(tuple(cells)), tuple(remarks), _is_cut(sheet))


def _is_cut(sheet: Worksheet) -> bool:
    return sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS


def _remarks_on_formulas(sheet: Worksheet, uncomputed: list[str]) -> Iterator[str]:
    if uncomputed:
        yield f"工作表“{sheet.title}”的公式{'、'.join(uncomputed[:5])}没有算出的结果，请用Excel打开并保存后再导入。"


def _remarks_on_sheet(sheet: Worksheet) -> Iterator[str]:
    if sheet.sheet_state != "visible":
        yield f"工作表“{sheet.title}”是隐藏的，已一并读取，请核对。"
    rows = [number for number, row in sheet.row_dimensions.items() if row.hidden and number <= sheet.max_row]
    columns = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    if rows:
        yield f"工作表“{sheet.title}”的第{'、'.join(map(str, sorted(rows)))}行是隐藏的，已一并读取，请核对。"
    if columns:
        yield f"工作表“{sheet.title}”的{'、'.join(sorted(columns))}列是隐藏的，已一并读取，请核对。"
    if _is_cut(sheet):
        yield f"工作表“{sheet.title}”只读取前{MOST_ROWS}行、前{MOST_COLUMNS}列，其余没有读取，请核对。"
    comments = sum(isinstance(cell, SheetCell) and bool(cell.comment) for cell in list(sheet._cells.values()))
    if comments:
        yield f"工作表“{sheet.title}”有{comments}条批注，没有读取，请核对。"


def _cells(sheet: Worksheet, shown: Worksheet) -> tuple[list[TableCell], list[str]]:
    """The cells with what they show, and the places of formulas whose result the file does not hold."""
    spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    covered = {place for area in sheet.merged_cells.ranges for place in _places(area)} - set(spans)
    cells: list[TableCell] = []
    uncomputed: list[str] = []
    used = _used_rows(sheet, shown)
    for formula_row, row in zip(_rows(sheet, used), _rows(shown, used), strict=True):
        for formula, cell in zip(formula_row, row, strict=True):
            place = (cell.row, cell.column)
            if place in covered:
                continue
            value = cell.value
            if value is None and formula.value is not None:
                value = formula.value
                uncomputed.append(cell.coordinate)
            area = spans.get(place)
            down, across = (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1) if area else (1, 1)
            cells.append(
                TableCell(cell.row - 1, cell.column - 1, _paragraphs_of_value(value), min(down, MOST_ROWS), across)
            )
    return cells, uncomputed


def _rows(sheet: Worksheet, used: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """These rows only: what lies between them is empty, and would cost as much."""
    columns = min(sheet.max_column, MOST_COLUMNS)
    for number in used:
        yield from sheet.iter_rows(min_row=number, max_row=number, max_col=columns)


def _used_rows(*sheets: Worksheet) -> list[int]:
    """Where anything stands in one of them."""
    return sorted({row for sheet in sheets for row, _ in sheet._cells if row <= MOST_ROWS})


def _places(area: Any) -> Iterator[tuple[int, int]]:
    for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
        yield from ((row, column) for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1))


def _paragraphs_of_value(value: Any) -> tuple[str, ...]:
    """A cell as Excel shows it: days without a time, whole numbers without .0."""
    if value is None:
        return ()
    if isinstance(value, datetime):
        value = value.date() if not (value.hour or value.minute) else value
    if isinstance(value, date):
        return (value.isoformat(),)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tuple(line.strip() for line in str(value).splitlines() if line.strip())
