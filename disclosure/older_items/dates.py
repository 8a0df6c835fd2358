"""A day in every shape that a spreadsheet or a website writes: 2018-08-13, 2018年8月13日, 20180813, 43325, 二〇一八年八月十三日."""

import re
import unicodedata
from datetime import date, timedelta

from disclosure.older_items.problems import UnreadableValue
from tasks.notice.written_date import date_signed, is_date

EARLIEST = date(1949, 10, 1)
TIME_OF_DAY = r"(?:[\sT]*\d{1,2}[:时]\d{1,2}.*)?"
WITH_MARKS = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?{TIME_OF_DAY}")
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
EXCEL_DAY = re.compile(r"[2-7]\d{4}")
EXCEL_ZERO = date(1899, 12, 30)


def day_of(text: str) -> date:
    """The day; raises UnreadableValue with a sentence."""
    said = unicodedata.normalize("NFKC", text).strip()
    day = _day_of(said)
    if day is None:
        raise UnreadableValue(f"“{text[:30]}”不是日期，请写成 2018-08-13 的形式。")
    if day < EARLIEST:
        raise UnreadableValue(f"“{text[:30]}”早于1949年10月1日，请核对。")
    return day


def _day_of(said: str) -> date | None:
    if EXCEL_DAY.fullmatch(said):  # a day that lost its format
        return EXCEL_ZERO + timedelta(days=int(said))
    if found := WITH_MARKS.fullmatch(said) or DIGITS.fullmatch(said):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    return date_signed(said) if is_date(said) else None
