"""Where a line names who is responsible (责任分工标注): in brackets of any kind, nested or unclosed, or after a bare label.

What such a tag says is read in `responsibility`; here it is only found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.notices.reading import unit_names
from tasks.notices.reading.blocks import Passage
from tasks.notices.reading.deadlines import says_only_when

# Of full width: \uff3b and \uff3d square, \uff5b and \uff5d curly brackets.
OPENING = {
    **dict.fromkeys("(（", "round"),
    **dict.fromkeys("[\uff3b【〔〖", "square"),
    **dict.fromkeys("{\uff5b", "curly"),
    **dict.fromkeys("〈", "angle"),
    **dict.fromkeys("「『", "corner"),
}
CLOSING = {
    **dict.fromkeys(")）", "round"),
    **dict.fromkeys("]\uff3d】〕〗", "square"),
    **dict.fromkeys("}\uff5d", "curly"),
    **dict.fromkeys("〉", "angle"),
    **dict.fromkeys("」』", "corner"),
}
BRACKET = re.compile(f"[{re.escape(''.join((*OPENING, *CLOSING)))}]")
LONGEST_TAG = 2000
LONGEST_LIST = 300
TAIL = 24
SENTENCE_END = re.compile(r"[。；;]")

# 责任单位：  【牵头部门】  and 牵头单位为…  牵头：…  which count inside brackets only
LABEL_IN_BRACKETS = rf"[\[【〔](?:{unit_names.LABEL_WORDS})[\]】〕]{unit_names.COLON}?"
FULL_LABEL = rf"(?:(?:{unit_names.LABEL_WORDS})\s{{0,4}}{unit_names.COLON_OR_DASH}|{LABEL_IN_BRACKETS})"
# A label at the beginning, or behind a mark, may end with ; for : by a slip, a short one with a dash.
SLIPPED = rf"(?:^|(?<=[，,；;。\s(（\[【〔\uff3b]))(?:(?:{unit_names.LABEL_WORDS})\s{{0,4}}[;；]|(?:{unit_names.SHORT_LABEL_WORDS})—{{1,2}})"
LABEL = re.compile(
    rf"\s{{0,4}}(?P<label>{FULL_LABEL}|(?:{unit_names.SHORT_LABEL_WORDS})\s{{0,4}}{unit_names.COLON}|(?:{unit_names.LABEL_WORDS})(?:为|是|\s)(?=\S)|{SLIPPED})"
)
BARE_LABEL = re.compile(
    rf"(?:^|(?<=[。；;！？，,\s]))[\s—]{{0,8}}(?={FULL_LABEL})|^\s{{0,8}}(?=(?:{unit_names.LABEL_WORDS})(?:\s+\S|\s{{0,4}}[;；]))"
)
FULL_STOP = re.compile(r"[。；;](?=\s*\S)")
# …负责  …牵头落实  …按职责分工负责  at the end of what the bracket says, or 牵头会同…
VERB_AT_END = re.compile(r"(?:负责|牵头|落实|配合|参与|参加|指导|督导|协助|承办|协办|实施)[。；;，,\s]*$")
NUMBERED = re.compile(
    r"\s{0,8}(?:第|[(（])?[\d一二三四五六七八九十]{1,3}[)）.．、，]"
)  # a point begins: its words are no tag
DUTY_WORD = re.compile("负责|牵头|配合|承办|协办|主办|协助|参与|督导|指导|落实")
# …。（县教育局、各乡镇）  nothing but names, behind a sentence: see `lists_units`
# （列第一位者为牵头单位，下同）  （以下均需…落实，不再列出）
NOTE_AT_END = re.compile(r"(?:下同|不再(?:一一)?列出|(?:牵头|配合)(?:单位|部门))[。\s]*$")


@dataclass(frozen=True, slots=True)
class Tag:
    """A responsibility bracket as it stands in the text (责任分工原文)."""

    passage: Passage
    closed: bool = True
    label: str = ""  # of the column, when it is a cell of a table

    @property
    def shown(self) -> str:
        """As the document says it; what its column says stands before a cell's text."""
        text = self.passage.text.strip()
        return f"{self.label}：{text}" if self.label else text

    @property
    def words(self) -> str:
        """What stands between the brackets."""
        return words_between(self.shown, closed=self.closed)


def label_of(tag: Tag) -> str:
    """The label with which a bare tag begins: 责任单位 of 责任单位：县财政局; nothing of what stands in brackets or says when."""
    found = re.match(rf"[\s—]*({unit_names.LABEL_WORDS})\s*{unit_names.COLON_OR_DASH}", tag.passage.text)
    label = tag.label or (found[1] if found else "")
    return "" if unit_names.SAYS_WHEN.search(label) else label


