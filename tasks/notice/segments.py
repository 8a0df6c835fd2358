"""Lines to segments (行 → 片段): a number and what follows it up to the next number, brackets apart from text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.notice.brackets import Tag, cut_tags
from tasks.notice.numbering import Count, Mark, marks_of
from tasks.notice.passage import Passage


@dataclass(frozen=True, slots=True)
class Segment:
    """A number, if there is one, and what follows it on its line up to the next number."""

    mark: Mark | None
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


def segments_of(lines: Iterable[Passage], count: Count) -> Iterator[Segment]:
    """Cut the lines at their numbers; together the segments are the lines, character by character."""
    for line in lines:
        mark: Mark | None = None
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


def _segment(mark: Mark | None, contents: list[Passage | Tag]) -> Iterator[Segment]:
    kept = tuple(content for content in contents if isinstance(content, Tag) or content.text)
    if mark or kept:
        yield Segment(mark, kept)
