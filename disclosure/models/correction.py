"""纠错: a visitor tells what is wrong on a page; the unit answers, under a receipt number."""

from datetime import datetime

from django.db import models

from disclosure.models.item import Item
from disclosure.models.states import CorrectionStatus
from ninghai.models import AuditEntry, OnceCreated, Role, SealedRecord, SealedTextField, Unit, User
from ninghai.models.state_machine import LockingQuerySet, StatefulModel


class CorrectionQuerySet(LockingQuerySet["Correction"]):
    def visible_to(self, user: User) -> "CorrectionQuerySet":
        """The office sees every error report, a unit's people those that reached it or a unit that it has replaced."""
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            return self.all()
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.filter(unit__in=Unit.objects.inherited_by(acting.unit))
        return self.none()

    def waiting(self) -> "CorrectionQuerySet":
        return self.filter(status=CorrectionStatus.RECEIVED)


class Correction(SealedRecord, StatefulModel, OnceCreated):
    """An error report (纠错留言). The contact is the sender's own choice, under seal; unit and office look at it for a purpose."""

    statuses = CorrectionStatus

    receipt_number = models.CharField("受理编号", max_length=20, unique=True)
    page = models.CharField("页面地址", max_length=300)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="corrections", verbose_name="公开信息")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="corrections", verbose_name="办理单位")
    words = models.TextField("问题", max_length=500)
    contact = SealedTextField("联系方式", null=True, default=None)  # None: the sender left none
    sender = models.CharField(
        "来源", max_length=64, blank=True, editable=False, help_text="来源地址的散列值，用于限制次数。"
    )
    received_at = models.DateTimeField("收到时间")
    status = models.CharField("状态", max_length=20, choices=CorrectionStatus, default=CorrectionStatus.RECEIVED)
    answer = models.TextField("答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纠错留言"
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["sender", "received_at"], name="corrections_of_a_sender")]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def has_contact(self) -> bool:
        return self.contact is not None

    @property
    def is_waiting(self) -> bool:
        return self.status == CorrectionStatus.RECEIVED

    def settle(self, *, to: CorrectionStatus, answer: str, by: User, at: datetime) -> None:
        """The unit has mended the page, or explains why it stays as it is."""
        action = AuditEntry.Action.ANSWER_CORRECTION
        self._move(to, by=by, at=at, action=action, answer=answer, answered_by=by, answered_at=at)