def words_between(shown: str, *, closed: bool) -> str:
    """What a tag says, as it is shown, without the brackets around it."""
    if shown[:1] not in OPENING or re.match(LABEL_IN_BRACKETS, shown):
        return shown
    closers = sum(character in CLOSING for character in shown)
    openers = sum(character in OPENING for character in shown)
    ends_with_a_stray = not closed and shown[-1] in CLOSING and closers >= openers
    return shown[1:-1] if closed or ends_with_a_stray else shown[1:]


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
    """The outermost tags, apart and in order: bracketed ones, and bare labels in the stretches that these leave."""
    spans: list[tuple[int, int, bool]] = []
    position = 0
    for start, end, closed in sorted(_bracketed(text), key=lambda span: (span[0], -span[1])):
        if start >= position:
            spans.append((start, end, closed))
            position = end
    bare = list(_bare(text, position))
    if not bare and (start_of_duty := _bare_duty(text, position)) is not None:
        bare = [(start_of_duty, len(text), True)]
    return [*spans, *bare]


def _bare(text: str, position: int) -> Iterator[tuple[int, int, bool]]:
    while found := BARE_LABEL.search(text, position):
        position = _end_of_bare(text, found.end())
        yield found.start(), position, True


def _end_of_bare(text: str, start: int) -> int:
    """Up to the end of the line; where line ends were lost, up to the full stop behind which no label or name follows."""
    for stop in FULL_STOP.finditer(text, start):
        if not (LABEL.match(text, stop.end()) or (stop[0] != "。" and _lists_on(text, stop.end()))):
            return stop.end()
    return len(text)


def _lists_on(text: str, start: int) -> bool:
    """Is what follows a semicolon one more unit, or a time? 责任单位：县财政局；各镇（街道）。"""
    stop = FULL_STOP.search(text, start)
    words = text[start : stop.start() if stop else len(text)].strip("。；; \t\u3000")
    return len(words) <= LONGEST_LIST and (unit_names.lists_units(words) or says_only_when(words))


def _bare_duty(text: str, position: int) -> int | None:
    """Where the last sentence begins, if it only says who does it: 县财政局牵头，县司法局配合。"""
    end = _before_time(text, position)
    if not VERB_AT_END.search(text, max(position, end - TAIL), end) and "单位" not in text[position:]:
        return None
    length = len(text.rstrip("。；; \t\u3000"))
    ends = [stop.end() for stop in SENTENCE_END.finditer(text, max(position, length - LONGEST_LIST), length)]
    start = ends[-1] if ends else position
    words = text[start:length].strip()
    says_who = VERB_AT_END.search(text, start, max(start, end)) or LABEL.match(words)
    whole = bool(ends) or not (text[:start].strip() or NUMBERED.match(text))
    return start if whole and says_who and unit_names.lists_units(LABEL.sub("；", words)) else None


def _before_time(text: str, position: int, end: int | None = None) -> int:
    """Where the text ends, or its last clause begins if that only says when: …配合，2018年11月底前完成。"""
    end = len(text) if end is None else end
    length = len(text[position:end].rstrip("。；;，, \t\u3000"))
    at = max(text.rfind(mark, position, position + length) for mark in "，,；;。")
    if at < 0 or not says_only_when(text[at + 1 : end]):
        return end
    return _before_time(text, position, at)


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


def _may_only_list(text: str, start: int, end: int) -> bool:
    """Names need no word of duty behind a sentence, nor several of them at the end of the paragraph."""
    if end - start > LONGEST_LIST:
        return False
    if not unit_names.mentions_unit(text[start:end], by_short_name=False):
        return False  # 重点领域（公安、税务）
    behind_sentence = text[max(0, start - 2)] in "。；"
    return behind_sentence or ("、" in text[start:end] and not text[end + 1 :].strip("。；;，, \t\u3000"))


def _is_tag(text: str, start: int, end: int) -> bool:
    """Does this bracket say who is responsible? One that only holds a label (【责任单位】) stands before the names."""
    if end - start > LONGEST_TAG or re.fullmatch(unit_names.LABEL_WORDS, text[start:end]):
        return False
    if LABEL.match(text, start):
        return True
    until = _before_time(text, start, end)
    tail = text[max(start, until - TAIL) : until]
    if NOTE_AT_END.search(tail) or unit_names.FIRST_IS_LEAD.match(text, start, end):
        return True
    if _may_only_list(text, start, end) and unit_names.lists_units(text[start:end]):
        return True
    speaks_of_duty = VERB_AT_END.search(tail) or text.find("牵头会同", start, end) >= 0
    return (bool(speaks_of_duty) and unit_names.mentions_unit(text[start:end])) or _has_duty_clause(text[start:end])


def _has_duty_clause(words: str) -> bool:
    """（县财政局牵头，县司法局配合，具体分工另行印发）: one clause says who, whatever the others add."""
    if len(words) > LONGEST_LIST or not DUTY_WORD.search(words):
        return False
    return any(
        VERB_AT_END.search(clause) and unit_names.names_units(clause) for clause in unit_names.split_clauses(words)
    )
