"""Which reporting periods (报送周期) an assignment owes, and for which one its unit may report now.

A period is owed when it has ended, ended after the assignment was made, and the assignment is still open. It stays
owed until the unit's head has passed a report to the office, and is late after its due date: five working days after
its end, by the office's own calendar of periods. Once it is closed (封账) its record says how it fared: what is handed
in afterwards is accepted and the record stays. What is accepted may be added to (补充填报), which nobody owes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import nonmember
from typing import TypedDict

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod, WorkPointNotice
from tasks.models.progress import HANDED_IN
from tasks.models.states import ProgressStatus
from tasks.models.task import AssignmentQuerySet


class OwingPeriods(models.TextChoices):
    """How an assignment stands towards one period on a day."""

    HANDED_IN = "handed_in", "已报送"
    HANDED_IN_LATE = "handed_in_late", "迟报"
    MADE_UP = "made_up", "缺报后补报"
    MISSING = "missing", "缺报"
    LATE = "late", "逾期未报"
    OWED = "owed", "待报送"
    RUNNING = "running", "本期进行中，可以提前报送"
    ANY_TIME = "any_time", "不定期，可以随时报送"
    NOT_OWED = "not_owed", "无需报送"

    owed = nonmember(frozenset({"owed", "late"}))
    handed_in = nonmember(frozenset({"handed_in", "handed_in_late", "made_up"}))


class Frozen(TypedDict):
    """What `turns` asks the database about each period."""

    outcome: str | None  # of the assignment's PeriodRecord


@dataclass(frozen=True, slots=True)
class Turn:
    """One period of one assignment: what was reported, and whether something is owed."""

    period: ReportingPeriod
    reports: tuple[ProgressReport, ...]  # the period's first, then its supplements
    owing: OwingPeriods

    @property
    def is_owed(self) -> bool:
        return self.owing in OwingPeriods.owed

    @property
    def was_handed_in(self) -> bool:
        return self.owing in OwingPeriods.handed_in

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
    """The periods that ended before that day, have a due date, and were not closed by the end of that day."""
    is_open = Q(closed_on=None) | Q(closed_on__gt=on)
    return ReportingPeriod.objects.filter(is_open, end__lt=on, due_date__isnull=False)


def last_ended_period(*, notice: WorkPointNotice, on: date) -> ReportingPeriod | None:
    """本期: the notice's newest period that ended before that day and has a due date, closed (封账) or not."""
    ended = notice.periods.filter(end__lt=on, due_date__isnull=False)
    return ended.order_by("-end", "-pk").first()


def assignments_unreported(*, period: ReportingPeriod, on: date) -> AssignmentQuerySet:
    """本期未报送: open at the end of that day, made before the period's end, and nothing was handed in for it by then."""
    handed_in = ProgressReport.objects.handed_in(on=on).filter(assignment=OuterRef("pk"), period=period)
    asked = Assignment.objects.filter(task__point__notice=period.notice_id, made_on__lt=period.end)
    return asked.open(on=on).filter(~Exists(handed_in))


def periods_unreported(*, on: date) -> QuerySet[ReportingPeriod]:
    """For a subquery over assignments: the periods for which nothing was handed in by the end of that day."""
    handed_in = _of_the_period(ProgressReport.objects.handed_in(on=on))
    return periods_due(on=on).filter(~Exists(handed_in), **_of_the_assignment())


def periods_to_report(*, on: date) -> QuerySet[ReportingPeriod]:
    """The same as the unit has them to do: what was sent back is to be written again, though its period is closed or still runs."""
    sent_back = _of_the_period(ProgressReport.objects.filter(status=ProgressStatus.RETURNED))
    unreported = Q(pk__in=periods_due(on=on)) & ~Exists(_of_the_period(ProgressReport.objects.handed_in(on=on)))
    return ReportingPeriod.objects.filter(unreported | Exists(sent_back), **_of_the_assignment())


