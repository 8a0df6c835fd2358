"""The law on government information as data, each rule set with its period of validity and each row with its source.

Whoever asks names the day that counts: for an item the day on which its disclosure was determined, for an application
the day of its receipt. Nothing here reads a clock. `note` is for the office's eyes: what nobody has compared with the
wording of the law yet, or what the law leaves open; no page of the public shows it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ninghai.models.calendar import Limit, LimitUnit

# What a rule set holds. Plain data: a row is never changed, a new law is a new rule set.


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
class AnnualReportDays:
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
    annual_report: AnnualReportDays
    reassessment: Basis | None  # 定期评估 of what is not disclosed

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ground(self, code: str) -> RefusalGround | None:
        """The ground of that code; None where this law does not have it."""
        return next((each for each in self.grounds if each.code == code), None)

    def term(self, code: TermCode) -> Term | None:
        """The limit of that code; None where this law sets none."""
        return next((each for each in self.terms if each.code == code), None)


# 《中华人民共和国政府信息公开条例》, 国务院令第492号, published 2007-04-05, in force from 2008-05-01 to 2019-05-14.

NAME_2008 = "《政府信息公开条例》（2008年施行）"
OPINION = "《国务院办公厅关于做好政府信息依申请公开工作的意见》（国办发〔2010〕5号）"
NOT_COMPARED = "未逐条核对文件原文。"


def _by_2008(article: str, note: str = "") -> Basis:
    return Basis(NAME_2008, article, note)


def _working_days(amount: int) -> Limit:
    return Limit(LimitUnit.WORKING_DAY, amount)


REGULATION_2008 = RuleSet(
    code="2008",
    name=NAME_2008,
    valid_from=date(2008, 5, 1),
    valid_to=date(2019, 5, 14),
    source="国务院令第492号（2007年4月5日公布）",
    grounds=(
        RefusalGround("state_secret", "涉及国家秘密", _by_2008("第十四条")),
        RefusalGround(
            "forbidden",
            "法律、法规和国家有关规定不允许公开",
            _by_2008(
                "第十四条", "条例要求公开前依照有关规定审查，没有列出是哪些规定，请在理由说明中写明法律名称和条款。"
            ),
        ),
        RefusalGround("stability", "公开后可能危及国家安全、公共安全、经济安全和社会稳定", _by_2008("第八条")),
        RefusalGround("third_party", "涉及商业秘密、个人隐私", _by_2008("第十四条")),
        RefusalGround("internal", "内部管理信息", Basis(OPINION, note=NOT_COMPARED)),
        RefusalGround("process", "处于讨论、研究或者审查中的过程性信息", Basis(OPINION, note=NOT_COMPARED)),
        RefusalGround("few_concerned", "只涉及特定申请人，依申请提供", _by_2008("第十三条")),
    ),
    terms=(
        Term(TermCode.PROACTIVE, _working_days(20), _by_2008("第十八条")),
        Term(TermCode.ANSWER, _working_days(15), _by_2008("第二十四条")),
        Term(TermCode.EXTENSION, _working_days(15), _by_2008("第二十四条")),
    ),
    annual_report=AnnualReportDays(YearDay(3, 31), YearDay(3, 31), _by_2008("第三十一条")),
    reassessment=None,
)


# 《中华人民共和国政府信息公开条例》 as revised 2019-04-03, 国务院令第711号, in force from 2019-05-15.

NAME_2019 = "《政府信息公开条例》（2019年修订）"


def _by_2019(article: str, note: str = "") -> Basis:
    return Basis(NAME_2019, article, note)


REGULATION_2019 = RuleSet(
    code="2019",
    name=NAME_2019,
    valid_from=date(2019, 5, 15),
    valid_to=None,
    source="国务院令第711号（2019年4月3日公布）",
    grounds=(
        RefusalGround("state_secret", "依法确定为国家秘密", _by_2019("第十四条")),
        RefusalGround("forbidden", "法律、行政法规禁止公开", _by_2019("第十四条")),
        RefusalGround("stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定", _by_2019("第十四条")),
        RefusalGround("third_party", "涉及商业秘密、个人隐私等第三方合法权益", _by_2019("第十五条")),
        RefusalGround("internal", "内部事务信息", _by_2019("第十六条")),
        RefusalGround("process", "过程性信息", _by_2019("第十六条")),
        RefusalGround("enforcement_file", "行政执法案卷信息", _by_2019("第十六条")),
        RefusalGround("few_concerned", "只涉及特定申请人，依申请提供", _by_2019("第二十七条")),
    ),
    terms=(
        Term(TermCode.PROACTIVE, _working_days(20), _by_2019("第二十六条")),
        Term(TermCode.ANSWER, _working_days(20), _by_2019("第三十三条")),
        Term(TermCode.EXTENSION, _working_days(20), _by_2019("第三十三条")),
        Term(TermCode.AMEND_NOTICE, _working_days(7), _by_2019("第三十条")),
        Term(TermCode.THIRD_PARTY, _working_days(15), _by_2019("第三十二条")),
        Term(TermCode.CO_MAKER, _working_days(15), _by_2019("第三十四条")),
    ),
    annual_report=AnnualReportDays(
        YearDay(1, 31),
        YearDay(3, 31),
        _by_2019("第四十九条", "条例写明的是县级以上政府部门，乡镇（街道）的日期由县政府确定，这里按部门的日期计算。"),
    ),
    reassessment=_by_2019("第十八条"),
)


# The rule set of a day.

RULE_SETS = (REGULATION_2008, REGULATION_2019)


class NoRuleSet(LookupError):
    """That day lies before the first regulation; the text is fit for the screen."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day}时《政府信息公开条例》还没有施行。")


