"""What people are told: the day's reminders (提醒) of what is due, and at once that a report came back, a task was drawn, an inspection is theirs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Message, ReminderDay, Role, Unit, User
from ninghai.models.state_machine import UNDO
from ninghai.notifications.notify import Announcement, gather_digests, notify, notify_in_digest, people_in
from tasks.models import (
    Assignment,
    Drawn,
    Finding,
    ProgressReport,
    ReportingPeriod,
    Scoring,
    SpotCheck,
    WorkPointNotice,
)
from tasks.models.states import Light, RectificationStatus
from tasks.models.task import AssignmentQuerySet
from tasks.periods.owing import assignments_unreported

# Reminders (提醒): 30, 7 and 1 days before a due date, on the day, 1 and 7 days after, of what is still open.

STEPS = (-7, -1, 0, 1, 7, 30)  # days before the due date, the latest reminder first
LINES = 50  # of what a message names one by one
POSITION = "assignment__task__point__position"

Reminder = tuple[Unit, Announcement]


# Which reminder is due.


@dataclass(frozen=True, slots=True)
class ReminderRound:
    """The reminders of one working day, after those of the round before."""

    on: date
    since: date
    until: date  # the last day before the next round
    since_until: date  # the same of the round before

    @classmethod
    def of(cls, *, on: date, last: date | None, calendar: WorkCalendar) -> "ReminderRound":
        """`last` is the day of the round before; without one, the working day before."""
        last = last or _workday_before(on, calendar)
        return cls(
            on=on, since=last, until=_day_before_next(on, calendar), since_until=_day_before_next(last, calendar)
        )

    def due_dates(self, step: int) -> tuple[date, date]:
        """The first and last due date of which this reminder, so many days before, belongs to the round."""
        after, last = (self.since, self.on) if step < 0 else (self.since_until, self.until)
        return after + timedelta(days=step + 1), last + timedelta(days=step)

    def step(self, due: date) -> int | None:
        """The latest reminder of this due date in the round, if there is one."""
        return next((step for step in STEPS if _within(due, self.due_dates(step))), None)

    @property
    def span(self) -> tuple[date, date]:
        """Between which days every due date lies that the round reminds of."""
        spans = [self.due_dates(step) for step in STEPS]
        return min(first for first, _ in spans), max(last for _, last in spans)


def _within(day: date, span: tuple[date, date]) -> bool:
    return span[0] <= day <= span[1]


def _workday_before(day: date, calendar: WorkCalendar) -> date:
    day -= timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _day_before_next(day: date, calendar: WorkCalendar) -> date:
    return calendar.nth_workday_after(day, 1) - timedelta(days=1)


# Of what.


def reminders(round_: ReminderRound, *, calendar: WorkCalendar) -> Iterator[Reminder]:
    """Everything that the round reminds of, by unit: tasks, period reports, rectifications."""
    yield from _of_tasks(round_, calendar)
    yield from _of_period_reports(round_, calendar)
    yield from _of_rectifications(round_, calendar)


def to_rectify() -> QuerySet[Finding]:
    """The findings that a unit still has to put right (需整改)."""
    return Finding.objects.filter(rectification__status__in=RectificationStatus.owed)


def _of_tasks(round_: ReminderRound, calendar: WorkCalendar) -> Iterator[Reminder]:
    due = Assignment.objects.open(on=round_.on).filter(due_date__range=round_.span)
    rows = due.for_list().order_by("unit", "due_date", "task__point__position", "pk")
    for (unit, day), group in groupby(rows, key=lambda row: (row.unit, row.due_date)):
        step = round_.step(day)
        if step is not None:
            yield unit, _task_reminder(list(group), when=When(day, on=round_.on, calendar=calendar), step=step)


def _task_reminder(assignments: list[Assignment], *, when: "When", step: int) -> Announcement:
    late = f"?light={Light.RED}" if when.days_left < 0 else ""
    return Announcement(
        kind=Message.Kind.DUE,
        event=f"due:{when.day}:{step}",
        subject=f"{when.left('到期')}：{counted(assignments)}",
        text=f"完成时限是{when}，还没有办结。\n{listed(assignments)}",
        url=place(assignments, otherwise=f"{reverse('tasks:work')}{late}"),
    )


def _of_period_reports(round_: ReminderRound, calendar: WorkCalendar) -> Iterator[Reminder]:
    periods = ReportingPeriod.objects.filter(due_date__range=round_.span, closed_on=None)
    for period in periods.order_by("pk"):
        due = period.due_date
        step = round_.step(due) if due else None
        if due and step is not None:
            when = When(due, on=round_.on, calendar=calendar)
            for unit, group in by_unit(assignments_unreported(period=period, on=round_.on)):
                yield unit, _report_reminder(period, group, when=when, step=step)


def _report_reminder(
    period: ReportingPeriod, assignments: list[Assignment], *, when: "When", step: int
) -> Announcement:
    return Announcement(
        kind=Message.Kind.REPORT,
        event=f"report:{period.pk}:{when.day}:{step}",
        subject=f"{when.left('截止报送')}：{period}进展，{counted(assignments)}未报送",
        text=f"{period}的进展填报截止到{when}，下列任务还没有报送。没有进展的也要报送。\n{listed(assignments)}",
        url=place(assignments, query=f"?period={period.pk}", otherwise=f"{reverse('tasks:work')}?owed=yes"),
    )


def _of_rectifications(round_: ReminderRound, calendar: WorkCalendar) -> Iterator[Reminder]:
    """Of a unit that has ended, its heir (职责承接单位) is reminded."""
    due = to_rectify().filter(rectify_by_date__range=round_.span)
    rows = due.select_related("drawn__spot_check", "drawn__unit__successor", "drawn__assignment__task__point__notice")
    rows = rows.defer(
        "drawn__spot_check__strata", *WorkPointNotice.whole_text("drawn__assignment__task__point__notice")
    )
    ordered = rows.order_by("drawn__unit", "drawn__spot_check", "rectify_by_date", "drawn__rank", "pk")
    groups: defaultdict[tuple[Unit, SpotCheck, date], list[Drawn]] = defaultdict(list)
    for row in ordered:
        unit = row.drawn.unit.standing_in(on=round_.on)
        if row.rectify_by_date:
            groups[unit, row.drawn.spot_check, row.rectify_by_date].append(row.drawn)
    for (unit, spot_check, day), drawn in groups.items():
        step = round_.step(day)
        if step is not None:
            when = When(day, on=round_.on, calendar=calendar)
            yield unit, _rectification_reminder(spot_check, drawn, when=when, step=step)


def _rectification_reminder(spot_check: SpotCheck, drawn: list[Drawn], *, when: "When", step: int) -> Announcement:
    return Announcement(
        kind=Message.Kind.RECTIFY,
        event=f"rectify:{spot_check.pk}:{when.day}:{step}",
        subject=f"{when.left('整改到期')}：{spot_check}，{counted(drawn, what=spot_check.get_subject_display())}",
        text=f"“{spot_check}”发现的问题，整改期限是{when}。\n{listed(drawn)}",
        url=reverse("tasks:finding-list"),
    )


# In what words.


@dataclass(frozen=True, slots=True)
class When:
    """A due date as a clerk reads it on a day."""

    day: date
    on: date
    calendar: WorkCalendar

    @property
    def days_left(self) -> int:
        return (self.day - self.on).days

    def left(self, what: str) -> str:
        """今天到期, 7天后到期, 已逾期1天."""
        if self.days_left < 0:
            return f"已逾期{-self.days_left}天"
        return f"{self.days_left}天后{what}" if self.days_left else f"今天{what}"

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}{'' if self.calendar.is_workday(self.day) else '（非工作日，请提前办理）'}"


def by_unit(assignments: AssignmentQuerySet) -> Iterator[tuple[Unit, list[Assignment]]]:
    """Each unit with its part of them, in the order of the document."""
    rows = assignments.for_list().order_by("unit", "task__point__position", "pk")
    for unit, group in groupby(rows, key=lambda row: row.unit):
        yield unit, list(group)


def counted(about: Sequence[Assignment | Drawn], *, what: str = "任务") -> str:
    """The one that it is about, or how many."""
    return str(about[0].task) if len(about) == 1 else f"{len(about)}项{what}"


def listed(assignments: Iterable[Assignment | Drawn]) -> str:
    """Each with its point's number and short title."""
    lines = [str(each.task) for each in assignments]
    more = [f"……共{len(lines)}项"] if len(lines) > LINES else []
    return "\n".join([*lines[:LINES], *more])


