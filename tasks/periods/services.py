"""What the office does with the reporting periods (报送周期) of an issued notice: another rhythm, other days, closing.

The periods hang on their notice: each act names the notice's version that the person saw, and raises it. Whoever is
writing a report holds its assignment, so that no period is taken away from under a report that is being begun.

At the close (封账) those owed it that were made before its end and still open at its end. Handed in by its due date is
按时, by the closing 迟报; nothing by then is 缺报, unless the assignment was finished or ended by the due date. What never
applied (不适用) owed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from ninghai.calendar.clock import end_of
from ninghai.calendar.duty_clocks import StatutoryDuty, close_clock, hold_calendar, register, start_clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import AuditEntry, DutyClock, User
from ninghai.models.calendar import Limit, LimitUnit
from ninghai.models.state_machine import TransitionError, in_state, require
from tasks import rules
from tasks.models import Assignment, PeriodRecord, ProgressReport, ReportingPeriod, Rhythm, WorkPointNotice
from tasks.models.progress import HANDED_IN, moves_by
from tasks.models.states import AssignmentStatus, NoticeStatus
from tasks.models.task import AssignmentQuerySet, completed_by
from tasks.periods.owing import periods_due
from tasks.periods.rhythm import DAY, REPORTING_WORKDAYS, PeriodChange, PlannedPeriod, change_to, due_date_after, plan

# Closing a period (封账): how each assignment that owed it fared is frozen, by one statement for any number of them.

Outcome = PeriodRecord.Outcome
COLUMNS = ("period_id", "assignment_id", "outcome", "handed_in_on")


def periods_to_close(*, on: date, calendar: WorkCalendar) -> list[ReportingPeriod]:
    """Those whose closing day is over: so many working days after the due date (setting PERIOD_CLOSES_AFTER)."""
    passed = periods_due(on=on).filter(due_date__lt=on).order_by("due_date", "pk")
    return [period for period in passed if closing_day(period, calendar=calendar) < on]


def closing_day(period: ReportingPeriod, *, calendar: WorkCalendar) -> date:
    """The last day on which a late report still counts as one; the period must have a due date."""
    if period.due_date is None:
        raise ValueError("a period without a due date is never closed")
    return calendar.add(period.due_date, settings.PERIOD_CLOSES_AFTER).due


def outcomes(period: ReportingPeriod, *, on: date) -> AssignmentQuerySet:
    """The assignments that owed the period, annotated with `outcome` and `handed_in_day` as of the end of that day.

    Their reports are joined, not asked for one by one: an assignment has at most one first report of a period, and
    supplements come after it was accepted.
    """
    first_report = models.Q(reports__period=period, reports__supplement=0, reports__status__in=HANDED_IN)
    handed_in = models.FilteredRelation("reports", condition=first_report & models.Q(reports__passed_at__lt=end_of(on)))
    owed = Assignment.objects.filter(task__point__notice=period.notice_id, made_on__lt=period.end).open(on=period.end)
    never_applied = models.Q(status=AssignmentStatus.NOT_APPLICABLE, ended_on__lte=on)
    done_in_time = completed_by(on) & models.Q(completed_on__lte=period.due_date) | models.Q(
        ended_on__lte=period.due_date
    )
    rows = owed.annotate(
        handed_in=handed_in,
        handed_in_day=models.Case(
            *_moved_since(period, on=on),
            default=models.F("handed_in__passed_at__date"),
            output_field=models.DateField(),
        ),
        outcome=models.Case(
            models.When(handed_in_day=None, then=models.Value(Outcome.MISSING)),
            models.When(handed_in_day__lte=period.due_date, then=models.Value(Outcome.ON_TIME)),
            default=models.Value(Outcome.LATE),
        ),
    )
    return rows.exclude(models.Q(handed_in_day=None) & (never_applied | done_in_time))


def _moved_since(period: ReportingPeriod, *, on: date) -> list[models.When]:
    """The day on which they had been handed in, of reports that were returned or passed again after that day. One query."""
    reports = ProgressReport.objects.filter(period=period, supplement=0).exclude(
        ProgressReport.objects.as_it_stands(on=on)
    )
    day = models.Subquery(moves_by(on=on).values("at__date")[:1])
    by_day: defaultdict[date, list[int]] = defaultdict(list)
    for assignment, handed_in_on in reports.handed_in(on=on).annotate(day=day).values_list("assignment", "day"):
        by_day[handed_in_on].append(assignment)
    return [models.When(pk__in=pks, then=models.Value(day)) for day, pks in by_day.items()]


def tally(rows: models.QuerySet[Assignment] | models.QuerySet[PeriodRecord]) -> dict[Outcome, int]:
    """How many of each outcome, all three named."""
    counted = dict(rows.order_by().values_list("outcome").annotate(models.Count("pk")))  # type: ignore[misc]  # annotated
    return {outcome: counted.get(outcome, 0) for outcome in Outcome}


def freeze(period: ReportingPeriod, *, on: date) -> None:
    """Write the records; those that are there stay as they are."""
    rows = (
        outcomes(period, on=on)
        .order_by()
        .values_list(models.Value(period.pk), models.F("pk"), models.F("outcome"), models.F("handed_in_day"))
    )
    select, values = rows.query.sql_with_params()
    into = f"INSERT INTO {PeriodRecord._meta.db_table} ({', '.join(COLUMNS)})"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {select} ON CONFLICT DO NOTHING", values)


# The clocks of the reporting periods (报送周期): a report is due five working days after the end of its period.


def start_period_clocks(*, periods: Iterable[ReportingPeriod], by: User | None, at: datetime) -> None:
    """Start a clock for each period, from its last day on; a due date that the office set itself is a named day."""
    calendar = WorkCalendar.load()
    for period in periods:
        if period.due_date is None:
            continue
        ended_at = datetime.combine(period.end, time.max, tzinfo=timezone.get_default_timezone())
        is_reckoned = period.due_date == due_date_after(period.end, calendar=calendar)
        limit = None if is_reckoned else Limit(LimitUnit.BY_DATE, by=period.due_date)
        start_clock(duty=PERIOD_REPORT, target=period, happened_at=ended_at, by=by, at=at, limit=limit)


def close_period_clock(*, period: ReportingPeriod, reason: str, by: User | None, at: datetime) -> None:
    """Close the period's clock, if it has one: the period is closed, remade or taken back."""
    for clock in DutyClock.objects.about(period).open().filter(duty=PERIOD_REPORT.code):
        close_clock(clock=clock, reason=reason, by=by, at=at)


