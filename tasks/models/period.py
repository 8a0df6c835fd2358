"""The periods in which units report (报送周期), and how each assignment fared with one once it is closed (封账)."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from tasks.models.notice import WorkPointNotice
from tasks.models.task import Assignment


def _range(function: str, first: str, last: str) -> Func:
    """Both ends belong to it."""
    return Func(F(first), F(last), Value("[]"), function=function)


class ReportingPeriod(models.Model):
    """A stretch of the year for which every open assignment reports once, within five working days of its end.

    Some time after its due date it is closed (封账): what was on time, late or missing then stays so. Without a due
    date (不定期报送) nothing is owed for it, and units may report at any time.
    """

    WITHOUT_DUE_DATE: ClassVar[str] = "不定期，随时报送"

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="periods", verbose_name="通知")
    name = models.CharField("名称", max_length=30)
    start = models.DateField("开始")
    end = models.DateField("结束")
    due_date = models.DateField("报送截止", null=True, help_text="不定期报送的为空。")
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
            ExclusionConstraint(  # ranges of one number for the notice: they need no extension of PostgreSQL
                name="periods_of_a_notice_do_not_overlap",
                expressions=[
                    (_range("int8range", "notice", "notice"), RangeOperators.OVERLAPS),
                    (_range("daterange", "start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一天不能属于两个报送周期，请调整开始或结束日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def due_words(self) -> str:
        """报送截止 as every page says it."""
        return f"{self.due_date:%Y-%m-%d}" if self.due_date else self.WITHOUT_DUE_DATE

    def has_passed(self, *, on: date) -> bool:
        """Whether its due date is over on that day."""
        return self.due_date is not None and self.due_date < on

    def is_closed(self, *, on: date) -> bool:
        """封账: by the end of that day."""
        return self.closed_on is not None and self.closed_on <= on

    def close(self, *, on: date) -> None:
        """Freeze it; its records stand, and its days stay as they are."""
        self.closed_on = on
        self.save(update_fields=["closed_on"])


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
