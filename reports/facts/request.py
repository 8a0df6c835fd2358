"""What a report is asked about, and the context that several requests of one day share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Self, TypedDict, Unpack

from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.models import Unit
from reports.facts import totals
from reports.facts.duties import AssignmentRow, duties
from reports.facts.totals import within
from reports.snapshots.schema import ProgressTotals
from tasks.models import Scoring, SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus


class ReportContext:
    """A notice as of the end of a day; its tasks are read once, however many reports are made of them.

    A day that is not over yet is told as it stands at the moment `at` of asking.
    """

    def __init__(self, *, notice: WorkPointNotice, as_of: date, at: datetime | None = None) -> None:
        self.notice, self.as_of, self.at = notice, as_of, at

    @property
    def hour(self) -> time | None:
        """The time to be printed beside a day that is not over; None for one that is."""
        return timezone.localtime(self.at).time() if self.at and self.at < end_of(self.as_of) else None

    @cached_property
    def duties(self) -> list[AssignmentRow]:
        return duties(notice=self.notice, on=self.as_of)

    @property
    def begun_on(self) -> date:
        """The day on which the notice was issued to the units (下达)."""
        return timezone.localdate(self.notice.issued_at) if self.notice.issued_at else self.as_of

    @cached_property
    def unit_codes(self) -> list[str]:
        """In the county's order."""
        return list(Unit.objects.values_list("code", flat=True))

    @cached_property
    def _by_unit(self) -> Mapping[str, list[AssignmentRow]]:
        grouped: dict[str, list[AssignmentRow]] = {}
        for duty in self.duties:
            grouped.setdefault(duty.unit_code, []).append(duty)
        return grouped

    def duties_of(self, unit: Unit | None) -> list[AssignmentRow]:
        """One unit's, or everybody's."""
        return self.duties if unit is None else self._by_unit.get(unit.code, [])

    @cached_property
    def totals(self) -> ProgressTotals:
        """The sums of everybody's duties, over the points that somebody was given."""
        return totals.totals(self.duties, points=len({duty.point for duty in self.duties}))


class About(TypedDict, total=False):
    """What some kinds are asked about besides: see their `needs` and `takes_period`."""

    since: date | None
    unit: Unit | None
    spot_check: SpotCheck | None
    scoring: Scoring | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The kind by its code, notice and day as their context; each kind says which of the others it needs."""

    kind: str
    context: ReportContext = field(compare=False)
    since: date | None = None
    unit: Unit | None = None
    spot_check: SpotCheck | None = None
    scoring: Scoring | None = None

    @classmethod
    def about(
        cls, *, kind: str, notice: WorkPointNotice, as_of: date, at: datetime | None = None, **about: Unpack[About]
    ) -> Self:
        return cls(kind=kind, context=ReportContext(notice=notice, as_of=as_of, at=at), **about)

    @property
    def notice(self) -> WorkPointNotice:
        return self.context.notice

    @property
    def as_of(self) -> date:
        return self.context.as_of

    @property
    def hour(self) -> time | None:
        """The time to be printed beside a day that is not over; of scores that at which they were computed."""
        if self.scoring and self.kind == "score":
            return ReportContext(notice=self.notice, as_of=self.as_of, at=self.scoring.computed_at).hour
        return self.context.hour


def period_of(request: Request, rows: Sequence[AssignmentRow]) -> Mapping[str, Any]:
    """What happened to these duties within the period, where one was asked for."""
    return {"period": within(rows, since=request.since, on=request.as_of)} if request.since else {}


def problems_of_the_day(request: Request, *, today: date) -> dict[str, str]:
    """Why nothing can be told of the notice as of that day, by field, in sentences for the screen."""
    notice, found = request.notice, {}
    if notice.status != NoticeStatus.ISSUED or notice.issued_at is None:
        found["notice"] = "这份通知还没有下达，没有可以统计的任务。"
    elif request.as_of < (issued_on := timezone.localdate(notice.issued_at)):
        found["as_of"] = f"这份通知{issued_on:%Y-%m-%d}才下达，统计日期请选这一天或者以后。"
    if request.since and request.since > request.as_of:
        found["since"] = "时段起始日不能晚于统计日期。"
    if request.as_of > today:
        found["as_of"] = "统计日期不能晚于今天。"
    return found
