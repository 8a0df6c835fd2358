"""A text whose paragraphs were broken into lines by their width, read as if they had not been: a number may run over the end.

A line end is taken away where the line is about as long as the next one and neither ends a sentence nor stands before
a label, a list number or a row of a table; and between two digits or letters, where only what is certain counts.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from ninghai.personal_data.heads import kind_of_head
from ninghai.personal_data.hit import DataKind, Hit

BREAK = re.compile(r"(?:(?<![ \t\r])[ \t\r]+)?\n[ \t]*")  # linear, however many blanks there are
SHORTEST = 10  # half-width columns of a line that goes on in the next
ENDED = re.compile(r"[。；！？;!?:]$")
BEGINS = re.compile(
    r"[一二三四五六七八九十百]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,3}(?:[、.](?!\d)|\))|[①-⑳●■◆—]|第[一二三四五六七八九十]{1,3}[条章]"
    r"|[\u4e00-\u9fff][\u4e00-\u9fff ]{1,11}:"
)
LISTED = re.compile(r"\d{1,3}[、.](?!\d)")
SERIAL = re.compile(rf"{LISTED.pattern}|\d{{1,3}}(?: {{2,}}\S| [\u4e00-\u9fff]{{2,4}} )")  # of the next row
ROW = re.compile(r"\S {2,}\S")
TOKENS = re.compile(r"^\S{1,10} \S+ \S+")
CODE = re.compile(r"[0-9A-Za-z.@_\-·]")
MAIL_ENDS = re.compile(r"\.(?:com|cn|net|org|edu|gov|info)$")
ALONE = frozenset("男女汉回苗妻夫子父母等之与及和")  # what follows a name and is none of it


@dataclass(frozen=True, slots=True)
class Joined:
    """`text` without those line ends; `starts` are the places in it where a line begins, `offsets` how much was left out
    before, `firm` the starts at which a line certainly goes on."""

    text: str
    starts: list[int]
    offsets: list[int]
    firm: frozenset[int]

    def original(self, place: int) -> int:
        at = bisect_right(self.starts, place) - 1
        return place + (self.offsets[at] if at >= 0 else 0)

    def crossed(self, hit: Hit) -> list[int]:
        """The starts of lines within the hit."""
        return self.starts[bisect_right(self.starts, hit.start) : bisect_right(self.starts, hit.end - 1)]


def joined(text: str, *, every: bool = False) -> Joined:
    """The (folded) text in one line a paragraph; `every` takes all line ends away, as in a narrow cell."""
    pieces, starts, offsets, firm, length, done, dropped = [], [], [], set(), 0, 0, 0
    breaks = list(BREAK.finditer(text))
    for at, match in enumerate(breaks):
        line = text[breaks[at - 1].end() if at else 0 : match.start()]
        following = text[match.end() : breaks[at + 1].start() if at + 1 < len(breaks) else len(text)]
        if not every and ("\t" in match[0] or _stands_alone(line) or _stands_alone(following)):
            continue
        is_firm = every or _goes_on(
            line, following, earlier=text[breaks[at - 2].end() : breaks[at - 1].start()] if at > 1 else ""
        )
        if not is_firm and not _is_cut_code(line, following):
            continue
        pieces.append(text[done : match.start()])
        length += match.start() - done
        dropped += match.end() - match.start()
        starts.append(length)
        offsets.append(dropped)
        if is_firm:
            firm.add(length)
        done = match.end()
    return Joined("".join([*pieces, text[done:]]), starts, offsets, frozenset(firm))


def over_line_ends(text: Joined, hits: Iterable[Hit]) -> Iterable[Hit]:
    """The hits in the joined text that hold, at their places in the text as it was; `text` of a hit is left to the caller."""
    for hit in hits:
        crossed = text.crossed(hit)
        if crossed and not _holds(text, hit, crossed):
            continue
        start, end = text.original(hit.start), text.original(hit.end - 1) + 1
        yield Hit(start, end, hit.kind, hit.text, hit.certain)


def _holds(text: Joined, hit: Hit, crossed: list[int]) -> bool:
    if not hit.certain and not text.firm.issuperset(crossed):
        return False
    begun, rest = text.text[hit.start : crossed[0]], text.text[crossed[0] : hit.end]
    if hit.kind == DataKind.NAME:
        return rest not in ALONE
    return hit.kind != DataKind.EMAIL or "@" not in begun or not MAIL_ENDS.search(begun)


def _is_cut_code(line: str, following: str) -> bool:
    """Whether digits or letters stand on both sides of the line end, and the next line does not begin a row or point."""
    return _is_code(line[-1:]) and _is_code(following[:1]) and not SERIAL.match(following)


def _stands_alone(line: str) -> bool:
    """Whether the line is a label, or a row of cells."""
    return "\t" in line or "|" in line or kind_of_head(line) is not None


def _goes_on(line: str, following: str, *, earlier: str = "") -> bool:
    """Whether the next line goes on with what this line says; in a paragraph, whose lines are of one length, it does so
    even if it begins like a label."""
    if not line or not following or ENDED.search(line):
        return False
    if LISTED.match(following) and LISTED.match(line):
        return False
    is_set = bool(earlier) and abs(_width(earlier) - _width(line)) <= 2 and line[-1] not in ",，"
    if BEGINS.match(following) and not (is_set or CODE.match(line[-1]) or line[-1] == "("):
        return False
    if any((ROW.search(each[:200]) or TOKENS.match(each)) and ":" not in each for each in (line, following)):
        return False  # a row of cells; labels and values may stand apart in a text, too
    width = _width(line)
    return width >= SHORTEST and width >= 0.85 * min(_width(following), 400)


def _width(line: str) -> int:
    """Half-width columns, of the first characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line[:400])


def _is_code(sign: str) -> bool:
    return CODE.fullmatch(sign) is not None
