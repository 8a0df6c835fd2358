"""The blocks of an item's text (版块): headings, paragraphs, lists, tables.

The text stays one plain text, whatever reads it. A clerk types, or an import writes, line by line:

- `一、…`, `（一）…`: headings by the official numbering; `# …`, `## …`: headings without a number;
- `- …` on two lines or more: a list, further in below a point what belongs to that;
- `| 项目 | 金额 |`, below it `| --- | --- |`, below that the rows: a table, without heads where it begins with the rule;
  `表1　…` right above it names it; `\\|` in a cell is a stroke;
- everything else: a paragraph; a `\\` in front of one of these marks makes a paragraph of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar

# How an official text is set: its numbered levels (一、/（一）/1.), its addressee, its signature at the end.

HEADING = re.compile(r"[一二三四五六七八九十]+、")
SUBHEADING = re.compile(r"[（(][一二三四五六七八九十]+[）)]")
ADDRESSEE = re.compile(r"[^。]{2,100}[：:]$")
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日$")
BETWEEN = re.compile(
    r"[（(].{2,20}[）)]$|附件[0-9一二三四五六七八九十]*[：:]?$"
)  # what stands below a signature and above a title
LONGEST_HEADING = 40  # characters; a longer numbered line is a paragraph that begins with its number
ENDS = "。；;？！"

# The marks of what no official numbering says.

MARKED = re.compile(r"(##?)[ \u3000]+(?=\S)")
LONGEST_MARKED = 100
POINT = re.compile(r"-[ \u3000]+(?=\S)(?!\d+[ \u3000]*-$)")  # `- 3 -` is the number of a page
DEEPEST = 9  # levels of a list, as Word has them
ROW = re.compile(r"\|.*(?<!\\)\|")
RULE = re.compile(r"\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+")
STROKE = re.compile(r"(?<!\\)\|")
LONGEST_ROW = 2000  # characters; the finder of personal data takes no longer line for a row either
CAPTION = re.compile(r"附?表[ \u3000]?[\d一二三四五六七八九十.\-—]*[ \u3000：:]+\S[^。；;]{0,60}$")
ESCAPED = re.compile(r"\\+(?=\||-[ \u3000]|##?[ \u3000])")
TO_ESCAPE = re.compile(r"\\*(?:\||-[ \u3000]|##?[ \u3000])")
MAY_BE_MARKED = re.compile(r"^[^\S\n]*[#\-|\\]", re.MULTILINE)


class ParagraphLevel(StrEnum):
    HEADING = "heading"
    SUBHEADING = "subheading"
    ADDRESSEE = "addressee"
    SIGNATURE = "signature"
    TITLE = "title"  # of what is printed and issued with the text, below its signature
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class BodyWords:
    """Words as they are read, and where in the body they stand."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return self.text


Change = Callable[[BodyWords], BodyWords]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of its own, headings too."""

    kind: ClassVar = "paragraph"
    words: BodyWords
    level: ParagraphLevel

    @property
    def text(self) -> str:
        return self.words.text

    def changed(self, change: Change) -> "Paragraph":
        return replace(self, words=change(self.words))


@dataclass(frozen=True, slots=True)
class ListPoint:
    """A point of a list, and the points below it."""

    words: BodyWords
    points: "tuple[ListPoint, ...]" = ()

    def changed(self, change: Change) -> "ListPoint":
        words = change(self.words)
        return ListPoint(words, tuple(point.changed(change) for point in self.points))


@dataclass(frozen=True, slots=True)
class PointList:
    kind: ClassVar = "list"
    level: ClassVar = ""
    points: tuple[ListPoint, ...]

    def changed(self, change: Change) -> "PointList":
        return PointList(tuple(point.changed(change) for point in self.points))


Cells = tuple[BodyWords, ...]


@dataclass(frozen=True, slots=True)
class BodyTable:
    """A table with its name and the heads of its columns, where it has them; rows may be shorter than others."""

    kind: ClassVar = "table"
    level: ClassVar = ""
    caption: BodyWords | None
    head: Cells
    rows: tuple[Cells, ...]

    @property
    def label(self) -> str:
        """What it is called where nobody sees it."""
        heads = "、".join(each.text for each in self.head if each.text)
        return self.caption.text if self.caption else f"表格：{heads}" if heads else "表格"

    def changed(self, change: Change) -> "BodyTable":
        caption = change(self.caption) if self.caption else None
        head = tuple(map(change, self.head))
        return BodyTable(caption, head, tuple(tuple(map(change, row)) for row in self.rows))


Block = Paragraph | PointList | BodyTable


# From the text to its blocks: lines, then the lines of each block, then what each paragraph is.


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line of the body: as it stands there, without the blanks around it, and where that begins."""

    raw: str
    text: str
    start: int

    @property
    def indent(self) -> int:
        before = self.raw[: len(self.raw) - len(self.raw.lstrip())]
        return sum(2 if blank in "\u3000\t" else 1 for blank in before)

    @property
    def words(self) -> BodyWords:
        escaped = 1 if ESCAPED.match(self.text) else 0
        return self.after(escaped)

    def after(self, mark: int) -> BodyWords:
        """Its words behind so many characters."""
        return BodyWords(self.text[mark:], self.start + mark, self.start + len(self.text))


