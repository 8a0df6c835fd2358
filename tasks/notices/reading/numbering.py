"""The numbers of a notice (编号): 第一部分 一、 （一） 1. （1） 第一， and where on a line one begins.

A number at the beginning of a line always counts. Inside a line, where a page has lost its line ends, it counts only
after the end of a sentence or a bracket and only if it is the number that must come next.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from tasks.notices.reading.blocks import Passage, folded

HAN = "一二三四五六七八九十百"
HAN_DIGITS = {digit: value for value, digit in enumerate(HAN[:9], start=1)}
# One character each: ① … ⑳, ⑴ … ⒇, ⒈ … ⒛, ㈠ … ㈩.
CIRCLED, BRACKETED, DOTTED, HAN_BRACKETED = "\u2460-\u2473", "\u2474-\u2487", "\u2488-\u249b", "\u3220-\u3229"


class NumberLevel(IntEnum):
    """How deep a number stands, after GB/T 9704; a lead-in (具体措施：) opens points without a number of its own."""

    PART = 1
    SECTION = 2
    LEAD_IN = 3
    POINT = 4
    ITEM = 5


# Dates and limits with which a point may begin: 3.2020年底前, 4.9月底前, 5.20个工作日内.
DATE_BEHIND_NUMBER = r"(?:19|20)\d\d[年/-]|\d{1,2}月|\d{1,3}个(?:工作日|自然日|月)|\d{1,2}(?:[、,，]\d{1,2})+月|\d{2,3}小时|\d{1,3}[日天周][以之]?内|\d{1,2}[日号]前"
# Level, number, what follows it. 1.5亿 is no number of a point, 3.2020年底前 is; 第一部分 heads a line or stands alone.
CONVENTIONS = (
    (NumberLevel.PART, rf"第[{HAN}]{{1,5}}(?:部分|[章篇编])", r"(?=[\s、：:，]|[^\s。；，]{1,40}$|$)"),
    (NumberLevel.PART, rf"[{HAN}]{{1,5}}", r"(?:、|[.．](?!\d))"),
    (NumberLevel.SECTION, rf"[(（][{HAN}]{{1,5}}[)）]|[{HAN_BRACKETED}]", ""),
    (NumberLevel.SECTION, rf"第[{HAN}]{{1,5}}节", r"(?=[\s、：:]|[^\s。；，]{1,40}$|$)"),
    (NumberLevel.POINT, r"\d{1,3}", rf"\s?(?:、|[.．](?!\d)|[.．](?={DATE_BEHIND_NUMBER}))"),
    (NumberLevel.POINT, rf"第[{HAN}]{{1,5}}条|任务[{HAN}\d]{{1,3}}(?=[：:、\s])|[{DOTTED}]", "[：:、]?"),
    (NumberLevel.ITEM, r"[(（]\d{1,3}[)）]|\d{1,3}[)）]", ""),
    (NumberLevel.ITEM, r"\d{1,2}(?:[.．]\d{1,2}){1,2}(?=[、\s\u4e00-\u9fff])(?![亿万千百倍个元月日年])", "、?"),
    (NumberLevel.ITEM, rf"第[{HAN}]{{1,5}}", "[，,、]"),
    (NumberLevel.ITEM, rf"[{CIRCLED}{BRACKETED}]", ""),
    (NumberLevel.LEAD_IN, "(?:具体|主要|重点)(?:措施|举措|任务)[:：]", ""),
)
LEVELS = {f"{level.name}_{position}": level for position, (level, _, _) in enumerate(CONVENTIONS)}
NUMBER = re.compile(
    "|".join(f"(?P<{name}>{no}){after}" for name, (_, no, after) in zip(LEVELS, CONVENTIONS, strict=True))
)
ENDS = frozenset("。：:！？)）]】〕\uff3d")
LONGEST_TITLE = 80
SENTENCE_END = re.compile(r"[。；;！？]")


@dataclass(frozen=True, slots=True)
class NumberMark:
    """A number in its place: 一、 has the no 一 and the value 1; `after_gap` when numbers before it are missing."""

    level: NumberLevel
    no: str
    value: int
    passage: Passage
    after_gap: bool = False

    @property
    def kind(self) -> str:
        """How it is written: 1 in brackets, behind 第, in a circle; fellows are written alike."""
        return re.sub(rf"[\d{HAN}{CIRCLED}{BRACKETED}]+", "0", self.no) + unicodedata.name(self.no[:1], "")[:8]

    @property
    def names_point(self) -> bool:
        """Does an item's number hold that of its point? 1.2 does, (2) does not."""
        return bool(re.match(r"\d+[.．]\d", self.no))


