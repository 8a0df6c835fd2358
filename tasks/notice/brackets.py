"""Where a line names who is responsible (责任分工标注): in brackets of any kind, nested or unclosed, or after a bare label.

What such a tag says is read in `responsibility`; here it is only found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.notice.names import lists_units, mentions_unit
from tasks.notice.text import Passage

# \uff3b and \uff3d are the full-width square brackets.
OPENING = {"(": "round", "（": "round", "[": "square", "\uff3b": "square", "【": "square", "〔": "square"}
CLOSING = {")": "round", "）": "round", "]": "square", "\uff3d": "square", "】": "square", "〕": "square"}
BRACKET = re.compile(r"[()（）\[\]\uff3b\uff3d【】〔〕]")
LONGEST_TAG = 2000
LONGEST_LIST = 300
TAIL = 24
SENTENCE_END = re.compile(r"[。；;]")

# 责任单位：  牵头部门:  配合科室：  完成时限：  and the short 牵头：  配合：  which count inside brackets only
FULL_LABEL = (
    r"(?:第一责任|牵头|责任|主办|承办|实施|落实|负责|配合|协办|协助|参与|参加|指导)(?:单位|主体|部门|科室|处室|机关|人)\s{0,4}[:：]"
    r"|(?:责任|分管|牵头)领导\s{0,4}[:：]|(?:完成|办结)(?:时限|时间)(?:要求)?\s{0,4}[:：]"
)
SHORT_LABEL = r"(?:牵头|责任|主办|配合|协办|参与|指导)\s{0,4}[:：]"
LABEL = re.compile(rf"\s{{0,4}}(?P<label>{FULL_LABEL}|{SHORT_LABEL})")
BARE_LABEL = re.compile(rf"(?:^|(?<=[。；;！？]))\s*(?={FULL_LABEL})")
# …负责  …牵头落实  …按职责分工负责  at the end of what the bracket says, or 牵头会同…
VERB_AT_END = re.compile(r"(?:负责|牵头|落实|配合|参与|参加|指导|协助|承办|协办|实施)[。；;，,\s]*$")
# …。（县教育局、各乡镇）  nothing but names, behind a sentence: see `lists_units`
# （列第一位者为牵头单位，下同）  （以下均需…落实，不再列出）
NOTE_AT_END = re.compile(r"(?:下同|不再(?:一一)?列出|牵头(?:单位|部门))[。\s]*$")


@dataclass(frozen=True, slots=True)
class Tag:
    """A responsibility bracket as it stands in the text (责任分工原文)."""

    passage: Passage
    closed: bool = True

    @property
    def words(self) -> str:
        """What stands between the brackets."""
        text = self.passage.text.strip()
        if text[:1] not in OPENING:
            return text
        closers = sum(character in CLOSING for character in text)
        openers = sum(character in OPENING for character in text)
        ends_with_a_stray = not self.closed and text[-1] in CLOSING and closers >= openers
        return text[1:-1] if self.closed or ends_with_a_stray else text[1:]


def cut_tags(line: Passage) -> Iterator[Passage | Tag]:
    """The whole line in order, cut into responsibility brackets and what stands between them."""
    position = 0
    for start, end, closed in _tag_spans(line.text):
        if start > position:
            yield line.cut(position, start)
        yield Tag(line.cut(start, end), closed)
        position = end
    if position < len(line.text):
        yield line.cut(position)


def _tag_spans(text: str) -> list[tuple[int, int, bool]]:
    """The outermost tags, apart and in order: bracketed ones first, then a bare label up to the end of the line."""
    spans: list[tuple[int, int, bool]] = []
    position = 0
    for start, end, closed in sorted(_bracketed(text), key=lambda span: (span[0], -span[1])):
        if start >= position:
            spans.append((start, end, closed))
            position = end
    bare = BARE_LABEL.search(text, position)
    if bare:
        spans.append((bare.start(), len(text), True))
    return spans


def _bracketed(text: str) -> Iterator[tuple[int, int, bool]]:
    waiting: list[tuple[str, int]] = []
    for found in BRACKET.finditer(text):
        at = found.start()
        if kind := OPENING.get(found[0]):
            waiting.append((kind, at))
        elif (opened := _matching(waiting, CLOSING[found[0]])) is not None and _is_tag(text, opened + 1, at):
            yield opened, at + 1, True
    position = 0
    for _, at in waiting:
        if at >= position and LABEL.match(text, at + 1):
            position = _end_of_sentence(text, at)
            yield at, position, False


def _end_of_sentence(text: str, start: int) -> int:
    limit = min(len(text), start + LONGEST_TAG)
    end = SENTENCE_END.search(text, start, limit)
    return end.start() if end else limit


def _matching(waiting: list[tuple[str, int]], kind: str) -> int | None:
    """The offset of the bracket that this one closes; brackets left open inside it are given up."""
    for depth in range(1, min(len(waiting), 4) + 1):
        if waiting[-depth][0] == kind:
            _, at = waiting[-depth]
            del waiting[-depth:]
            return at
    return None


def _is_tag(text: str, start: int, end: int) -> bool:
    if end - start > LONGEST_TAG:
        return False
    if LABEL.match(text, start):
        return True
    tail = text[max(start, end - TAIL) : end]
    if NOTE_AT_END.search(tail):
        return True
    if text[max(0, start - 2)] in "。；" and end - start <= LONGEST_LIST and lists_units(text[start:end]):
        return True
    speaks_of_duty = VERB_AT_END.search(tail) or text.find("牵头会同", start, end) >= 0
    return bool(speaks_of_duty) and mentions_unit(text[start:end])
