"""Other platforms (对接平台): who may send matters to the hotline and is told how they stand, and each message that went either way."""

import uuid

from django.db import models
from django.db.models import Q

from disclosure.models.hotline import HotlineCase, HotlineChannel
from ninghai.models import Job, SealedRecord, SealedTextField, Unit
from ninghai.models.job import job_labels


class ExchangePartner(models.Model):
    """One platform. Of its key (密钥) only the hash is kept, with the first letters by which people tell it from another."""

    name = models.CharField("平台名称", max_length=40, unique=True)
    channel = models.CharField("来件登记的来源", max_length=10, choices=HotlineChannel, default=HotlineChannel.PROVINCE)
    adapter = models.CharField("消息格式", max_length=20, default="json")
    url = models.CharField(
        "推送地址",
        max_length=300,
        blank=True,
        help_text="办理进展和移交的工单送到这里，填加密的网址；不填的不推送。",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="使用单位",
        help_text="基层治理平台等由一个单位使用的选择：转给它主办的工单自动移交过去；举报和反映单位的除外。",
    )
    key_digest = models.CharField(max_length=64, blank=True, editable=False)
    key_hint = models.CharField("密钥前几位", max_length=8, blank=True, editable=False)
    issued_at = models.DateTimeField("密钥发放时间", null=True, editable=False)
    withdrawn_at = models.DateTimeField("停用时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "对接平台"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="exchange_keys_once",
                fields=["key_digest"],
                condition=~Q(key_digest=""),
                violation_error_message="这个密钥已经发给别的平台。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_told(self) -> bool:
        """Whether anything is sent there."""
        return bool(self.url and self.key_digest and self.withdrawn_at is None)


class ExchangeRequest(models.Model):
    """A matter that a platform sent (外部来件), under a reference of its own: the same one sent again is the same matter."""

    call = models.OneToOneField(
        HotlineCase, models.PROTECT, primary_key=True, related_name="exchange_request", verbose_name="热线工单"
    )
    partner = models.ForeignKey(ExchangePartner, models.PROTECT, related_name="requests", verbose_name="对接平台")
    reference = models.CharField("对方编号", max_length=100)
    content_digest = models.CharField(max_length=64, editable=False)
    told_version = models.PositiveIntegerField(
        default=0, editable=False
    )  # of the case, when the platform was told last
    told = models.CharField(max_length=64, blank=True, editable=False)  # a digest of that

    class Meta:
        verbose_name = verbose_name_plural = "外部来件"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="exchange_references_once",
                fields=["partner", "reference"],
                violation_error_message="这个平台已经用这个编号交来过一件。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.reference}"


class ExchangeMessage(SealedRecord):
    """What was sent to a platform or came from it, word for word, under the seal of its case; `event` is sent once."""

    class Kind(models.TextChoices):
        STATUS = "status", "推送办理进展"
        HANDOVER = "handover", "移交工单"
        RESULT = "result", "收到办理情况"

    class Status(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已送达"
        FAILED = "failed", "发送失败"
        TAKEN = "taken", "已接收"
        REFUSED = "refused", "未能登记"

    status_labels = job_labels("发送")

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(ExchangePartner, models.PROTECT, related_name="messages", verbose_name="对接平台")
    call = models.ForeignKey(HotlineCase, models.PROTECT, related_name="exchanged", verbose_name="热线工单")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    event = models.CharField("事由编号", max_length=150)
    body = SealedTextField("内容")
    status = models.CharField("状态", max_length=10, choices=Status)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="exchange_message", verbose_name="后台任务")
    made_at = models.DateTimeField("时间")
    ended_at = models.DateTimeField("送达或者登记时间", null=True)
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对接消息"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="exchanged_once",
                fields=["partner", "event"],
                violation_error_message="同一内容已经有一条消息。",
            )
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="exchanged_last")]  # the office's list

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.call}"
