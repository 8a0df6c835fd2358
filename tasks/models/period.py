"""The periods in which units report (报送周期), and how each assignment fared with one once it is closed (封账)."""

from django.db import models
from django.db.models import F, Q

from tasks.models.notice import WorkPointNotice
from tasks.models.task import Assignment


class ReportingPeriod(models.Model):
    """A stretch of the year for which every open assignment reports once, within five working days of its end.

    Some time after its due date it is closed (封账): what was on time, late or missing then stays so.
    """

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="periods", verbose_name="通知")
    name = models.CharField("名称", max_length=30)
    start = models.DateField("开始")
    end = models.DateField("结束")
    due_date = models.DateField("报送截止")
    closed_on = models.DateField(
        "封账日期", null=True, editable=False, help_text="从这一天起，本期的按时、迟报和缺报不再改变。"
    )

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


class PeriodRecord(models.Model):
    """How an assignment fared with a period, frozen when the period was closed (封账); what comes later changes nothing."""

    class Outcome(models.TextChoices):
        ON_TIME = "on_time", "按时报送"
        LATE = "late", "迟报"
        MISSING = "missing", "缺报"

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="records", verbose_name="报送周期")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="period_records", verbose_name="任务分工")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    handed_in_on = models.DateField("报送日期", null=True, help_text="缺报的为空。")

    class Meta:
        verbose_name = verbose_name_plural = "报送记录"
        ordering = ["period", "assignment"]
        constraints = [
            models.UniqueConstraint(name="one_record_per_assignment_and_period", fields=["period", "assignment"]),
            models.CheckConstraint(
                name="only_a_missing_report_has_no_day",
                condition=Q(outcome="missing", handed_in_on=None)
                | ~Q(outcome="missing") & Q(handed_in_on__isnull=False),
                violation_error_message="按时报送和迟报必须有报送日期，缺报的没有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.period} {self.get_outcome_display()}"
