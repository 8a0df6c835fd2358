"""The panels of `tasks` on the office's desk: what waits, what turns red."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode

from ninghai.models import User
from ninghai.staff_site.site import DeskFigure, DeskPanel, DeskRow, desk_figure, desk_panel, whole_day
from tasks.assignments.admin_filters import reported_late, returned_to_unit, unreported
from tasks.models import (
    Assignment,
    Objection,
    ProgressReport,
    Rectification,
    Responsibility,
    SpotCheck,
    WorkPointNotice,
)
from tasks.models.states import Light, NoticeStatus, ObjectionStatus, ProgressStatus, RectificationStatus
from tasks.models.task import AssignmentQuerySet, completed_by

ASSIGNMENTS = reverse_lazy("admin:tasks_assignment_changelist")
FORTNIGHT = 14  # days
UNITS = 8  # named on the desk


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


@desk_panel(order=10)
def reports_waiting(user: User, on: date) -> DeskPanel:
    """进展填报 that the office has to confirm, by period."""
    waiting = ProgressReport.objects.visible_to(user).filter(status=ProgressStatus.WITH_OFFICE)
    by_period = waiting.values("period", "period__name").annotate(count=Count("pk")).order_by("period__start")
    url = f"{reverse('admin:tasks_progressreport_changelist')}?status__exact={ProgressStatus.WITH_OFFICE}"
    rows = [
        DeskRow(each["period__name"], each["count"], f"{url}&period__id__exact={each['period']}", "due")
        for each in by_period
    ]
    return DeskPanel("待确认的进展填报", rows, empty="没有等待确认的填报。")


@desk_panel(order=12)
def units_unreported(user: User, on: date) -> DeskPanel:
    """Who has not reported: the units with the most open assignments that owe a period, then all of them."""
    owing = unreported(Assignment.objects.visible_to(user), on=on)
    late = set(reported_late(Assignment.objects.visible_to(user), on=on).order_by().values_list("unit", flat=True))
    by_unit = owing.order_by().values("unit", "unit__short_name").annotate(count=Count("pk"))
    counted = list(by_unit.order_by("-count", "unit__position"))
    rows = [
        DeskRow(
            row["unit__short_name"],
            row["count"],
            f"{ASSIGNMENTS}?reporting=owed&unit__id__exact={row['unit']}",
            "late" if row["unit"] in late else "due",
        )
        for row in counted[:UNITS]
    ]
    if len(counted) > UNITS:
        everything = sum(row["count"] for row in counted)
        rows.append(DeskRow(f"全部{len(counted)}个单位", everything, f"{ASSIGNMENTS}?reporting=owed"))
    return DeskPanel("未报送的单位", rows, empty="没有正在等待报送的进展。封账后的缺报，见进展情况通报。")


@desk_panel(order=20)
def duties(user: User, on: date) -> DeskPanel:
    """Assignments that are overdue or turn red this fortnight, and those whose report came back."""
    assignments = Assignment.objects.visible_to(user)
    last = on + timedelta(days=FORTNIGHT - 1)  # red on the day after its due date
    soon = assignments.open(on=on).filter(due_date__range=[on, last]).count()
    due_soon = f"{ASSIGNMENTS}?light=open&due_date__gte={on}&due_date__lte={last}"
    returned = returned_to_unit(assignments, on=on).count()
    rows = [
        DeskRow("已逾期的任务分工", assignments.overdue(on=on).count(), f"{ASSIGNMENTS}?light={Light.RED}", "late"),
        DeskRow(f"{FORTNIGHT}日内将逾期", soon, due_soon, "due"),
        DeskRow("退回后未重报", returned, f"{ASSIGNMENTS}?reporting=returned", "due"),
    ]
    return DeskPanel("任务时限和退回", [row for row in rows if row.count], empty="没有逾期、即将逾期或退回未报的任务。")


@desk_panel(order=25)
def parts(user: User, on: date) -> DeskPanel:
    """By part, how much is done and how much is overdue: of the newest year, and of each other that is not done yet."""
    issued = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")
    years = list(issued.values_list("pk", "year"))
    if not years:
        return DeskPanel("各部分进度", empty="还没有下达的通知。")
    assignments = Assignment.objects.visible_to(user)
    shown = years[:1]
    if len(years) > 1:
        unfinished = set(assignments.open(on=on).order_by().values_list("task__point__notice", flat=True).distinct())
        shown += [(notice, year) for notice, year in years[1:] if notice in unfinished]
    rows = [
        row
        for notice, year in shown
        for row in _rows_of(assignments.filter(task__point__notice=notice), year=year, on=on, names_year=len(shown) > 1)
    ]
    title = "、".join(f"{year}年" for _, year in shown)
    if len(shown) == 1:
        return DeskPanel(
            f"{title}各部分进度", rows, link=("打开进度图", reverse("admin:tasks_heat_map", args=[shown[0][1]]))
        )
    return DeskPanel(f"{title}各部分进度", rows, link=("打开各年度进度图", reverse("admin:tasks_heat_map_years")))


def _rows_of(assignments: AssignmentQuerySet, *, year: int, on: date, names_year: bool) -> list[DeskRow]:
    url = reverse("admin:tasks_heat_map", args=[year])
    return [
        DeskRow(
            f"{f'{year}年　' if names_year else ''}{part['title'] or '工作要点'}（办结{part['done']}/{part['asked']}）",
            part["red"],
            f"{url}?{urlencode({'part': part['number']})}",
            "late" if part["red"] else "",
        )
        for part in _by_part(assignments, on=on)
    ]


def _by_part(assignments: AssignmentQuerySet, *, on: date) -> QuerySet[Any, Any]:
    """number, title, asked, done and red of each part, in the order of the document."""
    done = completed_by(on)
    point = "task__point__"
    asked = assignments.owed(on=on).with_due(on=on).order_by()
    by_part = asked.values(number=F(f"{point}part_number"), title=F(f"{point}part_title"))
    return by_part.annotate(
        asked=Count("pk"),
        done=Count("pk", filter=done),
        red=Count("pk", filter=~done & Q(due_on_day__lt=on)),
        place=Min(f"{point}position"),
    ).order_by("place")


@desk_panel(order=30)
def notices_to_issue(user: User, on: date) -> DeskPanel:
    """Drafts, each with the number of names that are not resolved yet."""
    drafts = WorkPointNotice.objects.filter(status=NoticeStatus.DRAFT).order_by("pk")
    open_names = dict(
        Responsibility.objects.filter(point__notice__in=drafts, is_resolved=False)
        .values_list("point__notice")
        .annotate(Count("pk"))
    )
    rows = [
        DeskRow(
            f"{draft.title}（待确定单位）",
            open_names.get(draft.pk, 0),
            reverse("admin:tasks_workpointnotice_change", args=[draft.pk]),
            "due" if draft.pk in open_names else "",
        )
        for draft in drafts
    ]
    return DeskPanel("待下达的通知", rows, empty="没有待下达的通知。")


@desk_panel(order=40)
def objections_and_rectifications(user: User, on: date) -> DeskPanel:
    """What follows findings: objections to decide, rectifications to look at again, overdue or still running."""
    objections = Objection.objects.filter(status=ObjectionStatus.RAISED).count()
    to_check = Rectification.objects.filter(status=RectificationStatus.HANDED_IN).count()
    owed = Rectification.objects.filter(status__in=RectificationStatus.owed)
    late = owed.filter(finding__rectify_by_date__lt=on).count()
    url, still_owed = reverse("admin:tasks_rectification_changelist"), ",".join(sorted(RectificationStatus.owed))
    waiting = f"{reverse('admin:tasks_objection_changelist')}?status__exact={ObjectionStatus.RAISED}"
    rows = [
        DeskRow("待处理的异议", objections, waiting, "due"),
        DeskRow("待复查的整改", to_check, f"{url}?status__exact={RectificationStatus.HANDED_IN}", "due"),
        DeskRow("逾期未整改", late, f"{url}?late=yes", "late"),
        DeskRow("整改期限内", owed.count() - late, f"{url}?late=no&status__in={still_owed}", "due"),
    ]
    return DeskPanel("抽查异议和整改", [row for row in rows if row.count], empty="没有等待处理的异议和整改。")


@desk_panel(order=50)
def open_inspections(user: User, on: date) -> DeskPanel:
    """Spot checks in which something has no finding yet."""
    open_ones = Count("drawn", filter=Q(drawn__finding=None))
    counts = SpotCheck.objects.visible_to(user).order_by("drawn_at", "pk").annotate(open_ones=open_ones)
    rows = [
        DeskRow(f"{title}（尚无结论）", count, reverse("admin:tasks_spotcheck_change", args=[pk]), "due")
        for pk, title, count in counts.filter(open_ones__gt=0).values_list("pk", "title", "open_ones")
    ]
    return DeskPanel("进行中的抽查", rows, empty="没有进行中的抽查。")
