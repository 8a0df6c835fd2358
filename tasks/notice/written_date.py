"""The date of a document (成文日期): 2018年8月13日, ２０１８年８月１３日, 二〇一八年八月十三日, or when a page was published."""

import re
from datetime import date

from tasks.notice.numbering import value_of
from tasks.notice.squeezed import folded

YEAR = r"(?P<year>(?:19|20)\d{2})"
WRITTEN = rf"{YEAR}\s*年\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日"
AT_END = re.compile(rf"{WRITTEN}\s*(?=[(（]此件|$)")
ALONE = re.compile(rf"\s*{WRITTEN}\s*(?:印发)?\s*$")
PUBLISHED = re.compile(
    r"(?:发布|发文|成文)(?:日期|时间)\s*[:：]\s*(?P<year>(?:19|20)\d{2})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})"
)


def ends_with_date(text: str) -> bool:
    return bool(AT_END.search(folded(text)))


def is_date(text: str) -> bool:
    return bool(ALONE.match(folded(text)))


def date_signed(text: str) -> date | None:
    """The date that a line ends with."""
    return _date(AT_END.search(folded(text)))


def date_published(text: str) -> date | None:
    return _date(PUBLISHED.search(folded(text)))


def _date(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    try:
        return date(int(found["year"]), value_of(found["month"]), value_of(found["day"]))
    except ValueError:
        return None
