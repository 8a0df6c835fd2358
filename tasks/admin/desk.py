"""The panels of `tasks` on the office's desk: what waits, what turns red."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from ninghai.models import User
from ninghai.office.site import DeskPanel, DeskRow, desk_panel
from tasks.models import (
    Assignment,
    Objection,
    ProgressReport,
    Rectification,
    Responsibility,
    SpotCheck,
    WorkPointNotice,
)
from tasks.models.task import YELLOW_DAYS
from tasks.states import Light, NoticeStatus, ObjectionStatus, ProgressStatus, RectificationStatus


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


@desk_panel(order=20)
def duties(user: User, on: date) -> DeskPanel:
    """Assignments that are overdue, or due within 15 days."""
    assignments = Assignment.objects.visible_to(user)
    url = reverse("admin:tasks_assignment_changelist")
    overdue = assignments.overdue(on=on).count()
    soon = (
        assignments.open(on=on).with_due(on=on).filter(due_on_day__range=[on, on + timedelta(days=YELLOW_DAYS)]).count()  # type: ignore[misc]  # annotated
    )
    rows = [
        DeskRow("已逾期的任务分工", overdue, f"{url}?light={Light.RED}", "late"),
        DeskRow(f"{YELLOW_DAYS}日内到期的任务分工", soon, f"{url}?light={Light.YELLOW}", "due"),
    ]
    return DeskPanel("任务时限", [row for row in rows if row.count], empty="没有逾期或即将到期的任务。")


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
    url = reverse("admin:tasks_rectification_changelist")
    waiting = f"{reverse('admin:tasks_objection_changelist')}?status__exact={ObjectionStatus.RAISED}"
    rows = [
        DeskRow("待处理的异议", objections, waiting, "due"),
        DeskRow("待复查的整改", to_check, f"{url}?status__exact={RectificationStatus.HANDED_IN}", "due"),
        DeskRow("逾期未整改", late, f"{url}?late=yes", "late"),
        DeskRow("整改期限内", owed.count() - late, f"{url}?late=no&status__in=open,returned", "due"),
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