@dataclass
class Count:
    """Where the numbering stands while a document is read; knows which number must come next."""

    last: dict[NumberLevel, int] = field(default_factory=lambda: dict.fromkeys(NumberLevel, 0))
    deepest: NumberLevel | None = None
    may_restart: set[NumberLevel] = field(default_factory=lambda: set(NumberLevel))

    def expects(self, mark: NumberMark) -> bool:
        """Is this the next number of its level, or the first below a heading just opened?"""
        if mark.level is NumberLevel.LEAD_IN:
            return self.deepest in (NumberLevel.PART, NumberLevel.SECTION)
        return mark.value == self.last[mark.level] + 1 or (mark.value == 1 and mark.level in self.may_restart)

    def take(self, mark: NumberMark) -> NumberMark:
        """Count this number; whether it starts anew at 1 or runs on through the whole is the document's choice."""
        after_gap = mark.level is not NumberLevel.LEAD_IN and mark.value not in (1, self.last[mark.level] + 1)
        self.deepest = mark.level
        self.last[mark.level] = mark.value
        self.may_restart.discard(mark.level)
        self.may_restart.update(level for level in NumberLevel if level > mark.level)
        return replace(mark, after_gap=after_gap)


def level_at_start(line: Passage) -> NumberLevel | None:
    """The level of the number that a line begins with."""
    found = NUMBER.match(folded(line.text.lstrip()))
    return _mark(found, line).level if found else None


def mark_at_start(text: Passage) -> NumberMark | None:
    """The number that a passage begins with; a lead-in is none."""
    found = NUMBER.match(folded(text.text), len(text.text) - len(text.text.lstrip()))
    mark = _mark(found, text) if found else None
    return mark if mark and mark.level is not NumberLevel.LEAD_IN else None


def marks_of(text: Passage, *, count: Count, begins_line: bool) -> Iterator[tuple[int, NumberMark]]:
    """The numbers in a stretch between two responsibility brackets of a line, in order, each with its offset."""
    first = len(text.text) - len(text.text.lstrip())
    heading_from: int | None = None
    for found in NUMBER.finditer(folded(text.text), first):
        at, mark = found.start(), _mark(found, text)
        if at == first and begins_line and mark.level is not NumberLevel.LEAD_IN:
            is_number = True
        elif mark.level is NumberLevel.ITEM or not count.expects(mark):
            is_number = False
        else:
            ends_before = at == first or text.text[at - 1] in ENDS
            is_number = ends_before or (mark.level is NumberLevel.SECTION and _in_heading(text.text, heading_from, at))
        if is_number:
            yield at, count.take(mark)
            heading_from = found.end() if mark.level is NumberLevel.PART else None


def _mark(found: re.Match[str], text: Passage) -> NumberMark:
    name = found.lastgroup or ""
    no = text.text[found.start(name) : found.end(name)]
    return NumberMark(LEVELS[name], no, value_of(no), text.cut(found.start(), found.end()))


def _in_heading(text: str, heading_from: int | None, at: int) -> bool:
    """Between the number of a part and here, is there only its title?"""
    if heading_from is None or at - heading_from > LONGEST_TITLE:
        return False
    return not SENTENCE_END.search(text, heading_from, at)


def value_of(no: str) -> int:
    """The number meant by 十二, （三）, 1, 2.3 (the third), 第一 or ②; 0 where there is none."""
    if len(no) == 1 and no.isnumeric() and no not in HAN:
        return int(unicodedata.numeric(no))
    digits = re.findall(r"\d+", no)
    return int(digits[-1]) if digits else _han_value("".join(filter(HAN.__contains__, no)))


def _han_value(han: str) -> int:
    hundreds, _, rest = han.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return 100 * HAN_DIGITS.get(hundreds, 0) + (10 * HAN_DIGITS.get(tens, 1) if ten else 0) + HAN_DIGITS.get(ones, 0)