def place(assignments: list[Assignment], *, query: str = "", otherwise: str) -> str:
    """The page of the one that it is about, else the list."""
    return f"{assignments[0].get_absolute_url()}{query}" if len(assignments) == 1 else otherwise


# What other apps remind of: each registers when it starts, and sees to it that nobody is told twice.


class OtherReminders(Protocol):
    """Returns how many messages were written."""

    def __call__(self, *, on: date, at: datetime, calendar: WorkCalendar) -> int: ...


_others: list[OtherReminders] = []


def also_remind(of: OtherReminders) -> None:
    """Called once, from the `ready()` of an app whose records fall due, too."""
    _others.append(of)


# Reminding (提醒): the round of a working morning.


@transaction.atomic
def send_reminders(*, on: date, at: datetime) -> int:
    """Notify everybody of what the working day's round has for them, and gather the digests; returns the messages written.

    All of it or nothing: who is killed on the way leaves no trace, and the next one starts afresh. Of two at the same
    time one waits for the other and finds the day done.
    """
    calendar = WorkCalendar.load()
    if not calendar.is_workday(on):
        return 0
    ReminderDay.objects.bulk_create([ReminderDay(date=on)], ignore_conflicts=True)
    day = ReminderDay.objects.select_for_update().get(date=on)
    if day.finished_at:
        return 0
    last = ReminderDay.objects.filter(date__lt=on, finished_at__isnull=False).order_by("-date").first()
    round_ = ReminderRound.of(on=on, last=last.date if last else None, calendar=calendar)
    written = notify_in_digest(reminders(round_, calendar=calendar), event=f"round:{on}", at=at)
    written += sum(remind(on=on, at=at, calendar=calendar) for remind in _others)
    gather_digests(on=on, at=at, since=last.finished_at if last else None)
    day.finished_at = at
    day.save(update_fields=["finished_at"])
    return written


