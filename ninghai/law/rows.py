"""What a rule set holds. Plain data: a row is never changed, a new law is a new rule set."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ninghai.calendar.time_limits import Limit


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule stands: the paper and, where it has articles, the article; `note` is for the office only."""

    source: str
    article: str = ""
    note: str = ""

    def __str__(self) -> str:
        return f"{self.source}{self.article}"


@dataclass(frozen=True, slots=True)
class RefusalGround:
    """A reason for not disclosing on one's own initiative; `code` is that of NonDisclosureReason."""

    code: str
    label: str
    basis: Basis


class TermCode(StrEnum):
    """What a time limit is for."""

    PROACTIVE = "proactive"  # 主动公开
    ANSWER = "answer"  # 答复
    EXTENSION = "extension"  # 延长答复
    AMEND_NOTICE = "amend_notice"  # 一次性告知补正
    THIRD_PARTY = "third_party"  # 第三方提出意见
    CO_MAKER = "co_maker"  # 共同制作机关提出意见


@dataclass(frozen=True, slots=True)
class Term:
    """A limit of the law; it runs from what its code says."""

    code: TermCode
    limit: Limit
    basis: Basis


class YearDay(NamedTuple):
    """A day of every year: named days are not moved when they are days off."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month}月{self.day}日"


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """By when the report on the year before must be public (政府信息公开工作年度报告)."""

    bodies: YearDay  # each body for itself
    county: YearDay  # the county's government
    basis: Basis

    @property
    def words(self) -> str:
        """As a catalogue prints it."""
        if self.bodies == self.county:
            return f"每年{self.county}前"
        return f"各单位每年{self.bodies}前，县政府每年{self.county}前"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The law as it stood from one day to another, both included; without `valid_to` it still stands."""

    code: str
    name: str  # as a letter or a page cites it
    valid_from: date
    valid_to: date | None
    source: str
    grounds: tuple[RefusalGround, ...]
    terms: tuple[Term, ...]
    annual_report: AnnualReport
    reassessment: Basis | None  # 定期评估 of what is not disclosed

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ground(self, code: str) -> RefusalGround | None:
        """The ground of that code; None where this law does not have it."""
        return next((each for each in self.grounds if each.code == code), None)

    def term(self, code: TermCode) -> Term | None:
        """The limit of that code; None where this law sets none."""
        return next((each for each in self.terms if each.code == code), None)
