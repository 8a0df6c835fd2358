"""The periods in which units report (报送周期), how each assignment fared (封账), and what a unit asks about its dates: more time, not applicable."""

from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.text import Truncator

from ninghai.models import OnceCreated, Role, User
from ninghai.models.state_machine import LockingQuerySet, StatefulModel
from tasks.models.notice import WorkPointNotice
from tasks.models.states import PetitionStatus
from tasks.models.task import Assignment

LONGEST_REASON = 500  # characters of a decision on a petition

# The periods in which units report (报送周期), and how each assignment fared with one once it is closed (封账).


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


# What a unit asks the office for about an assignment: more time (延期), or that it does not apply (不适用).


class PetitionQuerySet(LockingQuerySet["Petition"]):
    def visible_to(self, user: User) -> "PetitionQuerySet":
        """The office and its head see all, a unit its own."""
        if user.acting is not None and user.acting.role == Role.INSPECTOR:
            return self.none()
        return self.filter(assignment__in=Assignment.objects.visible_to(user))


class Petition(StatefulModel, OnceCreated):
    """申请: 待批准 → 已批准, 未批准, or taken back. More time is the signer's to grant, 不适用 the office's."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "延期"
        NOT_APPLICABLE = "not_applicable", "不适用"

    statuses = PetitionStatus
    author_fields = ("asked_by",)

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="petitions", verbose_name="任务分工")
    kind = models.CharField("申请事项", max_length=20, choices=Kind)
    status = models.CharField("状态", max_length=10, choices=PetitionStatus, default=PetitionStatus.ASKED)
    due_before = models.DateField("申请时的时限")
    wanted_until = models.DateField("申请延至", null=True, blank=True)
    reason = models.TextField("理由", max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    granted_until = models.DateField("批准延至", null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="批准人"
    )
    decided_at = models.DateTimeField("批准时间", null=True, editable=False)
    decision_reason = models.TextField("批准意见", max_length=LONGEST_REASON, blank=True, editable=False)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期与不适用申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_petition_per_assignment",
                fields=["assignment"],
                condition=Q(status=PetitionStatus.ASKED),
                violation_error_message="这项任务已有申请等待批准。",
            ),
            models.CheckConstraint(
                name="an_extension_names_its_day",
                condition=Q(kind="extension", wanted_until__isnull=False) | Q(kind="not_applicable", wanted_until=None),
                violation_error_message="申请延期的，请填写延至哪一天。",
            ),
            models.CheckConstraint(
                name="a_granted_extension_has_its_day",
                condition=~Q(kind="extension", status=PetitionStatus.GRANTED) | Q(granted_until__isnull=False),
                violation_error_message="批准延期的，必须写明延至哪一天。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.get_kind_display()}申请"

    def get_absolute_url(self) -> str:
        return reverse("tasks:assignment-detail", args=[self.assignment_id])

    @property
    def is_open(self) -> bool:
        return bool(self.status == PetitionStatus.ASKED)

    @property
    def words(self) -> str:
        """What is asked for, such as 延期至2018-12-10（29天）."""
        if self.wanted_until is None:
            return self.Kind.NOT_APPLICABLE.label
        return f"延期至{self.wanted_until:%Y-%m-%d}（{(self.wanted_until - self.due_before).days}天）"

    @property
    def granted_words(self) -> str:
        """What was granted, with the days that it adds to the due date of that time; empty before."""
        if self.status != PetitionStatus.GRANTED:
            return ""
        if self.granted_until is None:
            return "不再要求办理"
        return f"延期至{self.granted_until:%Y-%m-%d}（延长{(self.granted_until - self.due_before).days}天）"

    def earlier(self) -> "PetitionQuerySet":
        """What was asked about the same duty before, and taken back or refused: the words are often the same."""
        return Petition.objects.filter(assignment=self.assignment_id, kind=self.kind, pk__lt=self.pk)

    def grant(self, *, until: date | None, reason: str, by: User, at: datetime) -> None:
        self._move(
            PetitionStatus.GRANTED,
            by=by,
            at=at,
            reason=reason,
            granted_until=until,
            decided_by=by,
            decided_at=at,
            decision_reason=reason,
        )

    def refuse(self, *, reason: str, by: User, at: datetime) -> None:
        self._move(
            PetitionStatus.REFUSED,
            by=by,
            at=at,
            reason=reason,
            decided_by=by,
            decided_at=at,
            decision_reason=reason,
        )

    def withdraw(self, *, by: User, at: datetime) -> None:
        """The unit takes it back before it is decided."""
        self._move(PetitionStatus.WITHDRAWN, by=by, at=at)

    def lapse(self, *, reason: str, by: User | None, at: datetime) -> None:
        """There is nothing left to decide: the duty is finished or ended, whose own reason may be as long as a decision's."""
        words = Truncator(reason).chars(LONGEST_REASON, truncate="……")
        self._move(PetitionStatus.LAPSED, by=by, at=at, reason=reason, decided_at=at, decision_reason=words)