def _of_the_period(reports: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    return reports.filter(assignment=OuterRef(OuterRef("pk")), period=OuterRef("pk"))


def _of_the_assignment() -> dict[str, OuterRef]:
    return {"notice": OuterRef("task__point__notice"), "end__gt": OuterRef("made_on")}


def may_report_for(*, period: ReportingPeriod, assignment: Assignment, on: date) -> bool:
    """Whether the period is one of the assignment's notice, has begun, and did not end before the assignment was made."""
    is_asked = period.due_date is None or period.end > assignment.made_on
    return period.notice_id == assignment.task.point.notice_id and period.start <= on and is_asked


def turns(*, assignment: Assignment, reports: Iterable[ProgressReport], on: date) -> list[Turn]:
    """The periods begun by that day, oldest first, with the assignment's reports of each and what is owed."""
    record = PeriodRecord.objects.filter(period=OuterRef("pk"), assignment=assignment)
    begun = ReportingPeriod.objects.filter(notice=assignment.task.point.notice_id, start__lte=on).order_by("start")
    in_order = sorted(reports, key=lambda report: report.supplement)
    return [
        _turn(assignment, period, tuple(report for report in in_order if report.period_id == period.pk), on)
        for period in begun.annotate(outcome=Subquery(record.values("outcome")))
        if may_report_for(period=period, assignment=assignment, on=on)
    ]


def turn_to_report(turns: list[Turn]) -> Turn | None:
    """The oldest owed period that waits for the clerk, else a supplement that does, a missing one, or the running one."""
    waiting = [turn for turn in turns if turn.is_with_clerk]
    owed = [turn for turn in waiting if turn.is_owed]
    supplements = [turn for turn in waiting if turn.was_handed_in]
    missing = [turn for turn in waiting if turn.owing == OwingPeriods.MISSING]
    running = [turn for turn in waiting if turn.owing in {OwingPeriods.RUNNING, OwingPeriods.ANY_TIME}]
    return next(iter(owed + supplements + missing + running), None)


def _turn(
    assignment: Assignment,
    period: "WithAnnotations[ReportingPeriod, Frozen]",
    reports: tuple[ProgressReport, ...],
    on: date,
) -> Turn:
    handed_in_on = min((day for report in reports if (day := _handed_in_on(report, on))), default=None)
    if period.is_closed(on=on):
        owing = _recorded(period.outcome, handed_in_on)
    elif handed_in_on:
        owing = OwingPeriods.HANDED_IN_LATE if period.has_passed(on=handed_in_on) else OwingPeriods.HANDED_IN
    elif assignment.is_open(on=on):
        owing = _unreported(period, on)
    else:
        owing = OwingPeriods.MISSING if ended_in_arrears(assignment, period, on=on) else OwingPeriods.NOT_OWED
    return Turn(period=period, reports=reports, owing=owing)


def _handed_in_on(report: ProgressReport, on: date) -> date | None:
    """The day on which it was passed to the office, if that was by the end of the day."""
    day = report.handed_in_on if report.status in HANDED_IN else None
    return day if day and day <= on else None


def _recorded(outcome: str | None, handed_in_on: date | None) -> OwingPeriods:
    """Of a closed period; None where the assignment did not owe it."""
    if outcome == PeriodRecord.Outcome.MISSING:
        return OwingPeriods.MADE_UP if handed_in_on else OwingPeriods.MISSING
    if outcome == PeriodRecord.Outcome.LATE:
        return OwingPeriods.HANDED_IN_LATE
    return OwingPeriods.HANDED_IN if outcome or handed_in_on else OwingPeriods.NOT_OWED


def _unreported(period: ReportingPeriod, on: date) -> OwingPeriods:
    """Of an open assignment."""
    if period.due_date is None:
        return OwingPeriods.ANY_TIME
    if period.end >= on:
        return OwingPeriods.RUNNING
    return OwingPeriods.LATE if period.has_passed(on=on) else OwingPeriods.OWED


def was_asked_for(period: ReportingPeriod, assignment: Assignment) -> bool:
    """Whether the assignment owed the period: made before its end, still open at its end."""
    return assignment.made_on < period.end and assignment.is_open(on=period.end)


def ended_in_arrears(assignment: Assignment, period: ReportingPeriod, *, on: date) -> bool:
    """Of what was finished or ended by the end of that day without a report: whether the due date had passed by then."""
    done_on = assignment.completed_on or assignment.ended_on
    return done_on is not None and period.has_passed(on=done_on) and not assignment.never_applied(on=on)
