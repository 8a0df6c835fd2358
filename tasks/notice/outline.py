"""Lines to entries (行 → 要点): the body of a notice folded into parts, sections and points by its numbers.

1. A line is cut at its responsibility brackets and numbers into segments: a number and what follows it.
2. A number of a part or section opens a heading; if whole sentences follow it on the line, it is itself a point.
3. A number of a point opens an entry; lines without number go on with it until its bracket closes it.
4. A paragraph right below a heading is that heading's point; a heading with nothing below it is its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.notice.brackets import Tag
from tasks.notice.numbering import SENTENCE_END, Level, Mark
from tasks.notice.parsed import Kind, Other, ParseWarning, Place, Placed
from tasks.notice.segments import Segment, segments_of
from tasks.notice.text import PARAGRAPH_IN_CELL, Passage
from tasks.notice.wrapped import is_page_number, unwrap

LONGEST_TITLE = 60  # taken from a statement
LONGEST_HEADING = 100
LONGEST_REMARK = 20
CLAUSE_END = re.compile(r"[，,：:]")
BLANK_BEHIND_TITLE = re.compile(r"(?<=[\u4e00-\u9fff”）])[ \u3000\t]+(?=[\u4e00-\u9fff“])")


@dataclass(eq=False)
class Title:
    """A part or section while it is open; its brackets hold for the points below it that have none."""

    no: str
    text: str
    line: int
    tags: list[Tag] = field(default_factory=list)
    has_points: bool = False


@dataclass(eq=False)
class Entry:
    """A point while its lines are gathered."""

    line: int
    part: Title | None
    section: Title | None
    number: str | None
    texts: list[Passage] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    heading: str = ""
    is_item: bool = False

    @property
    def is_closed(self) -> bool:
        """Has it a bracket behind its words? One before them (【牵头单位：…】) leaves it open for more lines."""
        return bool(self.tags) and any(
            not text.is_blank and text.position < self.tags[-1].passage.position for text in self.texts
        )

    @property
    def text(self) -> str:
        """What the point says: its passages joined, a line end where the document begins a paragraph."""
        paragraphs: list[str] = []
        last_line = 0
        for passage in self.texts:
            if passage.line == last_line:
                paragraphs[-1] += passage.text
            else:
                paragraphs.append(passage.text)
            last_line = passage.last_line
        words = (line.strip() for paragraph in paragraphs for line in paragraph.split(PARAGRAPH_IN_CELL))
        return "\n".join(filter(None, words)) or self.heading

    @property
    def valid_tags(self) -> list[Tag]:
        """Its own brackets, else those on its section's title, else those on its part's."""
        return self.tags or (self.section.tags if self.section else []) or (self.part.tags if self.part else [])


@dataclass
class Outline:
    """The body as entries, with everything else that stood between them."""

    entries: list[Entry] = field(default_factory=list)
    other: list[Other] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)
    numbers: list[Passage] = field(default_factory=list)
    headings: list[Passage] = field(default_factory=list)
    brackets: list[Passage] = field(default_factory=list)

    def placed(self) -> Iterator[Placed]:
        """Each passage of the body with its place."""
        yield from (Placed(text, Place.TEXT) for entry in self.entries for text in entry.texts)
        yield from (Placed(other.passage, Place.OTHER) for other in self.other)
        yield from (Placed(passage, Place.NUMBER) for passage in self.numbers)
        yield from (Placed(passage, Place.HEADING) for passage in self.headings)
        yield from (Placed(passage, Place.BRACKET) for passage in self.brackets)


def read_outline(lines: Sequence[Passage]) -> Outline:
    """Fold the body of a notice into its entries, in the order of the document."""
    fold = Fold()
    for segment in segments_of(list(_paragraphs(lines, fold.outline))):
        fold.take(segment)
    return fold.close()


def _paragraphs(lines: Sequence[Passage], outline: Outline) -> Iterator[Passage]:
    """The lines made whole, page numbers set apart."""
    for line in unwrap(lines):
        if is_page_number(line):
            outline.other.append(Other(line, Kind.CHROME))
        else:
            yield line


class Fold:
    """Takes the segments one after another; holds the titles and the entry that are open."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.part: Title | None = None
        self.section: Title | None = None
        self.entry: Entry | None = None
        self.number: str | None = None  # of the point that items (1), (2) belong to
        self.loose: list[Segment] = []  # paragraphs after a closed point that may still get a bracket

    def take(self, segment: Segment) -> None:
        mark = segment.mark
        if mark is None:
            self._go_on(segment)
            return
        self._set_loose_apart()
        if mark.level is Level.ITEM and self.entry and not segment.tags and not self._is_listed_below_title():
            self._add(self.entry, [mark.passage, *segment.contents])
        else:
            self._number(mark)
            self._open(mark, segment)

    def close(self) -> Outline:
        self._set_loose_apart()
        self._close_part()
        self._set_closing_words_apart()
        self._set_unused_brackets_apart()
        return self.outline

    def _is_listed_below_title(self) -> bool:
        """Are (1), (2) points of their own, below a title whose bracket holds for them all?"""
        entry = self.entry
        return bool(entry and entry.is_item and not entry.tags and entry.valid_tags)

    def _number(self, mark: Mark) -> None:
        if mark.level is Level.LEAD_IN:
            self.outline.other.append(Other(mark.passage, Kind.HEADING))
        else:
            self.outline.numbers.append(mark.passage)
        if mark.after_gap:
            self._warn(mark.passage.line, f"编号“{mark.no}”与前面的编号不连续，请核对是否有遗漏。")

    def _open(self, mark: Mark, segment: Segment) -> None:
        line = mark.passage.line
        match mark.level:
            case Level.PART:
                self._close_part()
                self.part = Title(mark.no, _title_of(segment), line, segment.tags)
                self._take_title(segment, line)
            case Level.SECTION:
                self._close_section()
                self.section = Title(mark.no, _title_of(segment), line, segment.tags)
                self._take_title(segment, line)
            case Level.LEAD_IN:
                self.entry = None
                self._go_on(Segment(None, segment.contents))
            case Level.POINT:
                self.number = mark.no
                self._open_entry(line, mark.no, segment.contents)
            case Level.ITEM:
                number = mark.no if mark.names_point else f"{self.number or ''}{mark.no}"
                self._open_entry(line, number, segment.contents).is_item = True

    def _take_title(self, segment: Segment, line: int) -> None:
        if _is_statement(segment):
            self._open_entry(line, None, segment.contents)
        else:
            self.outline.headings.extend(segment.texts)
            self.outline.brackets.extend(tag.passage for tag in segment.tags)

    def _open_entry(self, line: int, number: str | None, contents: Sequence[Passage | Tag]) -> Entry:
        self.entry = Entry(line, self.part, self.section, number)
        self.outline.entries.append(self.entry)
        for title in filter(None, (self.part, self.section)):
            title.has_points = True
        self._add(self.entry, contents)
        return self.entry

    def _go_on(self, segment: Segment) -> None:
        """A line, or the rest of one, without a number of its own."""
        if not segment.words:
            self._take_brackets_alone(segment)
        elif not (self.part or self.section or self.entry or self.outline.entries):
            self._set_apart(segment, Kind.PREAMBLE)
        elif self.entry is None or (self.entry.tags and segment.tags):
            self._open_from_loose(segment)
        elif self.entry.is_closed:
            self.loose.append(segment)
        else:
            self._add(self.entry, segment.contents)

    def _open_from_loose(self, segment: Segment) -> None:
        """A bracket closes all paragraphs since the last one: together they are one point."""
        gathered, self.loose = [*self.loose, segment], []
        contents = [content for each in gathered for content in each.contents]
        self._open_entry(_first_line(gathered[0]), None, contents)

    def _set_loose_apart(self) -> None:
        for segment in self.loose:
            self._set_apart(segment, Kind.NOTE)
            self._warn(_first_line(segment), "这一段没有编号，也没有责任单位，未列为要点，请核对。")
        self.loose = []

    def _take_brackets_alone(self, segment: Segment) -> None:
        if self.loose and segment.tags:
            self._open_from_loose(segment)
            return
        holder = self.entry or self.section or self.part
        self.outline.other.extend(Other(text, Kind.NOTE) for text in segment.texts)
        if holder is None:
            self.outline.other.extend(Other(tag.passage, Kind.PREAMBLE) for tag in segment.tags)
            return
        holder.tags.extend(segment.tags)
        self.outline.brackets.extend(tag.passage for tag in segment.tags)

    def _add(self, entry: Entry, contents: Sequence[Passage | Tag]) -> None:
        for content in contents:
            if isinstance(content, Tag):
                entry.tags.append(content)
                self.outline.brackets.append(content.passage)
            else:
                entry.texts.append(content)

    def _close_part(self) -> None:
        self._close_section()
        if self.part and not self.part.has_points:
            self._make_point_of(self.part)
        self.part = self.entry = self.number = None

    def _close_section(self) -> None:
        if self.section and not self.section.has_points:
            self._make_point_of(self.section)
        self.section = self.entry = self.number = None

    def _make_point_of(self, title: Title) -> None:
        """A title with nothing below it is what has to be done."""
        self._open_entry(title.line, None, ()).heading = title.text

    def _set_closing_words_apart(self) -> None:
        """Whole sentences behind the very last bracket close the document and belong to no point."""
        if not self.outline.entries or not self.outline.entries[-1].tags:
            return
        last = self.outline.entries[-1]
        end = max((tag.passage.line, tag.passage.start) for tag in last.tags)
        for text in [text for text in last.texts if (text.line, text.start) > end and len(text.text) > LONGEST_REMARK]:
            last.texts.remove(text)
            self.outline.other.append(Other(text, Kind.NOTE))

    def _set_unused_brackets_apart(self) -> None:
        """A title's brackets are no point's when all its points have their own."""
        used = {tag.passage for entry in self.outline.entries for tag in entry.valid_tags}
        unused = [passage for passage in self.outline.brackets if passage not in used]
        self.outline.brackets = [passage for passage in self.outline.brackets if passage in used]
        for passage in unused:
            self.outline.other.append(Other(passage, Kind.HEADING))
            self._warn(passage.line, "标题上的责任分工没有用于任何要点，请核对。")

    def _set_apart(self, segment: Segment, kind: Kind) -> None:
        passages = (content.passage if isinstance(content, Tag) else content for content in segment.contents)
        self.outline.other.extend(Other(passage, kind) for passage in passages)

    def _warn(self, line: int, message: str) -> None:
        self.outline.warnings.append(ParseWarning(line, message))


def _first_line(segment: Segment) -> int:
    return next(text.line for text in segment.texts if not text.is_blank)


def _is_statement(segment: Segment) -> bool:
    """Whole sentences, not a title."""
    return bool(SENTENCE_END.search(segment.words)) or len(segment.words) > LONGEST_HEADING


def _title_of(segment: Segment) -> str:
    """The words of a heading; of a statement its first sentence, or the first clause of a long one."""
    if not _is_statement(segment):
        return segment.words
    sentence = SENTENCE_END.split(segment.words, maxsplit=1)[0]
    if len(title := BLANK_BEHIND_TITLE.split(sentence, maxsplit=1)[0]) <= LONGEST_TITLE:
        return title
    return sentence if len(sentence) <= LONGEST_TITLE else CLAUSE_END.split(sentence, maxsplit=1)[0][:LONGEST_TITLE]
