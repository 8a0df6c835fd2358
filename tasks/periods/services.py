"""What the office does with the reporting periods (报送周期) of an issued notice: another rhythm, other days, closing.

The periods hang on their notice: each act names the notice's version that the person saw, and raises it. Whoever is
writing a report holds its assignment, so that no period is taken away from under a report that is being begun.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.calendar.deadlines.calendar_lock import hold_calendar
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, User
from ninghai.models.state_machine import TransitionError, in_state, require
from tasks import rules
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod, Rhythm, WorkPointNotice
from tasks.periods.closing import (
    close_period_clock,
    freeze,
    periods_to_close,
    periods_without_clock,
    start_period_clocks,
    tally,
)
from tasks.periods.rhythm import DAY, PeriodChange, PlannedPeriod, change_to, plan

Action = AuditEntry.Action
NOTHING_LEFT = "本年度余下的周期都已有填报，或者年度已过，报送频次不能再改。"


# --- The rhythm of a year -------------------------------------------------------------------------------------


def make_periods(*, notice: WorkPointNotice, by: User, at: datetime) -> None:
    """The periods of a notice that is being issued, each with its clock; those that the office has set already stay."""
    periods = list(notice.periods.all())
    if not periods:
        planned = plan_of(notice, rhythm=notice.rhythm, on=timezone.localdate(at), calendar=WorkCalendar.load())
        periods = ReportingPeriod.objects.bulk_create(each.of(notice.pk) for each in planned)
    start_period_clocks(periods=periods, by=by, at=at)


def plan_of(notice: WorkPointNotice, *, rhythm: str, on: date, calendar: WorkCalendar) -> list[PlannedPeriod]:
    """The periods that the draft gets if it is issued on that day in that rhythm."""
    after = max(notice.issued_on or on, on)
    return plan(rhythm, year=notice.year, after=after, calendar=calendar)


def plans(notice: WorkPointNotice, *, on: date) -> dict[Rhythm, list[PlannedPeriod]]:
    """What each rhythm would give the draft."""
    calendar = WorkCalendar.load()
    return {rhythm: plan_of(notice, rhythm=rhythm, on=on, calendar=calendar) for rhythm in Rhythm}


def rhythm_changes(notice: WorkPointNotice, *, on: date) -> dict[Rhythm, PeriodChange]:
    """What each other rhythm would make of the issued notice's periods that day. Nothing is stored."""
    periods = list(notice.periods.order_by("start"))
    reported = frozenset(ProgressReport.objects.filter(period__in=periods).values_list("period", flat=True).distinct())
    calendar = WorkCalendar.load()
    return {
        rhythm: change_to(rhythm, year=notice.year, periods=periods, reported=reported, on=on, calendar=calendar)
        for rhythm in Rhythm
        if rhythm != notice.rhythm
    }


@transaction.atomic
def set_rhythm(*, notice: WorkPointNotice, rhythm: str, version: int, by: User, at: datetime) -> PeriodChange:
    """Let units report in another rhythm (报送频次) from now on.

    Remade are the periods that have neither ended nor been reported for; their clocks are closed, the new ones' begin.
    Raises ValidationError when nothing is left to remake, StaleError when the notice changed since `version`.
    """
    held = _hold_notice(notice, version=version, by=by)
    if rhythm == held.rhythm:
        raise ValidationError({"rhythm": f"报送频次已经是“{held.get_rhythm_display()}”，请选择其他频次。"})
    list(Assignment.objects.select_for_update().filter(task__point__notice=held).values_list("pk").order_by("pk"))
    change = rhythm_changes(held, on=timezone.localdate(at))[Rhythm(rhythm)]
    if not change.is_possible:
        raise ValidationError({"rhythm": NOTHING_LEFT})
    _remake(held, change, words=Rhythm(rhythm).label, by=by, at=at)
    held.next_version(seen=version, rhythm=rhythm)
    detail = {
        "rhythm": {"before": held.rhythm, "after": rhythm},
        "removed": [each.name for each in change.go],
        "made": [str(each) for each in change.come],
    }
    AuditEntry.objects.record(action=Action.SET_PERIODS, target=held, by=by, at=at, detail=detail)
    notice.refresh_from_db()
    return change


def _remake(notice: WorkPointNotice, change: PeriodChange, *, words: str, by: User, at: datetime) -> None:
    for period in change.go:
        close_period_clock(period=period, reason=f"报送频次改为{words}，本周期取消", by=by, at=at)
    notice.periods.filter(pk__in=[period.pk for period in change.go]).delete()
    for period in change.cut:
        period.end = change.come[0].start - DAY
        period.save(update_fields=["end"])
    made = ReportingPeriod.objects.bulk_create(each.of(notice.pk) for each in change.come)
    start_period_clocks(periods=made, by=by, at=at)


# --- One period -----------------------------------------------------------------------------------------------