def rule_set_on(day: date) -> RuleSet:
    """The law that was in force on that day; raises NoRuleSet before 2008-05-01."""
    for rules in RULE_SETS:
        if rules.holds_on(day):
            return rules
    raise NoRuleSet(day)


# What a person can do against a decision (救济): how long, by which law; their days are not those of the regulation.


class RemedyCode(StrEnum):
    REVIEW = "review"  # 行政复议
    LAWSUIT = "lawsuit"  # 行政诉讼
    LAWSUIT_AFTER_REVIEW = "lawsuit_after_review"  # 对复议决定不服


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A way that is open for decisions made from one day to another, both included.

    `review_comes_first`: a refusal to disclose (不予公开) must go to 行政复议 before a court hears it.
    """

    code: RemedyCode
    limit: Limit
    basis: Basis
    valid_from: date
    valid_to: date | None = None
    review_comes_first: bool = False


FIRST_DAY = date(2008, 5, 1)  # nothing is decided under the regulation before
OLD_PROCEDURE, NEW_PROCEDURE = "《行政诉讼法》（1990年施行）", "《行政诉讼法》（2014年修正）"
OLD_REVIEW, NEW_REVIEW = "《行政复议法》（1999年施行）", "《行政复议法》（2023年修订）"
SIX_MONTHS, THREE_MONTHS = Limit(LimitUnit.MONTH, 6), Limit(LimitUnit.MONTH, 3)
SIXTY_DAYS, FIFTEEN_DAYS = Limit(LimitUnit.DAY, 60), Limit(LimitUnit.DAY, 15)
END_OF_OLD_PROCEDURE, END_OF_OLD_REVIEW = date(2015, 4, 30), date(2023, 12, 31)
NEW_PROCEDURE_FROM, NEW_REVIEW_FROM = date(2015, 5, 1), date(2024, 1, 1)

REMEDIES = (
    Remedy(
        code=RemedyCode.REVIEW,
        limit=SIXTY_DAYS,
        basis=Basis(OLD_REVIEW, "第九条"),
        valid_from=FIRST_DAY,
        valid_to=END_OF_OLD_REVIEW,
    ),
    Remedy(
        code=RemedyCode.REVIEW,
        limit=SIXTY_DAYS,
        basis=Basis(NEW_REVIEW, "第二十条"),
        valid_from=NEW_REVIEW_FROM,
    ),
    Remedy(
        code=RemedyCode.LAWSUIT,
        limit=THREE_MONTHS,
        basis=Basis(OLD_PROCEDURE, "第三十九条"),
        valid_from=FIRST_DAY,
        valid_to=END_OF_OLD_PROCEDURE,
    ),
    Remedy(
        code=RemedyCode.LAWSUIT,
        limit=SIX_MONTHS,
        basis=Basis(NEW_PROCEDURE, "第四十六条"),
        valid_from=NEW_PROCEDURE_FROM,
        valid_to=END_OF_OLD_REVIEW,
    ),
    Remedy(
        code=RemedyCode.LAWSUIT,
        limit=SIX_MONTHS,
        basis=Basis(NEW_PROCEDURE, "第四十六条", "不予公开的先申请行政复议：《行政复议法》（2023年修订）第二十三条。"),
        valid_from=NEW_REVIEW_FROM,
        review_comes_first=True,
    ),
    Remedy(
        code=RemedyCode.LAWSUIT_AFTER_REVIEW,
        limit=FIFTEEN_DAYS,
        basis=Basis(OLD_PROCEDURE, "第三十八条"),
        valid_from=FIRST_DAY,
        valid_to=END_OF_OLD_PROCEDURE,
    ),
    Remedy(
        code=RemedyCode.LAWSUIT_AFTER_REVIEW,
        limit=FIFTEEN_DAYS,
        basis=Basis(NEW_PROCEDURE, "第四十五条"),
        valid_from=NEW_PROCEDURE_FROM,
    ),
)


def remedies_on(day: date) -> tuple[Remedy, ...]:
    """What is open against a decision made on that day, in the order in which a letter names it."""
    return tuple(
        each for each in REMEDIES if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
    )


__all__ = [
    "REMEDIES",
    "RULE_SETS",
    "AnnualReportDays",
    "Basis",
    "NoRuleSet",
    "RefusalGround",
    "Remedy",
    "RemedyCode",
    "RuleSet",
    "Term",
    "TermCode",
    "YearDay",
    "remedies_on",
    "rule_set_on",
]