def blocks(body: str) -> list[Block]:
    """The body as set blocks: of a text without marks one paragraph a line."""
    groups = [(kind, lines) for kind, lines in line_groups(lines_of(body)) if kind is not Paragraph or lines[0].text]
    return list(_leveled(groups))


def lines_of(body: str) -> list[BodyLine]:
    lines, begin = [], 0
    for raw in body.splitlines(keepends=True):
        text = raw.strip()
        lines.append(BodyLine(raw, text, begin + len(raw) - len(raw.lstrip())))
        begin += len(raw)
    return lines


_Group = tuple[type[Block], list[BodyLine]]


def line_groups(lines: list[BodyLine]) -> Iterator[_Group]:
    """What stands together, by a strict grammar: a single line with a stroke or a dash is a paragraph like any other."""
    place = 0
    while place < len(lines):
        kind: type[Block] = Paragraph
        end = place + 1
        if (rows := _end_of_table(lines, place)) > place:
            kind, end = BodyTable, rows
        elif POINT.match(lines[place].text) and (points := _end_of_list(lines, place)) > place:
            kind, end = PointList, points
        yield kind, lines[place:end]
        place = end


def _end_of_table(lines: list[BodyLine], place: int) -> int:
    """Where the table that begins there ends, its name included; `place` itself where none begins."""
    first = place
    if CAPTION.match(lines[place].text):
        first += 1
    rule = next((each for each in (first, first + 1) if _is_at(lines, each, RULE)), -1)
    if (
        rule < 0
        or (rule > first and not _is_at(lines, first, ROW))
        or (rule == first and not _is_row(lines, first + 1))
    ):
        return place
    end = rule + 1
    while _is_row(lines, end):
        end += 1
    return end


def _is_at(lines: list[BodyLine], place: int, pattern: re.Pattern[str]) -> bool:
    return _is_row(lines, place) and bool(pattern.fullmatch(lines[place].text))


def _is_row(lines: list[BodyLine], place: int) -> bool:
    return place < len(lines) and lines[place].text.startswith("|") and len(lines[place].text) <= LONGEST_ROW


def _end_of_list(lines: list[BodyLine], place: int) -> int:
    """Likewise; blank lines between the points do not part them, and it takes two."""
    count, end = 0, place
    for at in range(place, len(lines)):
        if POINT.match(lines[at].text):
            count, end = count + 1, at + 1
        elif lines[at].text:
            break
    return end if count > 1 else place


def _leveled(groups: Sequence[_Group]) -> Iterator[Block]:
    """A level below is one only below a heading: a text that begins with （一） has its headings there."""
    has_headings = is_signed = False
    for place, (kind, lines) in enumerate(groups):
        if kind is not Paragraph:
            is_signed = False
            points = (_point(line) for line in lines if line.text)
            yield _table(lines) if kind is BodyTable else PointList(nested(points))
            continue
        follower = groups[place + 1] if place + 1 < len(groups) else None
        block = _paragraph(lines[0], follower, is_first=place == 0, is_signed=is_signed)
        if block.level == ParagraphLevel.SUBHEADING and not has_headings:
            block = replace(block, level=ParagraphLevel.HEADING)
        has_headings = has_headings or is_above_all(block)
        is_between = is_signed and block.level == ParagraphLevel.TEXT and bool(BETWEEN.match(block.text))
        is_signed = block.level == ParagraphLevel.SIGNATURE or is_between
        yield block


def _paragraph(line: BodyLine, follower: _Group | None, *, is_first: bool, is_signed: bool) -> Paragraph:
    if mark := mark_of(line.text):
        return Paragraph(line.after(mark.end()), MARKS[mark[1]])
    return Paragraph(line.words, _level(line.text, follower, is_first=is_first, is_signed=is_signed))