@transaction.atomic
def edit_period(
    *,
    period: ReportingPeriod,
    version: int,
    name: str,
    start: date,
    end: date,
    due_date: date | None,
    by: User,
    at: datetime,
) -> ReportingPeriod:
    """Set another name, other days or another due date; a new due date gets a new clock.

    The days stay once somebody has reported or the period has ended, the due date once it has passed: what was owed or
    late on an earlier day stays so. Raises ValidationError with a sentence beside the field.
    """
    notice = _hold_notice(period.notice, version=version, by=by)
    held = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    wanted = {"name": name, "start": start, "end": end, "due_date": due_date}
    before = {field: getattr(held, field) for field in wanted}
    _require_changeable(held, wanted, on=timezone.localdate(at))
    for field, value in wanted.items():
        setattr(held, field, value)
    held.full_clean()
    held.save(update_fields=list(wanted))
    if (before["end"], before["due_date"]) != (end, due_date):
        close_period_clock(period=held, reason="报送周期已调整，重新起算", by=by, at=at)
        start_period_clocks(periods=[held], by=by, at=at)
    notice.next_version(seen=version)
    detail = {"before": _as_words(before), "after": _as_words(wanted)}
    AuditEntry.objects.record(action=Action.SET_PERIODS, target=held, by=by, at=at, detail=detail)
    period.refresh_from_db()
    return period


def gaps_beside(period: ReportingPeriod) -> list[str]:
    """One sentence for each gap between the period and its neighbours: days for which nobody reports."""
    others = ReportingPeriod.objects.filter(notice=period.notice_id)
    before = others.filter(end__lt=period.start).order_by("-end").first()
    after = others.filter(start__gt=period.end).order_by("start").first()
    pairs = [(before, period), (period, after)]
    return [
        f"{first.end + DAY:%Y-%m-%d}至{second.start - DAY:%Y-%m-%d}不属于任何报送周期，请确认。"
        for first, second in pairs
        if first and second and first.end + DAY < second.start
    ]


def _require_changeable(period: ReportingPeriod, wanted: dict[str, Any], *, on: date) -> None:
    """Sentences beside what may not be changed any more."""
    if period.closed_on:
        raise TransitionError("本期已封账，不能再修改。")
    changed = {field for field, value in wanted.items() if value != getattr(period, field)}
    days = changed & {"start", "end"}
    refused: dict[str, str] = {}
    if days and period.end < on:
        refused |= dict.fromkeys(days, "本期已经结束，起止日期不能再改。")
    elif days and period.reports.exists():
        refused |= dict.fromkeys(days, "本期已有单位填报，起止日期不能再改。")
    elif "end" in days and wanted["end"] < on:
        refused["end"] = "结束日期不能早于今天。"
    if (wanted["due_date"] is None) != (period.due_date is None):
        refused["due_date"] = "不定期报送没有截止日期；要改的，请修改通知的报送频次。"
    elif "due_date" in changed and period.has_passed(on=on):
        refused["due_date"] = "报送截止日已过，不能再改。"
    elif "due_date" in changed and wanted["due_date"] < on:
        refused["due_date"] = "报送截止不能早于今天。"
    if refused:
        raise ValidationError(refused)


def _as_words(days: dict[str, Any]) -> dict[str, str]:
    return {field: str(value or "") for field, value in days.items()}


# --- Closing --------------------------------------------------------------------------------------------------


@transaction.atomic
def close_period(*, period: ReportingPeriod, by: User | None, at: datetime) -> ReportingPeriod:
    """Close the period (封账): on time, late or missing is frozen for every assignment that owed it.

    A period that is closed already stays as it is. `by` is None when the scheduler does it. Raises TransitionError
    while its due date has not passed.
    """
    require(by is None or rules.can_set_periods(by))
    on = timezone.localdate(at)
    hold_calendar()
    held = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    if held.closed_on is None:
        _require_over(held, on=on)
        freeze(held, on=on)
        held.close(on=on)
        close_period_clock(period=held, reason="报送周期已封账", by=by, at=at)
        counts = tally(PeriodRecord.objects.filter(period=held))
        detail = {outcome.value: number for outcome, number in counts.items()}
        AuditEntry.objects.record(action=Action.CLOSE_PERIOD, target=held, by=by, at=at, detail=detail)
    period.refresh_from_db()
    return period


def look_after_periods(*, at: datetime) -> list[ReportingPeriod]:
    """What the portal does by itself: start the clocks that are wanting, close the periods whose time has come.

    Returns the periods closed. Two at the same time do each thing once.
    """
    start_missing_clocks(at=at)
    due = periods_to_close(on=timezone.localdate(at), calendar=WorkCalendar.load())
    return [close_period(period=period, by=None, at=at) for period in due]


@transaction.atomic
def start_missing_clocks(*, at: datetime) -> None:
    """Of periods that the office set, or that are older than the clocks; each holds its row while its clock is made."""
    hold_calendar()
    for pk in periods_without_clock().values_list("pk", flat=True):
        ReportingPeriod.objects.select_for_update().get(pk=pk)
        start_period_clocks(periods=periods_without_clock().filter(pk=pk), by=None, at=at)


def _require_over(period: ReportingPeriod, *, on: date) -> None:
    if period.due_date is None:
        raise TransitionError("不定期报送没有截止日期，不用封账。")
    if not period.has_passed(on=on):
        raise TransitionError(f"报送截止日{period.due_words}还没有过，不能封账。")


# --- What every act holds -------------------------------------------------------------------------------------


def _hold_notice(notice: WorkPointNotice, *, version: int, by: User) -> WorkPointNotice:
    """Lock the issued notice for this transaction, if it is as this person saw it."""
    require(rules.can_set_periods(by))
    hold_calendar()
    held = WorkPointNotice.objects.lock(notice.pk, seen=version)
    why_not = f"通知{held.get_status_display()}，没有报送周期可以调整。"
    require(in_state(rules.has_periods(held), held, why_not))
    return held
