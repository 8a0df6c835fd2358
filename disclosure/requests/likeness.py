"""Whether two applications ask for the same information, though in other words: found from sketches alone, no seal is opened.

A sketch is what a text leaves when its pairs of characters are marked under the key of digests and the least mark in each
place is kept (MinHash): the share of equal places is about the share of the pairs that two texts have in common. Numbers,
such as years, must be the same: last year's accounts are other accounts.
"""

import re
from unicodedata import normalize

from ninghai.sealed.services import digest, long_marks

PLACES, WIDTH = 32, 4  # of the sketch, and bytes of a mark in each
OF_NUMBERS = 16  # characters before the sketch: the digest of all numbers
ALIKE = 0.5  # of the places
SAYS_NOTHING = re.compile(
    r"关于|有关|相关|申请|公开|信息|情况|资料|材料|提供|获取|得到|需要|希望|想要|查询|了解|知道|[的和及与或请我要等对在]|本人|贵单位|贵局|\W"
)
NUMBER = re.compile(r"\d+")


def content_sketch(content: str) -> str:
    """The sketch of what is asked for, empty where nothing is said."""
    text = SAYS_NOTHING.sub("", normalize("NFKC", content))
    numbers = " ".join(sorted({number.lstrip("0") for number in NUMBER.findall(text)}))
    words = NUMBER.sub("", text).replace("年度", "年")
    pieces = {words[at : at + 2] for at in range(max(1, len(words) - 1))} - {""}
    if not pieces:
        return ""
    return f"{digest(numbers)[:OF_NUMBERS]:0<{OF_NUMBERS}}{_least(sorted(pieces))}"


def _least(pieces: list[str]) -> str:
    """In each place the least mark of any piece."""
    marks = zip(long_marks(pieces), long_marks(f"{piece}+" for piece in pieces), strict=True)
    lines = [first + second for first, second in marks]
    return "".join(min(line[at : at + WIDTH] for line in lines).hex() for at in range(0, PLACES * WIDTH, WIDTH))


def are_alike(one: str, other: str) -> bool:
    """Whether the sketches are of the same information."""
    if not one or not other or one[:OF_NUMBERS] != other[:OF_NUMBERS]:
        return False
    step = 2 * WIDTH
    places = range(OF_NUMBERS, OF_NUMBERS + PLACES * step, step)
    return sum(one[at : at + step] == other[at : at + step] for at in places) >= ALIKE * PLACES
