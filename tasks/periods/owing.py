"""Which reporting periods (报送周期) an assignment owes, and for which one its unit may report now.

A period is owed when it has ended, ended after the notice was issued, and the assignment is still open. It stays
owed until the unit's head has passed a report to the office, and is late after its due date: five working days after
its end, by the office's own calendar of periods. What is accepted may be added to (补充填报), which nobody owes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from tasks.models import Assignment, ProgressReport, ReportingPeriod
from tasks.states import ProgressStatus

HANDED_IN = frozenset({ProgressStatus.WITH_OFFICE, ProgressStatus.ACCEPTED})


class Owing(models.TextChoices):
    """How an assignment stands towards one period on a day: computed, never stored."""

    HANDED_IN = "handed_in", "已报送"
    LATE = "late", "逾期未报"
    OWED = "owed", "待报送"
    RUNNING = "running", "本期进行中，可以提前报送"
    NOT_OWED = "not_owed", "无需报送"


@dataclass(frozen=True, slots=True)
class Turn:
    """One period of one assignment: what was reported, and whether something is owed."""

    period: ReportingPeriod
    reports: tuple[ProgressReport, ...]  # the period's first, then its supplements
    owing: Owing

    @property
    def is_owed(self) -> bool:
        return self.owing in {Owing.OWED, Owing.LATE}

    @property
    def report(self) -> ProgressReport | None:
        """The one that is under way, else the last accepted."""
        return self.reports[-1] if self.reports else None

    @property
    def is_with_clerk(self) -> bool:
        """Nothing written yet, or a draft, or returned."""
        return self.report is None or self.report.is_editable

    @property
    def may_be_supplemented(self) -> bool:
        """Everything is accepted, so that another report may be begun (补充填报)."""
        return self.report is not None and self.report.status == ProgressStatus.ACCEPTED

    @property
    def supplement(self) -> int:
        """The place in the period of the report under way, or of the one that would be begun."""
        if self.report is None:
            return 0
        return self.report.supplement + self.may_be_supplemented


def periods_due(*, on: date) -> QuerySet[ReportingPeriod]:
    """The periods that ended before that day, after their notice was issued."""
    return ReportingPeriod.objects.filter(end__lt=on, notice__issued_at__date__lt=F("end"))


def periods_unreported(*, on: date) -> QuerySet[ReportingPeriod]:
    """For a subquery over assignments: the periods for which nothing was handed in by the end of that day."""
    handed_in = ProgressReport.objects.filter(
        assignment=OuterRef(OuterRef("pk")), period=OuterRef("pk"), status__in=HANDED_IN, passed_at__date__lte=on
    )
    return periods_due(on=on).filter(~Exists(handed_in), notice=OuterRef("task__point__notice"))


def may_report_for(*, period: ReportingPeriod, assignment: Assignment, on: date) -> bool:
    """Whether the period is one of the assignment's notice, has begun, and did not end before the notice was issued."""
    notice = assignment.task.point.notice
    if notice.issued_at is None or period.notice_id != notice.pk:
        return False
    return period.start <= on and period.end > timezone.localtime(notice.issued_at).date()


def turns(*, assignment: Assignment, reports: Iterable[ProgressReport], on: date) -> list[Turn]:
    """The periods begun by that day, oldest first, with the assignment's reports of each and what is owed."""
    begun = ReportingPeriod.objects.filter(notice=assignment.task.point.notice_id, start__lte=on).order_by("start")
    in_order = sorted(reports, key=lambda report: report.supplement)
    return [
        _turn(assignment, period, tuple(report for report in in_order if report.period_id == period.pk), on)
        for period in begun
        if may_report_for(period=period, assignment=assignment, on=on)
    ]


def turn_to_report(turns: list[Turn]) -> Turn | None:
    """The oldest owed period that waits for the clerk, else a supplement that does, else the running period."""
    waiting = [turn for turn in turns if turn.is_with_clerk]
    owed = [turn for turn in waiting if turn.is_owed]
    supplements = [turn for turn in waiting if turn.owing == Owing.HANDED_IN]
    running = [turn for turn in waiting if turn.owing == Owing.RUNNING]
    return next(iter(owed + supplements + running), None)


def _turn(assignment: Assignment, period: ReportingPeriod, reports: tuple[ProgressReport, ...], on: date) -> Turn:
    return Turn(period=period, reports=reports, owing=_owing(assignment, period, reports, on))


def _owing(assignment: Assignment, period: ReportingPeriod, reports: Iterable[ProgressReport], on: date) -> Owing:
    if any(_was_handed_in(report, on) for report in reports):
        return Owing.HANDED_IN
    if not assignment.is_open(on=on):
        return Owing.NOT_OWED
    if period.end >= on:
        return Owing.RUNNING
    return Owing.LATE if period.due_date < on else Owing.OWED


def _was_handed_in(report: ProgressReport, on: date) -> bool:
    return report.status in HANDED_IN and report.handed_in_on is not None and report.handed_in_on <= on
