"""From a Word document to the body of an item (从 Word 文件读入正文): headings, lists and tables kept, all changes accepted.

This runs in the sandbox (`from_word` is the way there) and therefore asks no database.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from disclosure.items.body.blocks import (
    CAPTION,
    LONGEST_ROW,
    Block,
    BodyTable,
    BodyWords,
    Cells,
    Paragraph,
    ParagraphLevel,
    PointList,
    blocks,
    nested,
)
from disclosure.items.body.word_text import STYLE_DEPTH, WordText, refuse_long, said_by
from disclosure.items.body.writing import as_body
from ninghai.files.drawing.word import FALLBACK, PARAGRAPH, TABLE, Numbering, children, number_in, span, value_of
from tasks.notices.reading.office_files import opened_document

HEADING_STYLE = re.compile(r"(?:heading|标题) ?([1-9])", re.IGNORECASE)
LIST_STYLE = re.compile(r"(?:list bullet|列表项目符号) ?([2-9])", re.IGNORECASE)
TITLE_STYLES = {"title", "标题"}
CONTENTS_STYLE = re.compile(r"(?:toc|目录) ?(?:[1-9]|heading|标题)?", re.IGNORECASE)
ROW, CELL = qn("w:tr"), qn("w:tc")
NOT_READ = frozenset({qn("w:pPr"), qn("w:rPr"), qn("w:sectPr"), qn("w:sdtPr"), qn("w:tblPr"), qn("w:tblGrid")})
GONE = frozenset({qn("w:del"), qn("w:moveFrom")})
BODY_TEXT = 9  # the outline level of what is no heading
LAST_MARK = re.compile(r"[\w%]$", re.ASCII)


@dataclass(frozen=True, slots=True)
class WordBody:
    """What was read: the text with its marks, and in sentences what was kept, and what was left out or changed."""

    text: str
    kept: list[str]
    left_out: list[str]


@dataclass(frozen=True, slots=True)
class WordPoint:
    """A point of a list, so many levels down."""

    depth: int
    words: BodyWords


def body_of_word(data: bytes) -> dict[str, Any]:
    """The document's body; raises UnacceptableFile or NotANotice with a sentence."""
    document = opened_document(data)
    reader = WordReader(document)
    read = list(_gathered(reader.read(document.element.body)))
    text = as_body(blocks(as_body(read)))  # a level below without one above it stands above
    refuse_long(len(text))
    return asdict(WordBody(text, list(_kept(read, reader.text.seen)), said_by(reader.text.seen, document)))


def _kept(read: list[Block], seen: Counter[str]) -> Iterator[str]:
    headings = {ParagraphLevel.HEADING, ParagraphLevel.SUBHEADING}
    is_heading = [isinstance(block, Paragraph) and block.level in headings for block in read]
    counts = {
        "段文字": sum(isinstance(block, Paragraph) for block in read) - sum(is_heading),
        "个标题": sum(is_heading),
        "个列表": sum(isinstance(block, PointList) for block in read),
        "个表格": sum(isinstance(block, BodyTable) for block in read),
        "个链接（写出网址）": seen["links"],
    }
    yield from (f"{count}{what}" for what, count in counts.items() if count)


def _gathered(read: Iterator["Block | WordPoint"]) -> Iterator[Block]:
    """Points that follow each other as one list; a paragraph that names the table right below it as its name."""
    points: list[WordPoint] = []
    before: Block | None = None
    for each in read:
        if isinstance(each, WordPoint):
            points.append(each)
            continue
        if points:
            yield from [before] if before else []
            before, points = _list_of(points), []
        if isinstance(each, BodyTable) and isinstance(before, Paragraph) and CAPTION.match(before.text):
            before = BodyTable(before.words, each.head, each.rows)
            continue
        yield from [before] if before else []
        before = each
    yield from [before] if before else []
    yield from [_list_of(points)] if points else []


def _list_of(points: list[WordPoint]) -> Block:
    """A single point is a paragraph."""
    if len(points) == 1:
        return Paragraph(points[0].words, ParagraphLevel.TEXT)
    return PointList(nested((point.depth, point.words) for point in points))


