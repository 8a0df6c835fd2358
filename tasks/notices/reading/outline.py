"""Lines to entries (行 → 要点): the body of a notice folded into parts, sections and points by its numbers.

1. A line is cut at its responsibility brackets and numbers into segments: a number and what follows it.
2. A number of a part or section opens a heading; if whole sentences follow it on the line, it is itself a point, unless
   it is a single sentence with numbered points below it.
3. A number of a point opens an entry; lines without number go on with it until its bracket closes it. Items, （1） or
   第一， or ①, are points where they have brackets or labels of their own, else they belong to their point.
4. A paragraph right below a heading is that heading's point; a heading with nothing below it is its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from tasks.notices.reading.blocks import Passage, TableRow, is_page_number
from tasks.notices.reading.brackets import BRACKET, FULL_LABEL, LABEL, OPENING, Tag, cut_tags, label_of
from tasks.notices.reading.breakdown_table import read_breakdown
from tasks.notices.reading.deadlines import runs_over
from tasks.notices.reading.letter import is_sentence, is_statement, title_of
from tasks.notices.reading.numbering import Count, NumberLevel, NumberMark, level_at_start, marks_of
from tasks.notices.reading.parsed import Other, PlacedKind
from tasks.notices.reading.points import Outline, OutlineEntry, Title
from tasks.notices.reading.responsibility import name_anybody, name_runs_over
from tasks.notices.reading.unit_names import lists_units

# Paragraphs from wrapped lines (硬回车): a text copied from a page breaks its lines anywhere, even inside a bracket.

LABEL_AT_START = re.compile(rf"[\s—]{{0,8}}{FULL_LABEL}")
LABEL_AT_END = re.compile(rf"(?:^|(?<=[。；;！？，,\s])){FULL_LABEL}$")
MOST_LINES_OF_A_TAG = 8
NEVER_BEGINS = frozenset("、，。；：！？）】〕》”’%")  # a line, unless the one before was cut
FEWEST_FULL_LINES = 4
SHORTEST_CUT = 12  # characters of a line that was cut by its width
FEWEST_OF_ONE_WIDTH, NARROWEST = 2, 16  # where no line is longer
SHARE_OF_FULL_LINES = 0.4
TOLERANCE = 3
LOOKED_AT = 2000  # lines tell how a document is broken
SENTENCE_END = "。；;！？：:"


def unwrap(lines: Sequence[Passage]) -> Iterator[Passage]:
    """The same text in the same order of its paragraphs, as fewer and longer passages."""
    width = _width_of_full_lines(lines)
    gathered: list[Passage] = []
    for index, line in enumerate(lines):
        if is_page_number(line):
            yield line
        elif gathered and isinstance(line, TableRow):
            yield from (joined(gathered), line)
            gathered = []
        elif isinstance(line, TableRow):
            yield line
        elif gathered and not _goes_on(gathered, lines[index : index + MOST_LINES_OF_A_TAG], width):
            yield joined(gathered)
            gathered = [line]
        else:
            gathered.append(line)
    if gathered:
        yield joined(gathered)


def joined(lines: Sequence[Passage]) -> Passage:
    """One passage of several lines; only where a line began is remembered."""
    first, *others = lines
    if not others:
        return first
    text, breaks = first.text, list(first.breaks)
    for line in others:
        breaks.append((len(text), line.line))
        text += line.text
    return Passage(first.line, first.start, text, tuple(breaks))


def _goes_on(gathered: Sequence[Passage], following: Sequence[Passage], width: int | None) -> bool:
    before, line = gathered[-1].text.rstrip(), following[0]
    if not before or line.is_blank or level_at_start(line) is not None:
        return False
    if len(gathered) <= MOST_LINES_OF_A_TAG and _leaves_tag_open("".join(each.text for each in gathered), following):
        return True
    if line.text[0] in NEVER_BEGINS:
        return True
    if LABEL_AT_START.match(line.text):
        return False
    if before[-1] == "、" or LABEL_AT_END.search(before) or _is_cut(before, line.text):
        return True
    if width is None or line.text[:1].isspace():
        return False
    return width - TOLERANCE <= len(gathered[-1].text.strip()) and before[-1] not in SENTENCE_END


def _is_cut(before: str, after: str) -> bool:
    """Does a time or a name run over the line's end?"""
    if len(before) < SHORTEST_CUT or before[-1] in SENTENCE_END or after[:1].isspace():
        return False
    return runs_over(before, after) or name_runs_over(before, after, in_list=bool(LABEL_AT_START.match(before)))


