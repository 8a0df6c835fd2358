"""An item's text as it is set, with what was found in it and what is new in it marked where it stands (标出的正文)."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from disclosure.items.body.blocks import Block, BodyWords, Paragraph, ParagraphLevel, blocks, unescaped
from disclosure.items.difference import DifferenceLine
from disclosure.privacy.scans import ItemHit
from tasks.notices.editions import Marked


@dataclass(frozen=True, slots=True)
class MarkedSegment:
    """A stretch of text; `label` names the kind where it is a hit, `how` says whether it is `new` or `gone`."""

    text: str
    label: str = ""
    is_open: bool = False
    how: str = "kept"


def segments(text: str, hits: Sequence[ItemHit], still: set[str], *, begin: int = 0) -> list[MarkedSegment]:
    """The text in stretches; `begin` is where it begins in the text that the hits count in."""
    pieces, done = [], 0
    for hit in hits:
        start, end = max(hit.start - begin, 0), min(hit.end - begin, len(text))
        pieces += [
            MarkedSegment(text[done:start]),
            MarkedSegment(text[start:end], hit.kind.label, hit.fingerprint in still),
        ]
        done = end
    return [piece for piece in (*pieces, MarkedSegment(text[done:])) if piece.text]


def marked_blocks(
    body: str, hits: Sequence[ItemHit], still: set[str], text: Sequence[DifferenceLine] = ()
) -> list[Block]:
    """The body as set blocks; `text` says of each of its lines what is new, and which stood between them."""
    return list(_Marking(body, hits, still, text).blocks())


class _Marking:
    """Walks once through words, hits and changes, side by side."""

    def __init__(self, body: str, hits: Sequence[ItemHit], still: set[str], text: Sequence[DifferenceLine]) -> None:
        self.body, self.still = body, still
        self.hits = deque(sorted(hits, key=lambda hit: hit.start))
        self.begins = list(accumulate((len(line) for line in body.splitlines(keepends=True)), initial=0))
        self.changes = deque(text)
        self.line = -1  # the one in which the last words stood
        self.stretches: deque[Marked] = deque()  # what is left of it
        self.gone: list[str] = []  # lines that stood before the words that come next

    def blocks(self) -> Iterator[Block]:
        for block in blocks(self.body):
            marked = block.changed(self._mark)
            gone, self.gone = self.gone, []
            yield from _paragraphs_gone(gone)
            yield marked
        self._go_to(len(self.begins))
        yield from _paragraphs_gone(self.gone)

    def _mark(self, words: BodyWords) -> BodyWords:
        line = bisect_right(self.begins, words.start) - 1
        is_first = line != self.line
        self._go_to(line)
        if not words.text:
            return words
        pieces = self._found_in(words)
        if not is_first:
            self._taken(1)  # the blank between two cells
        if self.stretches:
            pieces = self._with_changes(pieces, len(words.text))
        is_marked = any(piece.label or piece.how != "kept" for piece in pieces)
        return replace(words, text=in_html(pieces)) if is_marked else words

    def _go_to(self, line: int) -> None:
        """Up to the changes in that line; lines that are there no more are kept for `gone`."""
        while self.line < line and (self.changes or self.line < 0):
            self.stretches = deque()
            while self.changes and self.changes[0].how == "gone":
                self.gone.append("".join(stretch.text for stretch in self.changes.popleft().stretches).strip())
            if self.changes:
                self.stretches = deque(self.changes.popleft().stretches)
            self.line += 1
        if self.line < line:
            self.line, self.stretches = line, deque()

    def _found_in(self, words: BodyWords) -> list[MarkedSegment]:
        here: list[ItemHit] = []
        while self.hits and self.hits[0].start < words.end:
            here.append(self.hits.popleft())
        self.hits.extendleft(hit for hit in reversed(here) if hit.end > words.end)  # it goes on in the next words
        inside = [hit for hit in here if hit.end > words.start]
        written = self.body[words.start : words.end]
        pieces = segments(written, inside, self.still, begin=words.start)
        return pieces if written == words.text else [replace(each, text=unescaped(each.text)) for each in pieces]

    def _with_changes(self, pieces: list[MarkedSegment], size: int) -> list[MarkedSegment]:
        """The pieces cut where a stretch of them is new, with what is gone between and behind them."""
        left, found = deque(pieces), list[MarkedSegment]()
        for how, text in self._taken(size):
            if how == "gone":
                found.append(MarkedSegment(text, how=how))
                continue
            length = len(text)
            while length and left:
                piece = left.popleft()
                found.append(replace(piece, text=piece.text[:length], how=how))
                if rest := piece.text[length:]:
                    left.appendleft(replace(piece, text=rest))
                length = max(length - len(piece.text), 0)
        return [*found, *left]

    def _taken(self, size: int) -> list[Marked]:
        """So many characters of the line from where it was left, with what is gone between and right behind them."""
        taken: list[Marked] = []
        while self.stretches and (size or self.stretches[0].how == "gone"):
            how, text = self.stretches.popleft()
            if how == "gone":
                taken.append(Marked(how, text))
                continue
            taken.append(Marked(how, text[:size]))
            if len(text) > size:
                self.stretches.appendleft(Marked(how, text[size:]))
            size = max(size - len(text), 0)
        return taken


def _paragraphs_gone(lines: list[str]) -> Iterator[Paragraph]:
    for line in filter(None, lines):
        yield Paragraph(BodyWords(in_html([MarkedSegment(line, how="gone")])), ParagraphLevel.TEXT)


HIT = '<mark class="hit{}">{}<span class="hit-kind">{}{}</span></mark>'
CHANGE = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>", "kept": "{}"}


def in_html(pieces: Sequence[MarkedSegment]) -> SafeString:
    """The stretches as they are shown: hits with their kind, what is new and what is gone."""
    return format_html_join("", "{}", ((format_html(CHANGE[piece.how], _hit(piece)),) for piece in pieces))


def _hit(piece: MarkedSegment) -> str:
    if not piece.label:
        return piece.text
    state, ruled = (" hit--open", "") if piece.is_open else ("", "，已登记理由")
    return format_html(HIT, state, piece.text, piece.label, ruled)
