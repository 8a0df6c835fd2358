"""Progress reports (进展填报) of assignments, each for one period."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from ninghai.accounts.audit.history import rows_written_by
from ninghai.calendar.clock import end_of
from ninghai.models import AuditEntry, Role, StoredFile, User
from ninghai.models.state_machine import LockingQuerySet, StatefulModel
from tasks.models.period import ReportingPeriod
from tasks.models.states import ProgressStatus
from tasks.models.task import Assignment

# 佐证材料: a private file, or the index number of a catalogue item, kept with what it proves.


class Proof(models.Model):
    """One piece; each kind of record that may have some has a model of its own below it."""

    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="%(class)s", verbose_name="文件"
    )
    index_number = models.CharField("索引号", max_length=100, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="添加人")
    added_at = models.DateTimeField("添加时间")
    owner_field: ClassVar[str]  # the one relation that each kind has of its own

    class Meta:
        abstract = True
        verbose_name = verbose_name_plural = "佐证材料"
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_a_file_or_an_item",
                condition=(Q(file__isnull=False) & Q(index_number="")) | (Q(file=None) & ~Q(index_number="")),
                violation_error_message="佐证材料应是一个文件或一个索引号。",
            ),
        ]

    def __str__(self) -> str:
        return self.index_number or str(self.file)

    @property
    def owner(self) -> Any:
        """The record of which it proves something."""
        return getattr(self, self.owner_field)

    def beside(self) -> "QuerySet[Any]":
        """The pieces of the same record that are files, this one among them, in their order."""
        pieces = type(self)._default_manager.filter(**{self.owner_field: self.owner}, file__isnull=False)
        return pieces.select_related("file").order_by("pk")


HANDED_IN = frozenset({ProgressStatus.WITH_OFFICE, ProgressStatus.ACCEPTED})


def moves_by(*, on: date) -> QuerySet[AuditEntry]:
    """For a subquery over reports: the moves of each by the end of that day, from the trail, the last first."""
    moves = AuditEntry.objects.filter(
        action=AuditEntry.Action.MOVE,
        target_type="tasks.progressreport",
        target_id=Cast(OuterRef("pk"), CharField()),
        at__lt=end_of(on),
    )
    return moves.order_by("-at", "-pk")


class ProgressQuerySet(LockingQuerySet["ProgressReport"]):
    def visible_to(self, user: User) -> "ProgressQuerySet":
        """The reports of the assignments that this person sees; drafts stay within the unit."""
        reports = self.filter(assignment__in=Assignment.objects.visible_to(user))
        if user.acting and user.acting.role in {Role.EDITOR, Role.REVIEWER}:
            return reports
        return reports.filter(status__in=[ProgressStatus.WITH_OFFICE, ProgressStatus.ACCEPTED])

    def to_check_by(self, user: User) -> "ProgressQuerySet":
        """What waits for this head of a unit (待我审核): handed in there, written by others (as `rules.can_pass_on`)."""
        if user.acting is None or user.acting.role != Role.REVIEWER:
            return self.none()
        of_the_unit = self.filter(assignment__unit=user.acting.unit_id, status=ProgressStatus.WITH_HEAD)
        return of_the_unit.exclude(drafted_by=user).exclude(pk__in=rows_written_by(user, ProgressReport))

    def accepted(self, *, on: date) -> "ProgressQuerySet":
        """Accepted by the end of that day."""
        return self.filter(status=ProgressStatus.ACCEPTED, decided_at__lt=end_of(on))

    def handed_in(self, *, on: date) -> "ProgressQuerySet":
        """Passed to the office by the end of that day and not returned by then, whatever has become of it since.

        As it stands now that is told by its own row; what was returned or passed again since, by the trail.
        """
        stood = Subquery(moves_by(on=on).values("to_status")[:1])
        moved_since = Q(passed_at__isnull=False, stood_on_day=ProgressStatus.WITH_OFFICE)
        return self.alias(stood_on_day=stood).filter(self.as_it_stands(on=on) | moved_since)

    @staticmethod
    def as_it_stands(*, on: date) -> Q:
        """Handed in by the end of that day, and lying there or accepted ever since."""
        return Q(status__in=HANDED_IN, passed_at__lt=end_of(on))

    def with_words_for_the_public(self, *, on: date) -> "ProgressQuerySet":
        """Accepted reports whose 公开表述 the office has released by the end of that day."""
        return self.accepted(on=on).filter(public_summary_released_at__lt=end_of(on))


class ProgressReport(StatefulModel):
    """What a unit says of one assignment for one period: 草稿 → 待审核 → 待确认 → 已接收, or returned with a reason.

    Once it is accepted the unit may add to it with another report of the same period (补充填报), one at a time.
    """

    statuses = ProgressStatus
    author_fields = ("drafted_by",)

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="reports", verbose_name="任务分工")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reports", verbose_name="报送周期")
    supplement = models.PositiveSmallIntegerField(
        "补充次序", default=0, help_text="0为本期首次填报，1为第1次补充填报，依次递增。"
    )
    status = models.CharField("状态", max_length=12, choices=ProgressStatus, default=ProgressStatus.DRAFT)
    nothing_to_report = models.BooleanField("本期无进展", default=False)
    text = models.TextField("进展情况", max_length=5000, blank=True)
    percent = models.PositiveSmallIntegerField("完成比例（%）", default=0)
    next_step = models.TextField("下一步打算", max_length=5000, blank=True)
    claims_completion = models.BooleanField("申请办结", default=False)
    public_summary = models.TextField(
        "公开表述", blank=True, max_length=300, help_text="向社会公开的一两句话，经县政府办公室同意后显示在公开页面。"
    )
    public_summary_released_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    public_summary_released_at = models.DateTimeField("公开表述放行时间", null=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    drafted_at = models.DateTimeField("起草时间")
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人"
    )
    passed_at = models.DateTimeField("报送时间", null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="确认人"
    )
    decided_at = models.DateTimeField("确认时间", null=True, editable=False)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, editable=False)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展填报"
        ordering = ["assignment", "period__start", "supplement"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_report_per_assignment_and_period",
                fields=["assignment", "period"],
                condition=~Q(status=ProgressStatus.ACCEPTED),
                violation_error_message="本期已有填报尚未接收，请打开已有的填报继续办理。",
            ),
            models.UniqueConstraint(
                name="supplements_of_a_period_are_numbered",
                fields=["assignment", "period", "supplement"],
                violation_error_message="本期已有这一次补充填报。",
            ),
            models.CheckConstraint(
                name="percent_is_a_percentage",
                condition=Q(percent__lte=100),
                violation_error_message="完成比例应在0到100之间。",
            ),
            models.CheckConstraint(
                name="accepted_report_was_passed_and_decided",
                condition=~Q(status=ProgressStatus.ACCEPTED)
                | Q(passed_at__isnull=False, decided_at__gte=F("passed_at")),
                violation_error_message="已接收的填报必须先经单位审核。",
            ),
            models.CheckConstraint(
                name="released_words_exist",
                condition=Q(public_summary_released_at=None) | ~Q(public_summary=""),
                violation_error_message="没有公开表述，不能放行。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.occasion}"

    def get_absolute_url(self) -> str:
        return f"{reverse('tasks:assignment-detail', args=[self.assignment_id])}?period={self.period_id}"

    @property
    def occasion(self) -> str:
        """The period, and which supplement of it this is."""
        return f"{self.period}（第{self.supplement}次补充）" if self.supplement else str(self.period)

    @property
    def handed_in_on(self) -> date | None:
        """The day on which the unit's head passed it to the office."""
        return timezone.localtime(self.passed_at).date() if self.passed_at else None

    @property
    def is_editable(self) -> bool:
        """With the clerk: still a draft, or returned."""
        return self.status in {ProgressStatus.DRAFT, ProgressStatus.RETURNED}

    def submit(self, *, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head, in the words that are kept."""
        self._move(ProgressStatus.WITH_HEAD, by=by, at=at)

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office."""
        self._move(ProgressStatus.WITH_OFFICE, by=by, at=at, passed_by=by, passed_at=at)

    def accept(self, *, by: User, at: datetime) -> None:
        self._move(ProgressStatus.ACCEPTED, by=by, at=at, decided_by=by, decided_at=at)

    def return_to_unit(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back with a reason, from the unit's head or from the office."""
        self._move(ProgressStatus.RETURNED, by=by, at=at, reason=reason, return_reason=reason)

    def hand_over(self, *, to: Assignment, by: User, at: datetime) -> None:
        """It goes along with its duty to the unit that took that over (机构改革), as the first report of its period there."""
        detail = {"from": self.assignment.key, "to": to.key}
        with transaction.atomic():
            self._update_if_unchanged(assignment=to, supplement=0)
            AuditEntry.objects.record(action="hand_over", target=self, by=by, at=at, detail=detail)
        self._as_stored({"assignment": to, "supplement": 0})

    def release_words(self, *, by: User, at: datetime) -> None:
        """Release the unit's 公开表述 to the public."""
        self.edit(by=by, at=at, public_summary_released_by=by, public_summary_released_at=at)


class Evidence(Proof):
    """A proof of what a report says."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="evidence", verbose_name="进展填报")
    owner_field = "report"

    class Meta(Proof.Meta):
        ordering = ["report", "pk"]
