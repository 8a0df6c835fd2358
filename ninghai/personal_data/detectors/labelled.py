"""What stands after a label and a colon, as in 惠农账号：… or 本人家庭电话：…; the label is known by its kernel."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.bank_card import is_of_an_office
from ninghai.personal_data.heads import KINDS_BY_FORM, PATTERNS, house_end, is_weak, kind_of_head
from ninghai.personal_data.hit import DataKind, Hit

COLON = re.compile(r"(?:】:?|:)[ \t_\"'“‘「『]{0,30}")  # also 【姓名】, and the line on which a form is filled in
REACH, LONGEST_VALUE = 24, 60  # characters before and after the colon
MARKS = " \t\r\n,，。；;、!！?？:："
MARK = re.compile(r"[,，。；;、!！?？)）(（【】》\t:\d]")
NOTE = re.compile(r"\([^()]{0,10}\)\s{0,3}$")
OUTSIDE = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z\-#·]")


def find(text: str) -> Iterator[Hit]:
    for colon in COLON.finditer(text):
        label = label_before(text, colon.start())
        kind = kind_of_head(label) if label else None
        if kind is None or kind == DataKind.NAME:
            continue
        value = text[colon.end() : colon.end() + LONGEST_VALUE].partition("\n")[0]
        if kind == DataKind.ADDRESS:
            yield from () if is_weak(label) else _address(value, colon.end())
            continue
        for at, pattern in enumerate(PATTERNS.get(kind, ())):
            match = pattern.match(value)
            if match and not (kind == DataKind.BANK_CARD and is_of_an_office(text, colon.end())):
                found = KINDS_BY_FORM.get((kind, at), kind)
                yield Hit(colon.end(), colon.end() + match.end(), found, match[0], certain=False)


def label_before(text: str, place: int) -> str:
    """The last words before the colon; 姓　名 and 住 址 are one."""
    if not text[max(0, place - 3) : place].strip(MARKS):
        return ""
    lead = text[max(0, place - REACH) : place].rpartition("\n")[2]
    lead = NOTE.sub("", lead)
    lead = MARK.split(lead)[-1]
    words = lead.split()
    label = words.pop() if words else ""
    while words and (len(label) == 1 or len(words[-1]) == 1) and len(label) < 6:
        label = words.pop() + label
    return label


def _address(value: str, start: int) -> Iterator[Hit]:
    """Down to the last house number before the next mark."""
    outside = OUTSIDE.search(value)
    value = value[: outside.start()] if outside else value
    if end := house_end(value):
        yield Hit(start, start + end, DataKind.ADDRESS, value[:end], certain=False)
