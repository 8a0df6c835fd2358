"""What the body of a notice is folded into (要点的雏形): titles, entries, and everything that stood between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.notices.reading.brackets import Tag
from tasks.notices.reading.parsed import Other, ParseWarning, Placed, PlacedKind, SourcePlace
from tasks.notices.reading.passage import PARAGRAPH_IN_CELL, Passage
from tasks.notices.reading.refusal import NotANotice
from tasks.notices.reading.responsibility import name_anybody, speaks_of_time

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
        if not self.tags or not inherited or name_anybody(self.tags) or any(map(speaks_of_time, inherited)):
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
