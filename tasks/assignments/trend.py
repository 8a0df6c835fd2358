"""How the work of a notice went month by month (按月趋势), from what the office has accepted; drawn by components/_trend.html."""

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, DateField, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from tasks.models import Assignment, ProgressReport, WorkPointNotice

MONTHS = 12  # the last that are drawn
TALL, GROUND = 72, 92  # pixels: the highest column, and where all of them stand


class TrendColumn(NamedTuple):
    """A number as it is drawn (components/_trend.html)."""

    name: str  # accepted, completed
    number: int
    left: str
    width: str
    middle: str
    height: int

    @property
    def top(self) -> int:
        return GROUND - self.height


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """How many reports were accepted in a month, and how many assignments completed with them."""

    month: date
    accepted: int
    completed: int

    def __str__(self) -> str:
        return f"{self.month:%Y}年{self.month.month}月"


@dataclass(frozen=True, slots=True)
class Trend:
    months: list[TrendMonth]

    def __str__(self) -> str:
        """All that is drawn, for who does not see it."""
        return "；".join(f"{each}接收填报{each.accepted}份、办结{each.completed}项" for each in self.months)

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Each month, and the middle of its place."""
        return [(f"{each.month.month}月", self._share(at + 0.5)) for at, each in enumerate(self.months)]

    @property
    def columns(self) -> list[TrendColumn]:
        """Two beside each other for each month, on one scale."""
        top = max([1, *(number for each in self.months for number in (each.accepted, each.completed))])
        return [
            TrendColumn(
                name,
                number,
                left=self._share(at + start),
                width=self._share(0.26),
                middle=self._share(at + start + 0.13),
                height=round(TALL * number / top),
            )
            for at, each in enumerate(self.months)
            for name, number, start in (("accepted", each.accepted, 0.2), ("completed", each.completed, 0.54))
        ]

    def _share(self, months: float) -> str:
        return f"{100 * months / len(self.months):.2f}%"


def trend_of(notice: WorkPointNotice, *, on: date) -> Trend:
    """From the month of the issue to that of the day, the last twelve at most; none before it. Two queries."""
    reports = ProgressReport.objects.accepted(on=on).filter(assignment__task__point__notice=notice)
    completed = Assignment.objects.filter(task__point__notice=notice).completed(on=on)
    accepted_in = _by_month(reports, "decided_at")
    completed_in = _by_month(completed, "completion_accepted_on")
    first = timezone.localdate(notice.issued_at).replace(day=1)
    months = itertools.takewhile(
        lambda month: month <= on, (_months_later(first, count) for count in itertools.count())
    )
    drawn = [TrendMonth(month, accepted_in.get(month, 0), completed_in.get(month, 0)) for month in months]
    return Trend(drawn[-MONTHS:])


def _by_month(rows: QuerySet[Any], field: str) -> dict[date, int]:
    month = TruncMonth(field, output_field=DateField())
    return dict(rows.order_by().values_list(month).annotate(Count("pk")))


def _months_later(first: date, count: int) -> date:
    years, month = divmod(first.month - 1 + count, 12)
    return date(first.year + years, month + 1, 1)
