"""Entries (要点的雏形), into which a notice is folded, and the work points (要点) read from them: keys, units, times, warnings."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tasks.notices.reading import responsibility
from tasks.notices.reading.blocks import PARAGRAPH_IN_CELL, NotANotice, Passage
from tasks.notices.reading.brackets import Tag
from tasks.notices.reading.deadlines import read_times
from tasks.notices.reading.letter import ends_with_date, is_date
from tasks.notices.reading.parsed import (
    Heading,
    NamedUnit,
    Other,
    ParsedPoint,
    ParseWarning,
    Placed,
    PlacedKind,
    SourcePlace,
    Times,
)

MOST_POINTS = 10_000
SHORTEST_SENTENCE = 2  # 。 alone stands between two brackets of one sentence


@dataclass(eq=False)
class Title:
    """A part or section while it is open; its brackets hold for the points below it that have none."""

    no: str
    text: str
    line: int
    tags: list[Tag] = field(default_factory=list)
    has_points: bool = False


@dataclass(eq=False)
class OutlineEntry:
    """A point while its lines are gathered."""

    line: int
    part: Title | None
    section: Title | None
    number: str | None
    texts: list[Passage] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    heading: str = ""
    is_item: bool = False
    begins: set[tuple[int, int]] = field(default_factory=set)  # where a paragraph begins inside a line, as cells do

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
            if passage.line == last_line and passage.position not in self.begins:
                paragraphs[-1] += passage.text
            else:
                paragraphs.append(passage.text)
            last_line = passage.last_line
        words = (line.strip() for paragraph in paragraphs for line in paragraph.split(PARAGRAPH_IN_CELL))
        return "\n".join(filter(None, words)) or self.heading

    @property
    def count_of_duties(self) -> int:
        """How many stretches of its own words have a bracket behind them."""
        marks = [(text.position, False) for text in self.texts if len(text.text.strip()) >= SHORTEST_SENTENCE]
        marks += [(tag.passage.position, True) for tag in self.tags if not tag.label]
        in_order = [is_tag for _, is_tag in sorted(marks)]
        return sum(is_tag and not before for before, is_tag in pairwise([True, *in_order]))

    def lines_of(self, words: str) -> Iterator[int]:
        """The lines of the input on which these words begin, for each time that they stand in the point."""
        passages = [*self.texts, *(tag.passage for tag in self.valid_tags)]
        for passage in passages:
            at = passage.text.find(words)
            while at >= 0:
                yield passage.cut(at).line
                at = passage.text.find(words, at + len(words))

    @property
    def valid_tags(self) -> list[Tag]:
        """Its own brackets, else those on its section's title, else those on its part's.

        Where its own only say until when, whom the title names holds too; unless the title has a time of its own.
        """
        inherited = (self.section.tags if self.section else []) or (self.part.tags if self.part else [])
        if (
            not self.tags
            or not inherited
            or responsibility.name_anybody(self.tags)
            or any(map(responsibility.speaks_of_time, inherited))
        ):
            return self.tags or inherited
        return [*self.tags, *inherited]


@dataclass
class Outline:
    """The body as entries, with everything else that stood between them."""

    entries: list[OutlineEntry] = field(default_factory=list)
    other: list[Other] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)
    numbers: list[Passage] = field(default_factory=list)
    headings: list[Passage] = field(default_factory=list)
    brackets: list[Passage] = field(default_factory=list)

    def placed(self) -> Iterator[Placed]:
        """Each passage of the body with its place."""
        texts = {text.position: text for entry in self.entries for text in entry.texts}  # rows may share one
        yield from (Placed(text, SourcePlace.TEXT) for text in texts.values())
        yield from (Placed(other.passage, SourcePlace.OTHER) for other in self.other)
        yield from (Placed(passage, SourcePlace.NUMBER) for passage in self.numbers)
        yield from (Placed(passage, SourcePlace.HEADING) for passage in self.headings)
        yield from (Placed(passage, SourcePlace.BRACKET) for passage in self.brackets)

    def add(self, entry: OutlineEntry) -> None:
        """One more point; raises NotANotice where no office would count that many."""
        if len(self.entries) >= MOST_POINTS:
            raise NotANotice(f"识别出的编号超过{MOST_POINTS}条，不像工作要点通知，请只保留通知正文后再导入。")
        self.entries.append(entry)

    def set_apart(self, passages: Iterable[Passage], kind: PlacedKind) -> None:
        self.other.extend(Other(passage, kind) for passage in passages)

    def warn(self, line: int, message: str) -> None:
        self.warnings.append(ParseWarning(line, message))


# Entries to work points


@dataclass
class PointReader:
    """Reads the entries in order, remembering what one bracket has said for all that follow."""

    year: int
    issued_on: date | None
    rule: responsibility.LeadRule
    carried_down: tuple[NamedUnit, ...] = ()
    keys: Counter[str] = field(default_factory=Counter)
    warnings: dict[ParseWarning, None] = field(default_factory=dict)  # each once, in order

    def read(self, entries: Sequence[OutlineEntry]) -> Iterator[ParsedPoint]:
        for entry in entries:
            yield self._point(entry)

    def _point(self, entry: OutlineEntry) -> ParsedPoint:
        units = self._units(entry)
        key = _key(entry) or f"第{sum(self.keys.values()) + 1}项"
        if not units:
            self._warn(entry.line, f"要点“{key}”没有写明责任单位，请补充。")
        return ParsedPoint(
            key=self._unique(key),
            part=_heading(entry.part),
            section=_heading(entry.section),
            number=entry.number,
            text=entry.text,
            responsibility_texts=tuple(tag.shown for tag in entry.valid_tags),
            units=units,
            times=self._times(entry),
        )

    def _units(self, entry: OutlineEntry) -> tuple[NamedUnit, ...]:
        carried = self.carried_down
        named = [unit for tag in entry.valid_tags for unit in self._units_of(tag)]
        named_in_text = [
            unit
            for words in responsibility.duties_in(entry.text)
            for unit in responsibility.read_responsibility(words).units
        ]
        units = tuple(responsibility.merge_roles([*(named or named_in_text), *carried]))
        self._look_at_sentences(entry, units, named_in_text)
        self._look_at_brackets(entry)
        return units

    def _look_at_sentences(
        self, entry: OutlineEntry, units: Iterable[NamedUnit], named_in_text: Iterable[NamedUnit]
    ) -> None:
        """A name beside a word of duty that is none of the point's units; its brackets count before its sentences."""
        known = {unit.name for unit in units}
        left_out = [unit.name for unit in named_in_text if unit.name not in known]
        unread = responsibility.unread_duties(entry.text, known={*known, *left_out})
        for name in dict.fromkeys((*left_out, *unread)):
            self._warn_at(name, entry, f"“{_short(name)}”旁边写有职责，没有列为责任单位，请核对。")

    def _look_at_brackets(self, entry: OutlineEntry) -> None:
        if (count := entry.count_of_duties) > 1:
            self._warn(entry.line, f"要点“{_key(entry)}”中有{count}处责任分工，合为一条，请核对是否需要拆分。")

    def _units_of(self, tag: Tag) -> tuple[NamedUnit, ...]:
        reading = responsibility.read_responsibility(tag.words)
        self._look_at(tag, reading)
        if reading.rule_from_here:
            self.rule = reading.rule
        self.carried_down = tuple(responsibility.merge_roles([*self.carried_down, *reading.carried_down]))
        rule = reading.rule if reading.rule.first_leads else self.rule
        return (*rule.applied(reading.units), *reading.carried_down)

    def _times(self, entry: OutlineEntry) -> Times:
        brackets = [tag.words for tag in entry.valid_tags]
        times = times_of(entry.text, brackets, year=self.year, issued_on=self.issued_on)
        self._look_at_times(times, entry)
        return times

    def _look_at_times(self, times: Times, entry: OutlineEntry) -> None:
        for doubtful in times.doubtful:
            self._warn_at(doubtful.text, entry, f"“{_short(doubtful.text)}”{doubtful.reason}。")
        for words in times.unread:
            self._warn_at(words, entry, f"“{_short(words)}”{UNREAD_TIME}")
        for deadline in times.deadlines:
            if self.issued_on and deadline.date < self.issued_on:
                self._warn_at(deadline.text, entry, f"“{_short(deadline.text)}”早于成文日期，请核对。")

    def _warn_at(self, words: str, entry: OutlineEntry, message: str) -> None:
        """Warn wherever the point says these words."""
        for line in set(entry.lines_of(words)) or {entry.line}:
            self._warn(line, message)

    def _look_at(self, tag: Tag, reading: responsibility.Reading) -> None:
        line = tag.passage.line
        if not tag.closed:
            self._warn(line, f"责任分工“{_short(tag.passage.text)}”的括号没有写完整，请核对。")
        if reading.open_ended:
            self._warn(line, f"责任分工“{_short(tag.words)}”中的“等”没有写明还有哪些单位，请补充。")
        for name in reading.doubtful:
            self._warn(line, f"“{_short(name)}”不像单位名称，请核对。")

    def _unique(self, key: str) -> str:
        self.keys[key] += 1
        return key if self.keys[key] == 1 else f"{key}#{self.keys[key]}"

    def _warn(self, line: int, message: str) -> None:
        self.warnings[ParseWarning(line, message)] = None


