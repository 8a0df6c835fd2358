"""What a unit says against a finding (异议), and how the office decided."""

from datetime import datetime

from django.db import models

from ninghai.models import User
from ninghai.moves import Movable
from tasks.models.finding import Finding
from tasks.models.proof import Proof
from tasks.states import ObjectionStatus


class Objection(Movable):
    """异议 of the unit against a finding, once, within its days; the office decides."""

    statuses = ObjectionStatus

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="objection", verbose_name="抽查结论")
    status = models.CharField("状态", max_length=10, choices=ObjectionStatus, default=ObjectionStatus.RAISED)
    text = models.TextField("异议内容", max_length=2000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True, editable=False)
    decision = models.TextField("处理意见", blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "抽查异议"
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.finding.drawn}的异议"

    def decide(self, status: ObjectionStatus, *, decision: str, by: User, at: datetime) -> None:
        self._move(status, by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision)


class ObjectionProof(Proof):
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="proofs", verbose_name="抽查异议")

    class Meta(Proof.Meta):
        ordering = ["objection", "pk"]
