"""What an excessive request costs (信息处理费): schedules as data, each with its source and the period in which it holds; what the
office has entered stands before these (`requests.fee_rates`).

The day that counts is that of the request's receipt. Two schedules stand side by side, and one request is charged by one
of them only (国办函〔2020〕109号): by items (按件), all of one applicant in a calendar month; or by pages (按量).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ninghai.calendar.law import NAME_2008, NAME_2019, Basis, rule_set_on


class FeeBy(StrEnum):
    ITEMS = "items"  # 按件
    PAGES = "pages"  # 按量


@dataclass(frozen=True, slots=True)
class Band:
    """What each costs up to a number, included; the last band of a schedule may have no end."""

    up_to: int | None
    each: int  # yuan


@dataclass(frozen=True, slots=True)
class Rise:
    """What comes after the last band: with every further `width`, each costs `more`."""

    width: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    by: FeeBy
    words: str
    measure: str
    bands: tuple[Band, ...]
    rise: Rise | None
    basis: Basis
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def all_bands(self) -> Iterator[Band]:
        """Those that are printed, then those that the rise adds, without end."""
        yield from self.bands
        up_to, each = self.bands[-1].up_to, self.bands[-1].each
        while self.rise and up_to is not None:
            up_to, each = up_to + self.rise.width, each + self.rise.more
            yield Band(up_to, each)


LETTER_109 = Basis(
    "《国务院办公厅关于印发〈政府信息公开信息处理费管理办法〉的通知》（国办函〔2020〕109号）",
    note="自2021年1月1日起施行，未逐条核对文件原文。",
)
FEES_FROM = date(2021, 1, 1)

SCHEDULES = (
    FeeSchedule(
        by=FeeBy.ITEMS,
        words="按件计收",
        measure="件",
        bands=(Band(10, 0), Band(30, 100), Band(40, 200)),
        rise=Rise(width=10, more=100),
        basis=LETTER_109,
        valid_from=FEES_FROM,
    ),
    FeeSchedule(
        by=FeeBy.PAGES,
        words="按量计收",
        measure="页",
        bands=(Band(30, 0), Band(100, 10), Band(200, 20), Band(None, 40)),
        rise=None,
        basis=LETTER_109,
        valid_from=FEES_FROM,
    ),
)


BAND = re.compile(r"第?(\d{1,6})(?:至(\d{1,6})[件页]?|[件页]?起)[:：](?:每[件页])?(\d{1,5})元?", re.ASCII)


def read_bands(text: str) -> tuple[Band, ...]:
    """The bands that stand one in a line, as `words_of_bands` writes them; raises ValueError, fit for the screen."""
    bands: list[Band] = []
    lines = [re.sub(r"\s", "", line) for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        found, first = BAND.fullmatch(line), _first_after(bands)
        if found is None:
            raise ValueError(f"第{number}行请写成“1至10：0”或者“201起：40”。")
        up_to = int(found[2]) if found[2] else None
        if first is None:
            raise ValueError(f"第{number}行上面的一档写了“起”，后面不能再有。")
        if int(found[1]) != first or (up_to is not None and up_to < first):
            raise ValueError(f"第{number}行应当从{first}写起，各档连续，不能倒着写。")
        bands.append(Band(up_to, int(found[3])))
    if not bands:
        raise ValueError("请至少写一档。")
    return tuple(bands)


def words_of_bands(bands: Iterable[Band]) -> str:
    lines, first = [], 1
    for band in bands:
        lines.append(f"{first}至{band.up_to}：{band.each}" if band.up_to else f"{first}起：{band.each}")
        first = (band.up_to or first) + 1
    return "\n".join(lines)


def _first_after(bands: list[Band]) -> int | None:
    """The number with which the next band begins; none after one without an end."""
    if not bands:
        return 1
    return bands[-1].up_to and bands[-1].up_to + 1


class NoFeeSchedule(LookupError):
    """No schedule holds for a request received on that day; the text is fit for the screen."""


def why_none(received: date) -> str:
    day = f"{received.year}年{received.month}月{received.day}日收到的申请"
    if rule_set_on(received).code == "2008":
        return f"{day}适用{NAME_2008}，没有信息处理费：依据第二十七条只能收取检索、复制、邮寄等成本费用。"
    return (
        f"{day}适用{NAME_2019}，第四十二条规定的信息处理费当时还没有收费标准，不收费："
        f"{LETTER_109}自{FEES_FROM.year}年{FEES_FROM.month}月{FEES_FROM.day}日起施行。"
    )


@dataclass(frozen=True, slots=True)
class Tranche:
    """So many of what is charged, by their numbers, and what they come to; all in yuan."""

    first: int
    last: int
    each: int

    @property
    def amount(self) -> int:
        return (self.last - self.first + 1) * self.each


@dataclass(frozen=True, slots=True)
class Fee:
    schedule: FeeSchedule
    tranches: tuple[Tranche, ...]

    @property
    def total(self) -> int:
        return sum(each.amount for each in self.tranches)

    @property
    def steps(self) -> str:
        """What each tranche comes to, as a fee notice explains it."""
        unit = self.schedule.measure
        return "；".join(
            f"第{each.first}至{each.last}{unit}：每{unit}{each.each}元，{each.amount}元"
            if each.each
            else f"第{each.first}至{each.last}{unit}：不收费"
            for each in self.tranches
        )

    def __str__(self) -> str:
        return f"{self.schedule.words}（{self.schedule.basis}），共{self.total}元；{self.steps}。"


def fee_of(*, amount: int, schedule: FeeSchedule) -> Fee:
    """What that many items or pages cost, tranche by tranche (超额累进)."""
    return Fee(schedule, tuple(_tranches(amount, schedule)))


def _tranches(amount: int, schedule: FeeSchedule) -> Iterator[Tranche]:
    first = 1
    for band in schedule.all_bands():
        if first > amount:
            return
        last = amount if band.up_to is None else min(amount, band.up_to)
        yield Tranche(first, last, band.each)
        first = last + 1