def times_of(text: str, brackets: Iterable[str], *, year: int, issued_on: date | None) -> Times:
    """What a point and the words of its brackets say about time, and what these say behind 完成时限."""
    named_in_text, due = [text], []
    for words in brackets:
        rest = words
        for until in responsibility.read_responsibility(words).due:
            rest = rest.replace(until, " ", 1)
            due.append(until)
        named_in_text.append(rest)
    return read_times(BETWEEN.join(named_in_text), year=year, issued_on=issued_on, due=BETWEEN.join(due))


LONGEST_QUOTED = 30
BETWEEN = "；\n"  # a line end alone would join the digits on both sides of it, as within 11⏎月
UNREAD_TIME = "像是时间要求，没有读出，请核对是否需要填写时限。"


def _key(entry: OutlineEntry) -> str:
    titles = [title.no for title in (entry.part, entry.section) if title]
    return "".join((*titles, entry.number or ""))


def _heading(title: Title | None) -> Heading | None:
    return Heading(title.no, title.text) if title else None


def _short(words: str) -> str:
    words = words.strip()
    return words if len(words) <= LONGEST_QUOTED else f"{words[:LONGEST_QUOTED]}…"


# Outside the points (要点以外的时间和职责要求): the letter, closing words and notes may ask something too.

ASKING = frozenset({PlacedKind.LETTER, PlacedKind.PREAMBLE, PlacedKind.NOTE})
ASKS = re.compile(r"[前内底末初止每按逐旬]")  # of words about time that no convention knows, those that may ask
IS_OVER = re.compile(r"[^，。；]{0,16}(?:印发|下发|审议|通过|召开的|施行|起执行|起实施|以来)")
MOST_QUOTED = 30


