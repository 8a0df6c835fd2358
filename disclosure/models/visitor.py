"""What visitors leave: error reports (纠错), which a unit answers under a receipt number, and subscriptions (订阅)."""

import uuid
from datetime import datetime

from django.db import models
from django.http import QueryDict

from disclosure.models.item import Item
from disclosure.models.states import CorrectionStatus
from ninghai.models import AuditEntry, OnceCreated, SealedRecord, SealedTextField, Unit, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel


class CorrectionQuerySet(LockingQuerySet["Correction"]):
    def visible_to(self, user: User) -> "CorrectionQuerySet":
        """The office sees every error report, a unit's people those that reached it or a unit that it has replaced."""
        return visible_by_unit(self, user)

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


# 订阅: who is told by e-mail, once a day, what has changed in a list of the catalogue.


class Subscription(SealedRecord):
    """One address and one list. It is asked for, confirmed by a link in a letter, and gone when the person leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = SealedTextField("电子邮箱")
    address_digest = models.CharField("电子邮箱的散列值", max_length=64, editable=False)
    conditions = models.CharField("检索条件", max_length=2000, blank=True)
    asked_at = models.DateTimeField("提出时间")
    written_at = models.DateTimeField("确认邮件时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    told_until = models.DateTimeField("已告知到", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "邮件订阅"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_subscription_to_a_list",
                fields=["address_digest", "conditions"],
                violation_error_message="这个邮箱已经订阅了这个列表。",
            )
        ]
        indexes = [models.Index(fields=["told_until"], name="subscriptions_to_tell")]

    def __str__(self) -> str:
        return f"订阅 {str(self.pk)[:8]}"

    @property
    def params(self) -> QueryDict:
        return QueryDict(self.conditions)
