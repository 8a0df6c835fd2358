"""A notice that comes as a table (任务分解表): known by its header, each row a point; columns say what, who, in which role, until when.

Titles stand in merged cells, in blank cells that go on with the one above, or in rows across the table. A number in the
text counts, else the one in the column 序号. A row that repeats a point's words for other units is a point again (#2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.notices.reading.blocks import PARAGRAPH_IN_CELL, Passage, RowCell, TableRow
from tasks.notices.reading.brackets import Tag, cut_tags
from tasks.notices.reading.deadlines import says_only_when
from tasks.notices.reading.letter import is_statement, title_of
from tasks.notices.reading.numbering import NumberLevel, NumberMark, mark_at_start
from tasks.notices.reading.parsed import Other, PlacedKind
from tasks.notices.reading.points import Outline, OutlineEntry, Title
from tasks.notices.reading.table_heads import GOES_ON, TableColumn, column_of, label_of
from tasks.notices.reading.unit_names import names_units

MOST_QUOTED = 30
EMPTY = frozenset({"/", "-", "—", "——", "无", "\\"})


@dataclass(eq=False)
class _CellContent:
    """What the cells of one row say together."""

    part: Title | None = None
    section: Title | None = None
    number: str | None = None
    texts: list[Passage] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    begins: set[tuple[int, int]] = field(default_factory=set)
    sources: list["_CellContent"] = field(default_factory=list)  # the cells that a row's words come from


def read_breakdown(
    rows: Sequence[TableRow], outline: Outline, *, part: Title | None = None, section: Title | None = None
) -> None:
    """Add the rows of a breakdown to the outline, each of their characters in its place; the titles stand right above it."""
    _Breakdown(rows, outline, part, section).read()


class _Breakdown:
    def __init__(self, rows: Sequence[TableRow], outline: Outline, part: Title | None, section: Title | None) -> None:
        self.rows = rows
        self.outline = outline
        self.part, self.section = self.titles = part, section
        self.header: Mapping[int, str] = {}
        self.read_cells: dict[
            tuple[int, int], _CellContent
        ] = {}  # what a cell says, once, for all rows it reaches into
        self.above: dict[int, RowCell] = {}  # the last cell with words in each column
        self.names: list[tuple[Title | _CellContent, Passage, bool]] = []  # whose number (or title) a passage is
        self.used: set[Title | _CellContent] = set()
        self.title_columns = {
            cell.column
            for row in rows
            for cell in row.own
            if cell.rows > 1 or (row.header and not cell.text.strip() and cell.columns == 1)
        }

    def read(self) -> None:
        for row in self.rows:
            if row.header and row.header != self.header:  # another table
                self.header, (self.part, self.section) = row.header, self.titles
                self.above.clear()
            self.outline.set_apart(row.blanks(), PlacedKind.NOTE)
            words = [cell for cell in row.own if cell.text.strip()]
            self.outline.set_apart((cell.passage for cell in row.own if cell not in words), PlacedKind.NOTE)
            if not row.header or all(
                cell.text == row.header.get(cell.column) or GOES_ON.fullmatch(cell.text) for cell in words
            ):
                self.outline.set_apart((cell.passage for cell in words), PlacedKind.HEADING)
            elif _is_across(row, words):
                self._take_title(words[0])
            else:
                self._take_row(row, words)
        self._place_names()

    def _place_names(self) -> None:
        """Numbers and titles of points; those of a title without points are set apart."""
        for owner, passage, is_number in self.names:
            if owner not in self.used:
                self.outline.other.append(Other(passage, PlacedKind.HEADING))
            else:
                (self.outline.numbers if is_number else self.outline.headings).append(passage)

    def _take_title(self, cell: RowCell) -> None:
        """一、着力加强主动公开 in one cell across the table; what is set apart of it says nothing to rows it reaches into."""
        mark = mark_at_start(cell.passage)
        if mark.level > NumberLevel.SECTION if mark else is_statement(cell.text):
            self.outline.set_apart([cell.passage], PlacedKind.NOTE)
            self.read_cells[cell.passage.position] = _CellContent()
            self.outline.warn(cell.passage.line, "这一行横跨整个表格，未列为要点，请核对。")
            return
        content = self._read_cell(cell, is_title=True, row_part=None)
        self.above.clear()
        self.part, self.section = content.part or self.part, content.section
        self.outline.set_apart(content.texts, PlacedKind.NOTE)
        content.texts = []

    def _take_row(self, row: TableRow, words: list[RowCell]) -> None:
        columns = {column: column_of(header) for column, header in row.header.items()}
        work = _work_column(row, columns)
        content = _CellContent(self.part, self.section)
        duties: list[Tag] = []
        for cell in row.cells:
            kind = columns.get(cell.column)
            if kind is TableColumn.DUTY:
                duties += self._duty(cell, row.header)
            elif kind in (TableColumn.TITLE, TableColumn.WORK):
                self._add_work(content, cell, is_title=cell.column != work)
            elif kind is not TableColumn.NUMBER and cell in words:
                self._set_apart(cell, row.header.get(cell.column, ""))
        counted = self._add_number(content, row, columns)
        opens = bool(content.texts or content.number or words) and self._open(row, content, duties)
        if opens:
            self.outline.numbers += counted
        else:
            self.outline.set_apart(counted, PlacedKind.NOTE)

    def _set_apart(self, cell: RowCell, header: str) -> None:
        """What no column of the breakdown asks for; a time or names alone may be meant all the same."""
        self.outline.set_apart([cell.passage], PlacedKind.NOTE)
        words = cell.text.strip()
        if says_only_when(words) or names_units(words):
            content = f"“{header.strip() or '没有表头'}”一栏写有“{words[:MOST_QUOTED]}”"
            self.outline.warn(cell.passage.line, f"{content}，没有列为责任单位或者时限，请核对。")

    def _duty(self, cell: RowCell, header: Mapping[int, str]) -> list[Tag]:
        if not cell.text.strip():
            return []
        if cell.text.strip() in EMPTY:
            if cell.begins:
                self.outline.set_apart([cell.passage], PlacedKind.NOTE)
            return []
        tag = Tag(cell.passage, label=label_of(header[cell.column]))
        if cell.begins:
            self.outline.brackets.append(cell.passage)
        return [tag]

    def _add_work(self, content: _CellContent, cell: RowCell, *, is_title: bool) -> None:
        """What a cell of words adds to its row; a blank one under a title goes on with the title."""
        if not cell.text.strip():
            if not is_title or cell.column not in self.above:
                return
            cell = self.above[cell.column]
        self.above[cell.column] = cell
        as_title = is_title and cell.column in self.title_columns
        read = self._read_cell(cell, is_title=as_title, row_part=content.part)
        content.part, content.section = (
            read.part or content.part,
            read.section or (None if read.part else content.section),
        )
        content.number = _within(content.number, read.number)
        content.texts += read.texts
        content.begins.update(text.position for text in read.texts[:1])
        content.tags += read.tags
        content.sources.append(read)

    def _read_cell(self, cell: RowCell, *, is_title: bool, row_part: Title | None) -> _CellContent:
        known = self.read_cells.get(cell.passage.position)
        if known is None:
            known = self.read_cells[cell.passage.position] = _CellContent()
            paragraphs = list(_paragraphs(cell.passage))
            marks = [mark_at_start(paragraph) for paragraph in paragraphs]
            is_list = sum(mark is not None and mark.level >= NumberLevel.POINT for mark in marks) > 1
            for paragraph, mark in zip(paragraphs, marks, strict=True):
                in_list = is_list and mark is not None and mark.level >= NumberLevel.POINT
                self._read_paragraph(known, paragraph, None if in_list else mark, is_title, row_part)
            self.outline.brackets += [tag.passage for tag in known.tags]
        return known

    def _read_paragraph(
        self, content: _CellContent, paragraph: Passage, mark: NumberMark | None, is_title: bool, row_part: Title | None
    ) -> None:
        end = _end_of(mark, paragraph) if mark else 0
        pieces = list(cut_tags(paragraph.cut(end)))
        texts = [piece for piece in pieces if isinstance(piece, Passage)]
        tags = [piece for piece in pieces if isinstance(piece, Tag)]
        words = "".join(text.text for text in texts).strip()
        level = _level_of_title(mark, words, is_title=is_title, has_part=bool(row_part or content.part))
        owner: Title | _CellContent = content
        if level:
            owner = Title(mark.no if mark else "", title_of(words), paragraph.line, tags if is_title else [])
            content.part, content.section = (owner, None) if level is NumberLevel.PART else (content.part, owner)
        elif mark:
            content.number = mark.no
        if mark:
            self.names.append((owner, paragraph.cut(0, end), True))
        if level and not is_statement(words):
            self.names += ((owner, text, False) for text in texts)
        else:
            content.texts += texts
        if level and is_title:
            self.outline.brackets += [tag.passage for tag in tags]
        else:
            content.tags += tags

    def _add_number(
        self, content: _CellContent, row: TableRow, columns: Mapping[int, TableColumn | None]
    ) -> list[Passage]:
        """The cells of the column 序号 that name the point; a count beside the document's own numbers is set apart."""
        counted: list[Passage] = []
        for cell in row.cells:
            if columns.get(cell.column) is not TableColumn.NUMBER or not cell.text.strip():
                continue
            written = cell.text.strip().rstrip("、.．，,")
            content.number = content.number or written
            if not cell.begins:
                continue
            if content.number == written:
                counted.append(cell.passage)
            else:
                self.outline.set_apart([cell.passage], PlacedKind.NOTE)
        return counted

    def _open(self, row: TableRow, content: _CellContent, duties: list[Tag]) -> bool:
        """A row is a point; one without any work is none, and the office is told."""
        tags = [*content.tags, *duties]
        heading = content.section or content.part
        if not (content.texts or heading):
            if duties:
                self.outline.warn(row.line, "这一行没有写任务内容，未列为要点，请核对。")
                self._unplace(duties)
            return False
        entry = OutlineEntry(
            row.line, content.part, content.section, content.number, content.texts, tags, begins=content.begins
        )
        entry.heading = heading.text if heading else ""
        for title in filter(None, (content.part, content.section)):
            title.has_points = True
        self.used.update((*filter(None, (content.part, content.section)), *content.sources))
        self.outline.add(entry)
        return True

    def _unplace(self, tags: Sequence[Tag]) -> None:
        """What is no point's bracket after all."""
        for tag in tags:
            if tag.passage in self.outline.brackets:
                self.outline.brackets.remove(tag.passage)
                self.outline.other.append(Other(tag.passage, PlacedKind.NOTE))