def warnings_outside(others: Iterable[Other], *, year: int, issued_on: date | None) -> Iterator[ParseWarning]:
    """A warning for each date, limit or recurrence that is asked for outside the points, and each unit given a duty."""
    for other in others:
        passage = other.passage
        if other.kind in ASKING and not (passage.is_blank or is_date(passage.text)):
            yield from _of_times(other, year=year, issued_on=issued_on)
            yield from _of_duties(passage)


def _of_times(other: Other, *, year: int, issued_on: date | None) -> Iterator[ParseWarning]:
    passage = other.passage
    times = read_times(passage.text, year=year, issued_on=issued_on)
    words = [
        *(deadline.text for deadline in times.deadlines),
        *(recurrence.text for recurrence in times.recurrences),
        *(limit.text for limit in times.time_limits),
        *(doubtful.text for doubtful in times.doubtful),
        *(unread for unread in times.unread if _may_ask(unread, other)),
    ]
    signed = passage.text.rstrip() if ends_with_date(passage.text) else ""
    for each in dict.fromkeys(words):
        if not signed.endswith(each):
            message = f"要点以外写有“{each[:MOST_QUOTED]}”，没有列为时限；是报送要求的，请设为报送时间。"
            yield ParseWarning(_line_of(each, passage), message)


def _may_ask(words: str, other: Other) -> bool:
    """Behind the points whatever is not told as over; in the letter 有效期至2020年12月31日, but not 2018年5月20日印发."""
    if ASKS.search(words) or any(f"{until}{words}" in other.passage.text for until in "至到"):
        return True
    behind = other.passage.text.partition(words)[2]
    return other.kind is PlacedKind.NOTE and not IS_OVER.match(behind)


def _of_duties(passage: Passage) -> Iterator[ParseWarning]:
    for name in dict.fromkeys(responsibility.unread_duties(passage.text, known=())):
        message = f"要点以外写有“{name[:MOST_QUOTED]}”的职责，没有列为责任单位，请核对。"
        yield ParseWarning(_line_of(name, passage), message)


def _line_of(words: str, passage: Passage) -> int:
    return passage.cut(max(passage.text.find(words), 0)).line
