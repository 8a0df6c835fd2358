"""Breaking a long title (标题) into lines that narrow downwards (▽), without breaking a word."""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

import rjieba

TITLE_WIDTH = 19.5  # characters of 22 pt in the 156 mm of the 版心, less what bold digits take over a half
MOST_LINES = 4
MOST_PIECES = 40  # a title of more is no title; all ways to break it would be too many to compare
TERMS = ("政务公开", "政府信息公开", "工作要点", "基本目录")  # words of the trade that a dictionary would divide

_OPENING, _CLOSING = "《〈（(“‘〔", "》〉）)”’〕，、：；"
_JOINED = (
    (re.compile(r"\d$"), re.compile(r"^[年月日号%度]")),  # 2018 + 年
    (re.compile(r"[年月]$"), re.compile(r"^\d")),  # 2018年 + 11月
    (re.compile(r"截至$"), re.compile(r"")),
    (re.compile(r"第$"), re.compile(r"")),  # 第 + 四季度
    (re.compile(rf"[{_OPENING}]$"), re.compile(r"")),
    (re.compile(r""), re.compile(rf"^[{_CLOSING}]")),
    (re.compile(r"情况$"), re.compile(r"^的")),  # 情况 + 的 + 通报
    (re.compile(r""), re.compile(r"^的")),
    (re.compile(r"的$"), re.compile(r"")),
    (re.compile(r"(和|及|与)$"), re.compile(r"")),
)


def break_title(*, title: str, keep: Sequence[str] = ()) -> list[str]:
    """The title's lines, the longer above the shorter; names in `keep` stay whole, as do 2018年 and 的通报.

    GB/T 9704: several lines in the shape of a trapezium or a diamond, no word divided. A title with a word wider
    than a line, or with very many words, is left to the page's own line breaking.
    """
    pieces = _pieces(title, keep)
    if len(pieces) > MOST_PIECES:
        return [title]
    choices = [lines for count in range(1, MOST_LINES + 1) for lines in _arrangements(pieces, count)]
    fitting = [lines for lines in choices if max(map(width, lines)) <= TITLE_WIDTH]
    return min(fitting, key=_ugliness) if fitting else [title]


def width(text: str) -> float:
    """Width in Chinese characters; ASCII counts half."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def _pieces(title: str, keep: Sequence[str]) -> list[str]:
    whole = sorted({*keep, *TERMS} - {""}, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, whole))})", title)
    words = [word for part in parts for word in ([part] if part in whole else rjieba.cut(part))]
    pieces: list[str] = []
    for word in words:
        if pieces and any(before.search(pieces[-1]) and after.search(word) for before, after in _JOINED):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def _arrangements(pieces: Sequence[str], count: int) -> list[list[str]]:
    arrangements = []
    for breaks in combinations(range(1, len(pieces)), count - 1):
        edges = (0, *breaks, len(pieces))
        arrangements.append(["".join(pieces[a:b]) for a, b in pairwise(edges)])
    return arrangements


def _ugliness(lines: Sequence[str]) -> float:
    """Few lines, each a little shorter than the one above, none a stump, 关于 never at the head of a line."""
    widths = [width(line) for line in lines]
    steps = [above - below for above, below in pairwise(widths)]
    return (
        8.0 * len(lines)
        + sum((step - 4) ** 2 / 8 if step > 0 else 12 + (step - 4) ** 2 / 2 for step in steps)
        + sum(20 for line, at in zip(widths, range(len(widths)), strict=True) if at and line < 5)
        + sum(6 for line in lines[1:] if line.startswith("关于"))
    )