class WordReader:
    """Walks through one document in its order."""

    def __init__(self, document: Document) -> None:
        self.numbering = Numbering(document)
        self.text = WordText(document)
        self.styles: dict[str, int] = {}
        self.is_in_list = False
        self.held = ""  # of a paragraph whose end was deleted: it goes on in the next

    def read(self, element: Any) -> Iterator[Block | WordPoint]:
        for child in element:
            if child.tag == PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == TABLE:
                self.is_in_list = False
                yield from self._table(child)
            elif child.tag in GONE:
                self.text.seen["changes"] += 1
            elif child.tag not in NOT_READ and child.tag != FALLBACK:
                yield from self.read(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Block | WordPoint]:
        level = self._level_of(paragraph)
        if level == CONTENTS:
            self.text.seen["contents"] += 1
            return
        text = self.held + self.text.of(paragraph)
        self.held = text if _end_is_deleted(paragraph) else ""
        lines = [] if self.held else [line.strip() for line in text.splitlines() if line.strip()]
        if not lines:
            return
        number, place = self.numbering.number_of(paragraph), self.numbering.level_of(paragraph)
        if level:
            self.is_in_list = False
            yield self._heading(_behind(number if place and place[0] != "bullet" else "", _joined(lines)), level)
        elif place and (place[0] == "bullet" or (place[1] > 0 and self.is_in_list)):
            self.is_in_list = True
            words = _joined(lines) if place[0] == "bullet" else _behind(number, _joined(lines))
            yield WordPoint(max(place[1], self._depth_of_style(paragraph)), BodyWords(words))
        else:
            self.is_in_list = False
            lines[0] = _behind(number, lines[0])
            yield from (Paragraph(BodyWords(line), ParagraphLevel.TEXT) for line in lines)

    def _heading(self, text: str, level: int) -> Paragraph:
        self.text.seen["deep headings"] += level > 2
        return Paragraph(BodyWords(text), ParagraphLevel.HEADING if level == 1 else ParagraphLevel.SUBHEADING)

    def _level_of(self, paragraph: Any) -> int:
        """1, 2, … of a heading, by its own level or its style; 0 of any other paragraph, CONTENTS of a line of contents."""
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return 0
        return _outline_of(properties) or self._level_of_style(value_of(properties, "w:pStyle") or "")

    def _depth_of_style(self, paragraph: Any) -> int:
        """Of 列表项目符号 2 one: Word has a style, and a list of its own, for each level."""
        properties = paragraph.find(qn("w:pPr"))
        style = self.numbering.styles.get(value_of(properties, "w:pStyle") or "") if properties is not None else None
        name = LIST_STYLE.fullmatch(value_of(style, "w:name") or "") if style is not None else None
        return int(name[1]) - 1 if name else 0

    def _level_of_style(self, style: str) -> int:
        if style not in self.styles:
            self.styles[style] = next((level for level in self._levels_of_style(style) if level is not None), 0)
        return self.styles[style]

    def _levels_of_style(self, style: str) -> Iterator[int | None]:
        """What the style says, then what the one says on which it is based."""
        for _ in range(STYLE_DEPTH):
            found = self.numbering.styles.get(style)
            if found is None:
                return
            yield _level_said(found)
            style = value_of(found, "w:basedOn") or ""

    def _table(self, table: Any) -> Iterator[Block | WordPoint]:
        rows = [list(children(row, CELL)) for row in children(table, ROW) if not self._is_deleted(row)]
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame around text
            yield from self.read(rows[0][0])
            return
        above: dict[int, str] = {}
        read = [self._row(row, above) for row in rows]
        read = [row for row in read if any(cell.text for cell in row)]
        if any(sum(len(cell.text) + 4 for cell in row) > LONGEST_ROW for row in read):
            self.text.seen["long rows"] += 1
            yield from (Paragraph(_words_of(row), ParagraphLevel.TEXT) for row in read)
        elif read:
            head = read[0] if len(read) > 1 else ()
            yield BodyTable(None, head, tuple(read[1:] if head else read))

    def _is_deleted(self, row: Any) -> bool:
        properties = row.find(qn("w:trPr"))
        is_deleted = properties is not None and properties.find(qn("w:del")) is not None
        self.text.seen["changes"] += is_deleted
        return is_deleted

    def _row(self, cells: list[Any], above: dict[int, str]) -> Cells:
        """The cells of a row; one that is merged with others says in each what they say together."""
        row: list[BodyWords] = []
        for cell in cells:
            properties = cell.find(qn("w:tcPr"))
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue" and len(row) in above
            text = above[len(row)] if goes_on else self._text_of_cell(cell)
            width = span(properties) if properties is not None else 1
            self.text.seen["merged"] += goes_on or width > 1
            self.text.take((len(text) + 3) * width)
            above.update(dict.fromkeys(range(len(row), len(row) + width), text))
            row += [BodyWords(text)] * width
        return tuple(row)

    def _text_of_cell(self, cell: Any) -> str:
        """Its paragraphs, those of tables within it too, in one line."""
        self.text.seen["tables in tables"] += sum(1 for _ in children(cell, TABLE))
        pieces = []
        for paragraph in _paragraphs_in(cell):
            words = " ".join(self.text.of(paragraph).split("\n")).strip()
            is_bullet = (self.numbering.level_of(paragraph) or ("", 0))[0] == "bullet"
            pieces.append(words if is_bullet or not words else _behind(self.numbering.number_of(paragraph), words))
        return " ".join(piece for piece in pieces if piece)


CONTENTS = -1


def _level_said(style: Any) -> int | None:
    name = (value_of(style, "w:name") or "").strip()
    if heading := HEADING_STYLE.fullmatch(name):
        return int(heading[1])
    if name.lower() in TITLE_STYLES:
        return 1
    if CONTENTS_STYLE.fullmatch(name):
        return CONTENTS
    properties = style.find(qn("w:pPr"))
    return _outline_of(properties) if properties is not None else None


def _outline_of(properties: Any) -> int | None:
    """The level of a heading that the properties of a paragraph or a style say."""
    outline = number_in(properties, "w:outlineLvl")
    return outline + 1 if outline is not None and 0 <= outline < BODY_TEXT else None


def _end_is_deleted(paragraph: Any) -> bool:
    mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    return mark is not None and any(mark.find(tag) is not None for tag in GONE)


def _behind(number: str, text: str) -> str:
    """The number that Word shows, in front of the text: 一、…, （一）…, 1.…, and 1 … where no mark ends it."""
    return f"{number}{' ' if LAST_MARK.search(number) else ''}{text}"


def _joined(lines: list[str]) -> str:
    return " ".join(lines)


def _words_of(row: Cells) -> BodyWords:
    return BodyWords("\u3000".join(cell.text for cell in row if cell.text))


def _paragraphs_in(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == PARAGRAPH:
            yield child
        elif child.tag not in NOT_READ and child.tag not in GONE and child.tag != FALLBACK:
            yield from _paragraphs_in(child)