def periods_without_clock() -> models.QuerySet[ReportingPeriod]:
    """Those of issued notices that ought to have one: set by the office, or older than the clocks."""
    running = DutyClock.objects.open().filter(
        duty=PERIOD_REPORT.code, target_type=ReportingPeriod._meta.label_lower, target_id=models.OuterRef("key")
    )
    wanting = ReportingPeriod.objects.filter(
        notice__status=NoticeStatus.ISSUED, closed_on=None, due_date__isnull=False
    ).annotate(key=Cast("pk", models.CharField()))
    return wanting.filter(~models.Exists(running)).order_by("pk")


def _move_due_date(clock: DutyClock, before: date | None, after: date | None) -> None:
    """Carry a restated due date over to the period, unless the office has set another since."""
    if before and after:
        ReportingPeriod.objects.filter(pk=clock.target_id, due_date=before).update(due_date=after)


PERIOD_REPORT = register(
    StatutoryDuty(
        code="period_report",
        words=f"报送周期结束后{REPORTING_WORKDAYS}个工作日内报送进展",
        limit=Limit(LimitUnit.WORKING_DAY, REPORTING_WORKDAYS),
        due_moved=_move_due_date,
        keeps_past=True,
    )
)


Action = AuditEntry.Action
NOTHING_LEFT = "本年度余下的周期都已有填报，或者年度已过，报送频次不能再改。"


# The rhythm of a year


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
    detail = {
        "rhythm": {"before": held.rhythm, "after": rhythm},
        "removed": [each.name for each in change.go],
        "made": [str(each) for each in change.come],
    }
    held.next_version(seen=version, rhythm=rhythm)
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


# One period


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


# Closing it by hand, or when it is due


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


# What every act locks


def _hold_notice(notice: WorkPointNotice, *, version: int, by: User) -> WorkPointNotice:
    """Lock the issued notice for this transaction, if it is as this person saw it."""
    require(rules.can_set_periods(by))
    hold_calendar()
    held = WorkPointNotice.objects.lock(notice.pk, seen=version)
    why_not = f"通知{held.get_status_display()}，没有报送周期可以调整。"
    require(in_state(rules.has_periods(held), held, why_not))
    return held