def _leaves_tag_open(text: str, following: Sequence[Passage]) -> bool:
    """Is the last bracket of the text open, with a label, or closed by one of the next lines?"""
    depth = 0
    for found in reversed(list(BRACKET.finditer(text))):
        depth += -1 if found[0] in OPENING else 1
        if depth < 0:
            return bool(LABEL.match(text, found.end())) or _closes(following)
    return False


def _closes(lines: Sequence[Passage]) -> bool:
    depth = 0
    for line in takewhile(lambda line: not line.is_blank and level_at_start(line) is None, lines):
        for found in BRACKET.finditer(line.text):
            depth += 1 if found[0] in OPENING else -1
            if depth < 0:
                return True
    return False


def _width_of_full_lines(lines: Sequence[Passage]) -> int | None:
    """How long the lines are when the text was broken at one width; None when its lines are paragraphs."""
    written = [line for line in lines[:LOOKED_AT] if not line.is_blank and not is_page_number(line)]
    unfinished = [
        len(line.text.strip())
        for line, after in pairwise(written)
        if line.text.rstrip()[-1] not in SENTENCE_END
        and not (after.text[:1].isspace() or LABEL_AT_START.match(after.text) or LABEL_AT_START.match(line.text))
        and level_at_start(after) is None
    ]
    width = max(unfinished, default=0)
    full = sum(length >= width - TOLERANCE for length in unfinished)
    if full >= FEWEST_FULL_LINES and full >= SHARE_OF_FULL_LINES * len(written):
        return width
    longest = max((len(line.text.strip()) for line in written if not isinstance(line, TableRow)), default=0)
    are_of_one_width = width >= NARROWEST and longest <= width and 2 * full >= len(unfinished)
    return width if full >= FEWEST_OF_ONE_WIDTH and are_of_one_width else None


# Lines to segments (行 → 片段): a number and what follows it up to the next number, brackets apart from text.


@dataclass(frozen=True, slots=True)
class LineSegment:
    """A number, if there is one, and what follows it on its line up to the next number."""

    mark: NumberMark | None
    contents: tuple[Passage | Tag, ...]

    @property
    def texts(self) -> list[Passage]:
        return [content for content in self.contents if isinstance(content, Passage)]

    @property
    def tags(self) -> list[Tag]:
        return [content for content in self.contents if isinstance(content, Tag)]

    @property
    def words(self) -> str:
        return "".join(text.text for text in self.texts).strip()


def segments_of(lines: Iterable[Passage], count: Count) -> Iterator[LineSegment]:
    """Cut the lines at their numbers; together the segments are the lines, character by character."""
    for line in lines:
        mark: NumberMark | None = None
        contents: list[Passage | Tag] = []
        for piece in cut_tags(line):
            if isinstance(piece, Tag):
                contents.append(piece)
                continue
            done = 0
            for at, next_mark in marks_of(piece, count=count, begins_line=piece.start == 0):
                yield from _segment(mark, [*contents, piece.cut(done, at)])
                mark, contents, done = next_mark, [], at + len(next_mark.passage.text)
            contents.append(piece.cut(done))
        yield from _segment(mark, contents)


def _segment(mark: NumberMark | None, contents: list[Passage | Tag]) -> Iterator[LineSegment]:
    kept = tuple(content for content in contents if isinstance(content, Tag) or content.text)
    if mark or kept:
        yield LineSegment(mark, kept)


LONGEST_REMARK = 20
# The name of a table right above it, or a blank line.
CAPTION = re.compile(
    r"\s*[(（【]?(?:附?[表件]\s*\d{0,2}[-—]?\d{0,2}[:：]?\s*|续)?"
    r"(?:[^。；;，,：:]{0,40}(?:[表单]|分工|安排))?[)）】]?[:：]?\s*"
)


def read_outline(lines: Sequence[Passage]) -> Outline:
    """Fold the body of a notice into its entries, in the order of the document."""
    fold = Fold()
    count = Count()
    groups = [
        (in_table, list(group))
        for in_table, group in groupby(_paragraphs(lines, fold.outline), key=lambda line: isinstance(line, TableRow))
    ]
    for (in_table, group), (stands_above, _) in zip(groups, [*groups[1:], (False, [])], strict=True):
        if in_table:
            fold.take_table([row for row in group if isinstance(row, TableRow)])
            continue
        end = _end_before_caption(group) if stands_above else len(group)
        segments = list(segments_of(group[:end], count))
        for index, segment in enumerate(segments):
            fold.take(segment, Following(segments, index + 1))
        fold.outline.set_apart(group[end:], PlacedKind.HEADING)
    return fold.close()


def _paragraphs(lines: Sequence[Passage], outline: Outline) -> Iterator[Passage]:
    """The lines made whole, page numbers set apart."""
    for line in unwrap(lines):
        if is_page_number(line):
            outline.other.append(Other(line, PlacedKind.CHROME))
        else:
            yield line


