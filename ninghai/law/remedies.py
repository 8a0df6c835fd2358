"""What a person can do against a decision (救济): how long, by which law; their days are not those of the regulation.

Sources: 行政复议法 (1999, 2017, 2023), 行政诉讼法 (1989, 2014). The limits run from the day on which the person knew.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ninghai.calendar.time_limits import Limit, LimitUnit
from ninghai.law.rows import Basis


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
