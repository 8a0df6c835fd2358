"""Reading the days out of the State Council's yearly notice (国务院办公厅关于…部分节假日安排的通知).

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

A clause with 放假 names days off, one with 上班 working days. Nothing with a date in it is passed over in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from ninghai.models import Workday

HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、])?\s*(?P<name>[^：:，。\d]{2,12})[：:]")
BRACKETS = re.compile(r"\([^()]*\)")
DAY = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日"
DAYS = re.compile(DAY.format("first_") + r"(?:\s*(?:至|到|-|—|–|~)\s*" + DAY.format("last_") + ")?")
LONGEST = 31  # days; a longer stretch is a slip of the pen
WORDS = {"放假": Workday.Kind.HOLIDAY, "上班": Workday.Kind.WORKING}


class UnreadableNotice(ValueError):
    """The text has a line that cannot be read; the message says which, fit for the screen."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What a day is, other than its weekday says."""

    kind: Workday.Kind
    name: str = ""


def read_notice(text: str, *, year: int) -> dict[date, SpecialDay]:
    """The special days that the text names; dates without a year are of the notice's year.

    Raises UnreadableNotice for a line with dates that are neither off nor at work, impossible, or said both ways.
    """
    days: dict[date, SpecialDay] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for day, special in _read_line(line, number=number, year=year):
            if days.setdefault(day, special).kind != special.kind:
                raise UnreadableNotice(f"第{number}行：{day:%Y-%m-%d}既写了放假又写了上班，请核对。")
    if not days:
        raise UnreadableNotice("没有读到日期。请粘贴通知正文，例如“元旦：1月1日至3日放假，1月4日上班。”")
    return days


def _read_line(line: str, *, number: int, year: int) -> Iterator[tuple[date, SpecialDay]]:
    plain = BRACKETS.sub("", normalize("NFKC", line))
    heading = HEADING.match(plain)
    name = heading["name"].strip() if heading else ""
    for clause in re.split(r"[。;]", plain[heading.end() if heading else 0 :]):
        for kind, piece in _pieces(clause, number=number):
            for day in _days(piece, number=number, year=year):
                yield day, SpecialDay(kind=kind, name=name)


def _pieces(clause: str, *, number: int) -> Iterator[tuple[Workday.Kind, str]]:
    """The clause cut after each 放假 or 上班: what stands before the word is what it is about."""
    *pieces, rest = re.split("(放假|上班)", clause)
    for piece, word in zip(pieces[::2], pieces[1::2], strict=True):
        yield WORDS[word], piece
    if re.search(r"\d+日", rest):
        raise UnreadableNotice(f"第{number}行“{rest.strip()}”没有写明放假还是上班，请补充。")


def _days(piece: str, *, number: int, year: int) -> Iterator[date]:
    month = 0
    for found in DAYS.finditer(piece):
        try:
            first, last, month = _span(found, year=year, month=month)
        except ValueError:
            raise UnreadableNotice(f"第{number}行“{found[0]}”不是有效的日期，请核对。") from None
        if not 0 <= (last - first).days < LONGEST:
            raise UnreadableNotice(f"第{number}行“{found[0]}”的起止日期不对，请核对。")
        yield from (first + timedelta(days) for days in range((last - first).days + 1))


def _span(found: re.Match[str], *, year: int, month: int) -> tuple[date, date, int]:
    """First and last day; a missing month is the one named before it (“1月1日至3日”, “1月4日、18日”)."""
    first = date(int(found["first_year"] or year), int(found["first_month"] or month), int(found["first_day"]))
    if not found["last_day"]:
        return first, first, first.month
    last_year = int(found["last_year"] or first.year)
    last = date(last_year, int(found["last_month"] or first.month), int(found["last_day"]))
    return first, last, last.month