def _end_before_caption(lines: Sequence[Passage]) -> int:
    """Where the lines end that are more than the name of the table below them: 附表1, 主动公开任务分解表, 续表."""
    end = len(lines)
    while end and level_at_start(lines[end - 1]) is None and CAPTION.fullmatch(lines[end - 1].text):
        end -= 1
    return end


class Following:
    """The segments behind one, as far as they tell what it is."""

    def __init__(self, segments: Sequence[LineSegment], start: int) -> None:
        self.segments, self.start = segments, start

    def __iter__(self) -> Iterator[LineSegment]:
        return (self.segments[index] for index in range(self.start, len(self.segments)))

    @property
    def level(self) -> NumberLevel | None:
        """The level of the number that follows at once, nothing but brackets and blanks before it."""
        for segment in self:
            if segment.mark or segment.words:
                return segment.mark.level if segment.mark else None
        return None

    @property
    def has_tags(self) -> bool:
        """Are there brackets or labels before the next number?"""
        return any(segment.tags for segment in takewhile(lambda segment: segment.mark is None, self))

    @property
    def names_anybody(self) -> bool:
        """Do the brackets or labels before the next number say who?"""
        return any(name_anybody(segment.tags) for segment in takewhile(lambda segment: segment.mark is None, self))

    @property
    def first_point_has_tags(self) -> bool:
        """Has the next numbered point brackets or labels of its own that say who?"""
        for place, segment in enumerate(self):
            if segment.mark and segment.mark.level is not NumberLevel.LEAD_IN:
                return name_anybody(segment.tags) or self._behind(place).names_anybody
        return False

    def has_fellow_with_tags(self, mark: NumberMark) -> bool:
        """Has a later item of the same point, written alike, brackets or labels of its own?"""
        for place, segment in enumerate(self):
            if segment.mark and segment.mark.level < mark.level:
                return False
            if segment.mark and segment.mark.kind == mark.kind and (segment.tags or self._behind(place).has_tags):
                return True
        return False

    def _behind(self, place: int) -> "Following":
        return Following(self.segments, self.start + place + 1)