def _paragraphs(passage: Passage) -> Iterator[Passage]:
    """The paragraphs of a cell, each with the sign that ends it."""
    start = 0
    for piece in passage.text.split(PARAGRAPH_IN_CELL):
        end = min(start + len(piece) + 1, len(passage.text))
        if end > start:
            yield passage.cut(start, end)
        start = end


def _within(outer: str | None, inner: str | None) -> str | None:
    """The number of a requirement within its task: 2 and 1 give 2.1, 2 and （1） give 2（1）."""
    if not outer or not inner:
        return inner or outer
    return f"{outer}.{inner}" if outer[-1].isdecimal() and inner[0].isdecimal() else f"{outer}{inner}"


def _level_of_title(mark: NumberMark | None, words: str, *, is_title: bool, has_part: bool) -> NumberLevel | None:
    """Does this paragraph name a part or a section? In a column of titles words without a number do, the first a part."""
    if mark:
        return mark.level if mark.level in (NumberLevel.PART, NumberLevel.SECTION) else None
    if not is_title or not words or is_statement(words):
        return None
    return NumberLevel.SECTION if has_part else NumberLevel.PART


def _end_of(mark: NumberMark, paragraph: Passage) -> int:
    return mark.passage.start - paragraph.start + len(mark.passage.text)


def _is_across(row: TableRow, words: Sequence[RowCell]) -> bool:
    """Is this row one cell over (nearly) all columns, with none merged into it from above?"""
    if len(words) != 1 or any(not cell.begins and cell.text.strip() for cell in row.cells):
        return False
    return words[0].columns >= max(2, len(row.header) - 1) or (
        len(row.own) > 1 and (mark := mark_at_start(words[0].passage)) is not None and mark.level <= NumberLevel.SECTION
    )


def _work_column(row: TableRow, columns: Mapping[int, TableColumn | None]) -> int | None:
    """The column that says most closely what to do: the last one of 任务 and 要求 with words in this row."""
    for kind in (TableColumn.WORK, TableColumn.TITLE):
        with_words = [cell.column for cell in row.cells if columns.get(cell.column) is kind and cell.text.strip()]
        if with_words:
            return with_words[-1]
    return None
