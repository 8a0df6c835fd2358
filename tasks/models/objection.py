"""What a unit says against a finding (异议), and how the office decided."""

from datetime import datetime

from django.db import models, transaction

from ninghai.models import User
from ninghai.moves import Movable
from tasks.models.finding import Finding
from tasks.models.proof import Proof
from tasks.states import ObjectionStatus


class Objection(Movable):
    """异议 of the unit against a finding, once, within its days, when the unit's head has passed it on; the office decides."""

    statuses = ObjectionStatus
    author_fields = ("raised_by",)

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="objection", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=ObjectionStatus, default=ObjectionStatus.WITH_HEAD)
    text = models.TextField("异议内容", max_length=2000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="审核人"
    )
    passed_at = models.DateTimeField("报送时间", null=True, editable=False)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, default="", db_default="", editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True, editable=False)
    decision = models.TextField("处理意见", max_length=2000, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "抽查异议"
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的异议"

    def write_again(self, *, text: str, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head once more, with other words."""
        with transaction.atomic():
            self._move(ObjectionStatus.WITH_HEAD, by=by, at=at, raised_by=by, raised_at=at, return_reason="")
            self.edit(by=by, at=at, text=text)  # the trail says who wrote

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office."""
        self._move(ObjectionStatus.RAISED, by=by, at=at, passed_by=by, passed_at=at)

    def return_to_clerk(self, *, reason: str, by: User | None, at: datetime) -> None:
        """The unit's head sends it back; so does the portal when the finding becomes another one."""
        self._move(ObjectionStatus.RETURNED, by=by, at=at, reason=reason, return_reason=reason)

    def decide(self, status: ObjectionStatus, *, decision: str, by: User, at: datetime) -> None:
        self._move(status, by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision)


class ObjectionProof(Proof):
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="proofs", verbose_name="抽查异议")

    class Meta(Proof.Meta):
        ordering = ["objection", "pk"]
