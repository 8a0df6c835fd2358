"""What is owed: a task per point, an assignment per task and unit, and the periods in which units report."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from ninghai.models import Role, Unit, User
from ninghai.moves import Movable
from tasks.models.notice import Responsibility, WorkPoint, WorkPointNotice
from tasks.states import AssignmentStatus, Light

YELLOW_DAYS = 15  # a light turns yellow this many days before the due date (design: 15 days)


class Task(models.Model):
    """What a work point asks for (工作任务), by when; made when the notice is issued."""

    point = models.OneToOneField(WorkPoint, models.PROTECT, related_name="task", verbose_name="工作要点")
    requirement = models.TextField("工作要求")
    due_date = models.DateField("完成时限")
    due_date_is_default = models.BooleanField("时限为默认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "工作任务"
        ordering = ["point__notice", "point__position"]

    def __str__(self) -> str:
        return str(self.point)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> "AssignmentQuerySet":
        """The office and its head see all; a unit sees its own; an inspector what was drawn for them."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            return self
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.filter(unit=acting.unit)
        if acting.role == Role.INSPECTOR:
            return self.filter(drawn__inspector=user).distinct()
        return self.none()

    def of_year(self, year: int) -> "AssignmentQuerySet":
        return self.filter(task__point__notice__year=year)

    def in_document_order(self) -> "AssignmentQuerySet":
        return self.for_list().order_by("task__point__notice", "task__point__position", "unit__position", "pk")

    def for_list(self) -> "AssignmentQuerySet":
        """With the point and the names that a list shows."""
        rows = self.select_related("task__point__notice", "unit")
        return rows.defer(*WorkPointNotice.whole_text("task__point__notice"))

    def completed(self, *, on: date) -> "AssignmentQuerySet":
        """Whose completing report was accepted by the end of that day."""
        return self.filter(completion_accepted_on__lte=on)

    def open(self, *, on: date) -> "AssignmentQuerySet":
        """Neither completed by the end of that day nor found not applicable."""
        not_yet = Q(completion_accepted_on=None) | Q(completion_accepted_on__gt=on)
        return self.filter(not_yet).exclude(status=AssignmentStatus.NOT_APPLICABLE)

    def overdue(self, *, on: date) -> "AssignmentQuerySet":
        """Open after their due date (逾期); what is finished never turns late afterwards."""
        return self.open(on=on).filter(task__due_date__lt=on)


class Assignment(Movable):
    """A unit's part of a task (任务分工), in its role. `key` is its public name in draws and sheets."""

    Role = Responsibility.Role
    statuses = AssignmentStatus

    task = models.ForeignKey(Task, models.PROTECT, related_name="assignments", verbose_name="工作任务")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="责任单位")
    role = models.CharField("角色", max_length=12, choices=Responsibility.Role)
    key = models.CharField("公开编号", max_length=80, unique=True)
    status = models.CharField("状态", max_length=20, choices=AssignmentStatus, default=AssignmentStatus.TODO)
    completed_on = models.DateField(
        "办结日期", null=True, editable=False, help_text="单位报送办结的日期，据此判断是否按时。"
    )
    completion_accepted_on = models.DateField("确认办结日期", null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务分工"
        ordering = ["task", "unit__position"]
        constraints = [
            models.UniqueConstraint(
                name="one_assignment_per_task_and_unit",
                fields=["task", "unit"],
                violation_error_message="该单位已承担此任务。",
            ),
            models.CheckConstraint(
                name="completed_assignment_has_its_days",
                condition=~Q(status=AssignmentStatus.COMPLETED)
                | Q(completed_on__isnull=False, completion_accepted_on__isnull=False),
                violation_error_message="办结的任务必须有办结日期。",
            ),
        ]
        indexes = [models.Index(fields=["unit", "status"], name="assignments_of_a_unit")]  # the clerk's list

    def __str__(self) -> str:
        return f"{self.task} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:assignment-detail", args=[self.pk])

    @staticmethod
    def make_key(*, point: WorkPoint, unit: Unit) -> str:
        """Year, point and unit, such as 2018-一(二)1-104."""
        return f"{point.notice.year}-{point.key}-{unit.code}"

    def is_completed(self, *, on: date) -> bool:
        return self.completion_accepted_on is not None and self.completion_accepted_on <= on

    def is_open(self, *, on: date) -> bool:
        return self.status != AssignmentStatus.NOT_APPLICABLE and not self.is_completed(on=on)

    def light(self, *, on: date) -> Light:
        """How it stands at the end of that day (needs `task`)."""
        if self.status == AssignmentStatus.NOT_APPLICABLE:
            return Light.NOT_APPLICABLE
        if self.completed_on and self.is_completed(on=on):
            return Light.DONE_LATE if self.completed_on > self.task.due_date else Light.DONE
        days_left = (self.task.due_date - on).days
        if days_left < 0:
            return Light.RED
        return Light.YELLOW if days_left <= YELLOW_DAYS else Light.GREEN

    def begin(self, *, by: User, at: datetime) -> None:
        """The unit's first accepted report: 待办 → 办理中."""
        self._move(AssignmentStatus.IN_PROGRESS, by=by, at=at)

    def complete(self, *, handed_in_on: date, by: User, at: datetime) -> None:
        """The office accepts a report that claims completion (办结).

        办结日期 is the day on which the unit's head last passed that report to the office: a report that was returned
        counts from the day it came back, and one accepted earlier for the same period does not count.
        """
        self._move(
            AssignmentStatus.COMPLETED,
            by=by,
            at=at,
            completed_on=handed_in_on,
            completion_accepted_on=timezone.localtime(at).date(),
        )


class ReportingPeriod(models.Model):
    """A stretch of the year for which every open assignment reports once, within five working days of its end."""

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="periods", verbose_name="通知")
    name = models.CharField("名称", max_length=30)
    start = models.DateField("开始")
    end = models.DateField("结束")
    due_date = models.DateField("报送截止")

    class Meta:
        verbose_name = verbose_name_plural = "报送周期"
        ordering = ["notice", "start"]
        constraints = [
            models.UniqueConstraint(name="period_once_in_a_notice", fields=["notice", "start"]),
            models.CheckConstraint(
                name="period_runs_forward",
                condition=Q(end__gte=F("start")) & Q(due_date__gte=F("end")),
                violation_error_message="报送截止不能早于周期结束，周期结束不能早于开始。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
