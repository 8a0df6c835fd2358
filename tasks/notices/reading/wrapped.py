"""Paragraphs from wrapped lines (硬回车): a text copied from a page breaks its lines anywhere, even inside a bracket.

A responsibility bracket left open goes on until it is closed, a list until it ends without 、; a label begins a paragraph,
and one that stands alone (责任单位：) goes on in the next line. Where a document's lines are all of one length, each full
line goes on in the next. Page numbers between them are taken out of the way.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from tasks.notices.reading.blocks import TableRow
from tasks.notices.reading.brackets import BRACKET, FULL_LABEL, LABEL, OPENING
from tasks.notices.reading.numbering import level_at_start
from tasks.notices.reading.passage import Passage, RunningHead

PAGE_NUMBER = re.compile(r"\s*(?:[-—–－·]+\s*\d{1,4}\s*[-—–－·]+|第\s*\d{1,4}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3})\s*$")
LABEL_AT_START = re.compile(rf"[\s—]{{0,8}}{FULL_LABEL}")
LABEL_AT_END = re.compile(rf"(?:^|(?<=[。；;！？，,\s])){FULL_LABEL}$")
MOST_LINES_OF_A_TAG = 8
FEWEST_FULL_LINES = 4
SHARE_OF_FULL_LINES = 0.4
TOLERANCE = 3
LOOKED_AT = 2000  # lines tell how a document is broken
SENTENCE_END = "。；;！？：:"


def is_page_number(line: Passage) -> bool:
    """— 3 —  - 3 -  第3页 共12页  3/12"""
    return isinstance(line, RunningHead) or bool(PAGE_NUMBER.match(line.text))


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
    if LABEL_AT_START.match(line.text):
        return False
    if before[-1] == "、" or LABEL_AT_END.search(before):
        return True
    if width is None or line.text[:1].isspace():
        return False
    return width - TOLERANCE <= len(gathered[-1].text.strip()) and before[-1] not in SENTENCE_END


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
        if line.text.rstrip()[-1] not in SENTENCE_END and not after.text[:1].isspace() and level_at_start(after) is None
    ]
    if len(unfinished) < FEWEST_FULL_LINES:
        return None
    width = sorted(unfinished)[-1]
    full = sum(length >= width - TOLERANCE for length in unfinished)
    return width if full >= SHARE_OF_FULL_LINES * len(written) else None