def is_above_all(block: Paragraph) -> bool:
    """Whether a （一） further down stands below it."""
    return block.level == ParagraphLevel.HEADING and numbered_level(block.text) != ParagraphLevel.SUBHEADING


def _level(text: str, follower: _Group | None, *, is_first: bool, is_signed: bool) -> ParagraphLevel:
    """What a line without a mark is; `is_signed` says that a signature stands above it."""
    if is_first and ADDRESSEE.match(text):
        return ParagraphLevel.ADDRESSEE
    if DAY.match(text) or _signs(text, follower):
        return ParagraphLevel.SIGNATURE
    if is_signed and BETWEEN.match(text):
        return ParagraphLevel.TEXT
    return ParagraphLevel.TITLE if is_signed and _is_title(text) else numbered_level(text)


def _is_title(line: str) -> bool:
    """A short line below a signature, neither a sentence nor numbered, names the document that begins there."""
    is_sentence = line[-1] in f"{ENDS}，," or any(mark in line for mark in "：:。")
    return len(line) <= LONGEST_HEADING and not is_sentence and numbered_level(line) == ParagraphLevel.TEXT


def _signs(text: str, follower: _Group | None) -> bool:
    """A short line without an end mark right above the date is the name of whoever signs."""
    is_above_date = follower is not None and follower[0] is Paragraph and bool(DAY.match(follower[1][0].text))
    return is_above_date and len(text) < LONGEST_HEADING and text[-1] not in ENDS


MARKS = {"#": ParagraphLevel.HEADING, "##": ParagraphLevel.SUBHEADING}


def mark_of(text: str) -> re.Match[str] | None:
    """The mark of a heading in front of words that can be one."""
    return MARKED.match(text) if len(text) <= LONGEST_MARKED and text[-1:] not in ENDS else None


def numbered_level(line: str) -> ParagraphLevel:
    if len(line) > LONGEST_HEADING or line[-1] in ENDS:
        return ParagraphLevel.TEXT
    if HEADING.match(line):
        return ParagraphLevel.HEADING
    return ParagraphLevel.SUBHEADING if SUBHEADING.match(line) else ParagraphLevel.TEXT


def _table(lines: list[BodyLine]) -> BodyTable:
    caption = None if lines[0].text.startswith("|") else lines[0].words
    rows = lines[1:] if caption else lines
    if RULE.fullmatch(rows[0].text):
        return BodyTable(caption, (), tuple(map(cells_of, rows[1:])))
    return BodyTable(caption, cells_of(rows[0]), tuple(map(cells_of, rows[2:])))


def cells_of(line: BodyLine) -> Cells:
    """The cells between the strokes; the last stroke may be missing."""
    strokes = [match.start() for match in STROKE.finditer(line.text)]
    if strokes[-1] != len(line.text) - 1 or len(strokes) == 1:
        strokes.append(len(line.text))
    return tuple(_cell(line, begin + 1, end) for begin, end in pairwise(strokes))


def _cell(line: BodyLine, begin: int, end: int) -> BodyWords:
    written = line.text[begin:end]
    start = begin + len(written) - len(written.lstrip())
    words = written.strip()
    return BodyWords(unescaped(words), line.start + start, line.start + start + len(words))


def unescaped(cell: str) -> str:
    """The words of a cell as they are read."""
    return cell.replace("\\|", "|")


def _point(line: BodyLine) -> tuple[int, BodyWords]:
    match = POINT.match(line.text)
    return line.indent, line.after(match.end() if match else 0)


def nested(points: Iterable[tuple[int, BodyWords]]) -> tuple[ListPoint, ...]:
    """Points by how far in they stand: each below the nearest one above it that stands less far in."""
    depths: list[int] = []
    placed: list[tuple[int, BodyWords]] = []
    for indent, words in points:
        while len(depths) > 1 and depths[-1] > indent:
            depths.pop()
        if len(depths) == 1:
            depths[0] = min(depths[0], indent)
        if not depths or (depths[-1] < indent and len(depths) < DEEPEST):
            depths.append(indent)
        placed.append((len(depths), words))
    return _tree(placed)


def _tree(placed: list[tuple[int, BodyWords]]) -> tuple[ListPoint, ...]:
    """From the last to the first: a point takes up what was gathered one level below it."""
    gathered: list[list[ListPoint]] = [[] for _ in range(DEEPEST + 2)]
    for depth, words in reversed(placed):
        gathered[depth].append(ListPoint(words, tuple(reversed(gathered[depth + 1]))))
        gathered[depth + 1] = []
    return tuple(reversed(gathered[1]))