def send_reminders_when_due(*, at: datetime) -> None:
    """Once the hour of the day has come; a scheduler that was down then does it when it is back."""
    is_done = ReminderDay.objects.filter(date=at.date(), finished_at__isnull=False)
    if at.hour >= settings.REMIND_AT and not is_done.exists():
        send_reminders(on=at.date(), at=at)


# What people are notified of the moment it happens: a report came back, a task was drawn, an inspection is yours.


def event_of_return(report: ProgressReport) -> str:
    return f"returned:{report.pk}:{report.version}"


def announce_return(report: ProgressReport, *, from_office: bool, at: datetime) -> None:
    """Notify the unit's clerks, and its head too where the office sent it back; not before it can no longer be undone."""
    notify(
        report.assignment.unit,
        roles=[Role.EDITOR, Role.REVIEWER] if from_office else [Role.EDITOR],
        kind=Message.Kind.RETURNED,
        event=event_of_return(report),
        hold=UNDO,
        subject=f"{'县政府办公室' if from_office else '本单位审核人'}退回：{report.assignment.task} {report.occasion}",
        text=f"退回理由：{report.return_reason}\n请修改后重新提交。",
        url=report.get_absolute_url(),
        at=at,
    )


def announce_issue(notice: WorkPointNotice, *, at: datetime) -> None:
    """Notify each unit of the tasks that the notice gives it (下达); issued again after it was revoked, once more."""
    for unit, assignments in by_unit(Assignment.objects.filter(task__point__notice=notice)):
        notify(
            unit,
            kind=Message.Kind.CHANGED,
            event=f"issued:{notice.pk}:{notice.version}",
            subject=f"已下达：{notice.title}，{counted(assignments)}",
            text=f"下列任务由本单位承担，请按时办理并报送进展。\n{listed(assignments)}",
            url=place(assignments, otherwise=reverse("tasks:work")),
            at=at,
        )


