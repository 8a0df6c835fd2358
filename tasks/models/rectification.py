"""What a unit puts right (整改) after a finding, and what the second look (复查) said."""

from datetime import date, datetime

from django.db import models
from django.utils import timezone

from ninghai.models import User
from ninghai.moves import Movable
from tasks.models.finding import Finding
from tasks.models.proof import Proof
from tasks.states import RectificationStatus


class Rectification(Movable):
    """整改 of a finding by its day (`Finding.rectify_by_date`): written with evidence, passed on by the unit's head, checked again.

    `handed_in_by` wrote it last, `handed_in_at` is when the head passed it to the office.
    """

    statuses = RectificationStatus
    author_fields = ("handed_in_by",)

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=RectificationStatus, default=RectificationStatus.OPEN)
    text = models.TextField("整改情况", blank=True, max_length=2000)
    handed_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="报送人"
    )
    handed_in_at = models.DateTimeField("报送时间", null=True, editable=False)
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人"
    )
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, default="", db_default="", editable=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="复查人"
    )
    checked_at = models.DateTimeField("复查时间", null=True, editable=False)
    check_note = models.TextField("复查意见", max_length=2000, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["finding__rectify_by_date", "pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的整改"

    def is_late(self, *, on: date) -> bool:
        """Owed after its day, or handed in after it (needs `finding`)."""
        due = self.finding.rectify_by_date
        handed_in = timezone.localdate(self.handed_in_at) if self.handed_in_at else on
        until = on if self.status in RectificationStatus.owed else handed_in
        return due is not None and self.status != RectificationStatus.LIFTED and until > due

    def submit(self, *, text: str, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head."""
        self._move(RectificationStatus.WITH_HEAD, by=by, at=at, text=text, handed_in_by=by, return_reason="")

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it on, to be looked at again."""
        self._move(RectificationStatus.HANDED_IN, by=by, at=at, passed_by=by, handed_in_at=at)

    def return_to_clerk(self, *, reason: str, by: User, at: datetime) -> None:
        """The unit's head sends it back before anybody else has seen it."""
        self._move(RectificationStatus.RETURNED, by=by, at=at, reason=reason, return_reason=reason)

    def recheck(self, status: RectificationStatus, *, note: str, by: User, at: datetime) -> None:
        """复查: passed, or returned to be put right."""
        self._move(status, by=by, at=at, reason=note, checked_by=by, checked_at=at, check_note=note)

    def open_again(self, *, by: User, at: datetime) -> None:
        """The finding was corrected once more and asks for it after all."""
        self._move(RectificationStatus.OPEN, by=by, at=at)

    def lift(self, *, reason: str, by: User, at: datetime) -> None:
        """The finding asks for nothing any more."""
        self._move(RectificationStatus.LIFTED, by=by, at=at, reason=reason)


class RectificationProof(Proof):
    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="proofs", verbose_name="整改")

    class Meta(Proof.Meta):
        ordering = ["rectification", "pk"]
