"""What `tasks` shows on the office's desk besides the inbox: today's numbers, the days on which something falls due, the year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse, reverse_lazy

from ninghai.models import Role, User, acts_as
from ninghai.staff_site.inbox import works_in_the_admin
from ninghai.staff_site.site import DeskDate, DeskFigure, DeskPart, desk_dates, desk_figure, desk_part, whole_day
from ninghai.staff_site.years import this_year, year_links
from tasks.models import Assignment, Drawn, Finding, ProgressReport, Rectification, ReportingPeriod, WorkPointNotice
from tasks.models.states import NoticeStatus, ProgressStatus, RectificationStatus
from tasks.models.task import AssignmentQuerySet
from tasks.public_progress.counts import Counts, asked, counts_by

ASSIGNMENTS, WORK = reverse_lazy("admin:tasks_assignment_changelist"), reverse_lazy("tasks:work")


@desk_figure(order=10)
def reported_today(user: User, on: date) -> DeskFigure:
    """进展填报 that units handed in today, whatever became of them since."""
    handed_in = ProgressReport.objects.visible_to(user).filter(passed_at__range=whole_day(on))
    url = f"{reverse('admin:tasks_progressreport_changelist')}?passed_at__date={on}"
    return DeskFigure("份填报报送", handed_in.count(), url)


@desk_figure(order=20)
def accepted_today(user: User, on: date) -> DeskFigure:
    accepted = ProgressReport.objects.visible_to(user).filter(
        status=ProgressStatus.ACCEPTED, decided_at__range=whole_day(on)
    )
    url = f"{reverse('admin:tasks_progressreport_changelist')}?decided_at__date={on}&status__exact={ProgressStatus.ACCEPTED}"
    return DeskFigure("份填报接收", accepted.count(), url)


def whose_days_count(user: User) -> AssignmentQuerySet:
    """The assignments whose days are this person's: those that an inspector sees are for others to do."""
    if acts_as(user, Role.INSPECTOR):
        return Assignment.objects.none()
    return Assignment.objects.visible_to(user)


@desk_dates
def tasks_due(user: User, on: date, until: date) -> Iterator[DeskDate]:
    """Open assignments by their due date."""
    due = whose_days_count(user).open(on=on).filter(due_date__range=[on, until])
    by_day = due.order_by("due_date").values_list("due_date").annotate(Count("pk", distinct=True))
    for day, count in by_day:
        here = f"{ASSIGNMENTS}?light=open&due_date__gte={day}&due_date__lte={day}"
        yield DeskDate(day, f"{count}项任务到期", here if works_in_the_admin(user) else str(WORK))


@desk_dates
def reports_due(user: User, on: date, until: date) -> Iterator[DeskDate]:
    """The last days for the reports of a period that somebody owes or will owe."""
    notices = whose_days_count(user).open(on=on).order_by().values("task__point__notice")
    periods = ReportingPeriod.objects.filter(due_date__range=[on, until], closed_on=None, notice__in=notices)
    for period in periods.select_related("notice").defer(*WorkPointNotice.whole_text("notice")):
        if period.due_date:
            here = f"{ASSIGNMENTS}?reporting=owed" if works_in_the_admin(user) else f"{WORK}?owed=yes"
            yield DeskDate(period.due_date, f"{period}进展报送截止", here)


@desk_dates
def rectifications_due(user: User, on: date, until: date) -> Iterator[DeskDate]:
    """By when units put right what was found."""
    day, page = "finding__rectify_by_date", reverse("admin:tasks_rectification_changelist")
    owed = Rectification.objects.filter(
        status__in=RectificationStatus.owed,
        finding__in=Finding.objects.none() if acts_as(user, Role.INSPECTOR) else Finding.objects.visible_to(user),
        **{f"{day}__range": [on, until]},
    )
    here = f"{page}?late=no&status__in={','.join(sorted(RectificationStatus.owed))}"
    for due, count in owed.order_by(day).values_list(day).annotate(Count("pk")):
        yield DeskDate(due, f"{count}项整改到期", here if works_in_the_admin(user) else reverse("tasks:finding-list"))


@desk_dates
def inspections_due(user: User, on: date, until: date) -> Iterator[DeskDate]:
    """By when an inspector inspects what was drawn for them."""
    if acts_as(user, Role.INSPECTOR):
        mine: Any = Drawn.objects.uninspected_by_day(user)
        mine = mine.filter(due_on_day__range=[on, until])
        for due, count in mine.order_by("due_on_day").values_list("due_on_day").annotate(Count("pk")):
            yield DeskDate(due, f"{count}项核查到期", reverse("tasks:inspection-list"))


@desk_part(order=10)
def progress(user: User, on: date, year: int | None) -> DeskPart:
    """办结, 办理中, 未开始 and 逾期 of one year, this one if none is chosen, with the way to the others and to the map."""
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year").only("year")
    notices = {notice.year: notice for notice in issued}
    if year and year not in notices:
        raise Http404
    if not notices:
        return DeskPart("admin/tasks/_desk_progress.html", {})
    notice = notices[year or this_year(notices, on=on)]
    counts = counts_by("task__point__notice", of=asked(notice=notice, on=on)).get(notice.pk, Counts())
    return DeskPart(
        "admin/tasks/_desk_progress.html",
        {
            "year": notice.year,
            "year_links": year_links(notices, chosen=notice.year, url="?year={}".format),
            "counts": counts,
            "map_url": reverse("admin:tasks_heat_map", args=[notice.year]),
        },
    )