def announce_revocation(notice: WorkPointNotice, *, reason: str, at: datetime) -> None:
    """Notify each unit that the notice, and with it its tasks, was taken back (撤销下达); their pages are gone."""
    for unit, assignments in by_unit(Assignment.objects.filter(task__point__notice=notice)):
        notify(
            unit,
            kind=Message.Kind.CHANGED,
            event=f"revoked:{notice.pk}:{notice.version}",
            subject=f"已撤销下达：{notice.title}",
            text=f"撤销理由：{reason}\n下列任务现在不用办理，重新下达后另行通知。\n{listed(assignments)}",
            url=reverse("tasks:work"),
            at=at,
        )


def announce_draw(spot_check: SpotCheck, *, at: datetime) -> None:
    """Notify each unit of what of its own was drawn."""
    what, otherwise = spot_check.get_subject_display(), "work" if spot_check.draws_assignments else "finding-list"
    for unit, group in groupby(_ordered(spot_check.drawn.all(), "unit", POSITION), key=lambda row: row.unit):
        drawn = list(group)
        assignments = [row.assignment for row in drawn if row.assignment]
        notify(
            unit,
            kind=Message.Kind.DRAWN,
            event=f"drawn:{spot_check.pk}",
            subject=f"{spot_check}抽中：{counted(drawn, what=what)}",
            text=f"下列{what}被抽中核查，请备好佐证材料。\n{listed(drawn)}",
            url=place(assignments, otherwise=reverse(f"tasks:{otherwise}")),
            at=at,
        )


def _ordered(drawn: QuerySet[Drawn], *order: str) -> QuerySet[Drawn]:
    notice = "assignment__task__point__notice"
    rows = drawn.select_related("unit", notice).defer(*WorkPointNotice.whole_text(notice))
    return rows.order_by(*order, "assignment_id", "pk")


def announce_inspections(drawn: Sequence[Drawn], *, inspector: User, at: datetime) -> None:
    """Notify an inspector of what of one spot check is theirs to inspect; `drawn` was given to them together.

    The moment is part of the event: who is named, replaced and named again is notified again.
    """
    check = drawn[0].spot_check
    rows = list(_ordered(check.drawn.filter(pk__in=[each.pk for each in drawn]), POSITION, "unit__position"))
    one = drawn[0].get_absolute_url() if len(drawn) == 1 else reverse("tasks:inspection-list")
    notify(
        people_in(Role.INSPECTOR).filter(user=inspector),
        kind=Message.Kind.DRAWN,
        event=f"inspect:{drawn[0].spot_check_id}:{min(each.pk for each in drawn)}:{at.timestamp():.6f}",
        subject=f"请您核查：{check}，{counted(rows, what=check.get_subject_display())}",
        text=f"{f'请在{due:%Y-%m-%d}前核查完。{chr(10)}' if (due := drawn[0].due) else ''}{listed(rows)}",
        url=one,
        at=at,
    )


def announce_inspection_due(drawn: Sequence[Drawn], *, said: int, inspector: User, due: date, at: datetime) -> None:
    """Notify an inspector by which day these are to be inspected now; `said` is the row of the trail that says so."""
    notify(
        people_in(Role.INSPECTOR).filter(user=inspector),
        kind=Message.Kind.DRAWN,
        event=f"inspect-by:{said}",
        subject=f"核查期限是{due:%Y-%m-%d}：{drawn[0].spot_check}，{len(drawn)}项待核查",
        url=reverse("tasks:inspection-list"),
        at=at,
    )


def announce_scores(scoring: Scoring, *, at: datetime) -> None:
    """Notify each unit of its own score (通报), once the scoring is circulated."""
    scores = list(scoring.unit_scores.with_ties().select_related("unit"))
    announcements = (
        (
            score.unit,
            Announcement(
                kind=Message.Kind.SCORE,
                event=f"scored:{scoring.pk}",
                subject=f"考核得分已通报：{scoring}",
                text=f"本单位得{score.total}分，{score.place_words}（共{len(scores)}个单位）。点开查看每一分的来由。",
                url=score.get_absolute_url(),
            ),
        )
        for score in scores
    )
    notify_in_digest(announcements, event=f"scored:{scoring.pk}", at=at)
