"""Time limits (时限) as the rules print them: 20个工作日, 48小时, 7日, 1个月, or a day that is named."""

from dataclasses import dataclass
from datetime import date

from django.db import models


class LimitUnit(models.TextChoices):
    """What a limit counts. Hours are clock hours that run through nights and holidays; the others are whole days."""

    HOUR = "hour", "小时"
    WORKING_DAY = "working_day", "个工作日"
    DAY = "day", "日"
    MONTH = "month", "个月"
    BY_DATE = "by_date", "指定日期"


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` of the unit after the event; for BY_DATE the day `by`, inclusive (“11月30日前”), and no amount."""

    unit: LimitUnit
    amount: int = 0
    by: date | None = None

    def __post_init__(self) -> None:
        is_by_date = self.unit == LimitUnit.BY_DATE
        if is_by_date != (self.by is not None) or is_by_date == (self.amount > 0):
            raise ValueError("时限应是至少为 1 的数量，或者一个指定日期。")

    @property
    def extension_unit(self) -> LimitUnit:
        """What an extension of this limit counts; a named day is extended by calendar days."""
        return LimitUnit.DAY if self.unit == LimitUnit.BY_DATE else self.unit

    def __str__(self) -> str:
        return f"{self.by:%Y-%m-%d}前" if self.by else f"{self.amount}{self.unit.label}"
