"""What a unit asks the office for about an assignment: more time (延期), or that it does not apply (不适用)."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ninghai.models import OnceCreated, Role, User
from ninghai.moves import Movable
from tasks.models.task import Assignment
from tasks.states import PetitionStatus


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, user: User) -> "PetitionQuerySet":
        """The office and its head see all, a unit its own."""
        if user.acting is not None and user.acting.role == Role.INSPECTOR:
            return self.none()
        return self.filter(assignment__in=Assignment.objects.visible_to(user))


class Petition(Movable, OnceCreated):
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
    decision_reason = models.TextField("批准意见", max_length=500, blank=True, editable=False)

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
        """There is nothing left to decide: the duty is finished or ended."""
        self._move(PetitionStatus.LAPSED, by=by, at=at, reason=reason, decided_at=at, decision_reason=reason)
