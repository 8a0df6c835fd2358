"""What a value looks like that stands under a head, after a label or below it: the head says what it is, its form need not."""

import re
from collections.abc import Callable, Iterator

from ninghai.personal_data.detectors.surnames import looks_like_a_name, may_be_a_name
from ninghai.personal_data.hit import DataKind

GAP = r"[ \-]{0,2}"
ACCOUNT = re.compile(r"(?<![0-9A-Za-z*])\d(?:[ \-]{0,2}\d){7,27}(?![0-9A-Za-z*])")
NUMERAL = r"[一二三四五六七八九十百零〇]{1,5}"
HOUSE = re.compile(
    rf"\d{{1,5}}(?:-\d{{1,4}}){{0,4}}(?:号楼?|组|幢|栋|单元|室|弄|户)|{NUMERAL}(?:号楼?|组|幢|栋|单元|室|弄)"
    r"|[A-Z\d]{1,2}座\d{2,4}|(?<![\d\-])\d{1,3}(?:-\d{1,3}){1,3}(?![\d\-])"
)
TELEPHONE = re.compile(
    r"(?<!\d)\(?0\d{2,3}\)?[ \-]?\d{7,8}(?:(?:-|转)\d{1,5})?(?!\d)|(?<![\d\-])[2-8]\d{6,7}(?:(?:-|转)\d{1,5})?(?!\d)"
)
PAPER = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,2}\d{7,10}|\d{8})(?![0-9A-Za-z])")
IDENTITY = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{GAP}\d){{13,17}}{GAP}[\dXx](?![0-9A-Za-z])")
CHAT = re.compile(r"(?<![\w.@\-])(?:[1-9]\d{4,10}|[A-Za-z][A-Za-z0-9_\-]{5,19})(?![\w.@\-])", re.ASCII)
PART = r"[\u4e00-\u9fff0-9A-Za-z\-#]"
FLAT = r"(?<!\d)\d{1,2}(?:-\d{1,2}){0,2}-\d{2,4}(?![\d\-])"  # 5-1-1201, which no telephone is
HOUSES = re.compile(
    rf"(?:{HOUSE.pattern})(?:{PART}{{0,10}}?(?:\d{{1,4}}|{NUMERAL})(?:号楼?|组|幢|栋|单元|室))*"
    rf"(?:{PART}{{0,6}}?{FLAT}|(?<=[元幢栋座楼弄])\d{{2,4}}(?!\d))?"
)
NAMES_APART = re.compile(r"[^、,;/\s][^、,;/]*")
PATTERNS = {
    DataKind.BANK_CARD: (ACCOUNT,),
    DataKind.LANDLINE: (TELEPHONE,),
    DataKind.PASSPORT: (PAPER,),
    DataKind.ID_CARD: (IDENTITY, re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{7,10}(?![0-9A-Za-z])")),
    DataKind.EMAIL: (CHAT,),
}
KINDS_BY_FORM = {(DataKind.ID_CARD, 1): DataKind.PASSPORT}
Stretch = tuple[int, int, DataKind]


def values_in(words: str, kind: DataKind, *, sure: bool = False) -> Iterator[Stretch]:
    """Where values of the kind stand in the (folded) words that a head announces; a `sure` one announces nothing else."""
    if kind == DataKind.NAME:
        yield from _names(words, may_be_a_name if sure else looks_like_a_name)
    elif kind == DataKind.ADDRESS:
        yield from _address(words)
    for at, pattern in enumerate(PATTERNS.get(kind, ())):
        for match in pattern.finditer(words):
            yield match.start(), match.end(), KINDS_BY_FORM.get((kind, at), kind)


def _names(words: str, is_name: Callable[[str], bool]) -> Iterator[Stretch]:
    """One name, with blanks in it or not; or several, held apart by marks or blanks."""
    bare = re.sub(r"\s", "", words)
    if is_name(bare):
        start = len(words) - len(words.lstrip())
        yield start, len(words.rstrip()), DataKind.NAME
        return
    apart = list(NAMES_APART.finditer(words))
    if len(apart) < 2:
        apart = list(re.finditer(r"[^、,;/\s]+", words))
    if len(apart) > 1 and all(is_name(re.sub(r"\s", "", each[0])) for each in apart):
        yield from ((each.start(), each.start() + len(each[0].rstrip()), DataKind.NAME) for each in apart)


def _address(words: str) -> Iterator[Stretch]:
    """The whole of it, when it goes down to the house."""
    if HOUSE.search(words) and len(words) <= 80:
        start = len(words) - len(words.lstrip())
        yield start, len(words.rstrip()), DataKind.ADDRESS


def house_end(words: str) -> int:
    """Where the address ends that begins these words: behind its last house number; 0 where there is none."""
    houses = HOUSES.search(words)
    return houses.end() if houses else 0
