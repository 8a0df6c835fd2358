"""订阅: who is told by e-mail, once a day, what has changed in a list of the catalogue."""

import uuid

from django.db import models
from django.http import QueryDict

from ninghai.models import SealedRecord, SealedTextField


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