class Fold:
    """Takes the segments one after another; holds the titles and the entry that are open."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.part: Title | None = None
        self.section: Title | None = None
        self.entry: OutlineEntry | None = None
        self.number: str | None = None  # of the point that items (1), (2) belong to
        self.items: set[str] = set()  # the kinds of items that are points of their own below the open point
        self.is_below_table = False  # whose title may still be open
        self.loose: list[LineSegment] = []  # paragraphs after a closed point that may still get a bracket

    def take(self, segment: LineSegment, following: Following) -> None:
        mark = segment.mark
        if mark is None:
            self._go_on(segment)
            return
        self._set_loose_apart()
        self.is_below_table = False
        if mark.level is not NumberLevel.ITEM:
            self.items.clear()
        elif self.entry and not self._is_point(mark, segment, following):
            self._add(self.entry, [mark.passage, *segment.contents])
            return
        self._number(mark)
        self._open(mark, segment, following)

    def _is_point(self, mark: NumberMark, segment: LineSegment, following: Following) -> bool:
        """Has this item a bracket or label of its own, or one of its fellows before it? The label below the last is the point's."""
        has_labels_below = following.has_tags and following.has_fellow_with_tags(mark)
        if segment.tags or has_labels_below:
            self.items.add(mark.kind)
        return mark.kind in self.items or self._is_listed_below_title()

    def take_table(self, rows: list[TableRow]) -> None:
        """A breakdown table has titles of its own, or stands right below one; what follows goes on with none of its points."""
        self._set_loose_apart()
        if self.entry is None and self._open_title:
            read_breakdown(rows, self.outline, part=self.part, section=self.section)
            self.is_below_table = True
            return
        self._close_part()
        read_breakdown(rows, self.outline)

    @property
    def _open_title(self) -> Title | None:
        """The title with nothing below it so far."""
        title = self.section or self.part
        return None if title is None or title.has_points else title

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

    def _number(self, mark: NumberMark) -> None:
        if mark.level is NumberLevel.LEAD_IN:
            self.outline.other.append(Other(mark.passage, PlacedKind.HEADING))
        else:
            self.outline.numbers.append(mark.passage)
        if mark.after_gap:
            self.outline.warn(mark.passage.line, f"编号“{mark.no}”与前面的编号不连续，请核对是否有遗漏。")

    def _open(self, mark: NumberMark, segment: LineSegment, following: Following) -> None:
        line = mark.passage.line
        match mark.level:
            case NumberLevel.PART:
                self._close_part()
                self.part = Title(mark.no, title_of(segment.words), line, segment.tags)
                self._take_title(mark, segment, following)
            case NumberLevel.SECTION:
                self._close_section()
                self.section = Title(mark.no, title_of(segment.words), line, segment.tags)
                self._take_title(mark, segment, following)
            case NumberLevel.LEAD_IN:
                self.entry = None
                self._go_on(LineSegment(None, segment.contents))
            case NumberLevel.POINT:
                self.number = mark.no
                self._open_entry(line, mark.no, segment.contents)
            case NumberLevel.ITEM:
                number = mark.no if mark.names_point else f"{self.number or ''}{mark.no}"
                self._open_entry(line, number, segment.contents).is_item = True

    def _take_title(self, mark: NumberMark, segment: LineSegment, following: Following) -> None:
        has_points = following.level is not None and following.level > mark.level
        holds_for_them = not (segment.tags and following.first_point_has_tags)
        if is_statement(segment.words) and not (has_points and holds_for_them and is_sentence(segment.words)):
            self._open_entry(mark.passage.line, None, segment.contents)
        else:
            self.outline.headings.extend(segment.texts)
            self.outline.brackets.extend(tag.passage for tag in segment.tags)

    def _open_entry(self, line: int, number: str | None, contents: Sequence[Passage | Tag]) -> OutlineEntry:
        self.entry = OutlineEntry(line, self.part, self.section, number)
        self.outline.add(self.entry)
        for title in filter(None, (self.part, self.section)):
            title.has_points = True
        self._add(self.entry, contents)
        return self.entry

    def _go_on(self, segment: LineSegment) -> None:
        """A line, or the rest of one, without a number of its own."""
        if not segment.words:
            self._take_brackets_alone(segment)
        elif not (self.part or self.section or self.entry or self.outline.entries):
            self._set_apart(segment, PlacedKind.PREAMBLE)
        elif self.entry and self._lists_on(segment):
            label = label_of(self.entry.tags[-1])
            self._add(self.entry, [Tag(text, label=label) for text in segment.texts])
        elif (segment.tags and (self.entry is None or self.entry.tags)) or (
            self.entry is None and (self.part or self.section) and not self.is_below_table
        ):
            self._open_from_loose(segment)
        elif self.entry is None or self.entry.is_closed:
            self.loose.append(segment)
        else:
            self._add(self.entry, segment.contents)

    def _lists_on(self, segment: LineSegment) -> bool:
        """Is this one more name, on a line of its own, below a label and its first name?"""
        if segment.tags or self.loose or not (self.entry and self.entry.is_closed):
            return False
        return bool(label_of(self.entry.tags[-1])) and lists_units(segment.words)

    def _open_from_loose(self, segment: LineSegment) -> None:
        """A bracket closes all paragraphs since the last one: together they are one point."""
        gathered, self.loose = [*self.loose, segment], []
        contents = [content for each in gathered for content in each.contents]
        self._open_entry(_first_line(gathered[0]), None, contents)

    def _set_loose_apart(self) -> None:
        for segment in self.loose:
            self._set_apart(segment, PlacedKind.NOTE)
            self.outline.warn(_first_line(segment), "这一段没有编号，也没有责任单位，未列为要点，请核对。")
        self.loose = []

    def _take_brackets_alone(self, segment: LineSegment) -> None:
        if self.loose and segment.tags:
            self._open_from_loose(segment)
            return
        holder = self.entry or self.section or self.part
        self.outline.other.extend(Other(text, PlacedKind.NOTE) for text in segment.texts)
        if holder is None:
            self.outline.other.extend(Other(tag.passage, PlacedKind.PREAMBLE) for tag in segment.tags)
            return
        holder.tags.extend(segment.tags)
        self.outline.brackets.extend(tag.passage for tag in segment.tags)

    def _add(self, entry: OutlineEntry, contents: Sequence[Passage | Tag]) -> None:
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
            self.outline.other.append(Other(text, PlacedKind.NOTE))

    def _set_unused_brackets_apart(self) -> None:
        """A title's brackets are no point's when all its points have their own."""
        used = {tag.passage for entry in self.outline.entries for tag in entry.valid_tags}
        unused = [passage for passage in self.outline.brackets if passage not in used]
        self.outline.brackets = [passage for passage in self.outline.brackets if passage in used]
        for passage in unused:
            self.outline.other.append(Other(passage, PlacedKind.HEADING))
            self.outline.warn(passage.line, "标题上的责任分工没有用于任何要点，请核对。")

    def _set_apart(self, segment: LineSegment, kind: PlacedKind) -> None:
        passages = (content.passage if isinstance(content, Tag) else content for content in segment.contents)
        self.outline.set_apart(passages, kind)


def _first_line(segment: LineSegment) -> int:
    return next(text.line for text in segment.texts if not text.is_blank)
