"""Messages (消息) to people, and how each of them leaves the portal: by e-mail, or through the county's own channel."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.models.job import Job
from ninghai.models.unit import Unit
from ninghai.models.user import Membership, Role, User

FRESH = timedelta(days=7)
LONGEST_BREAK = timedelta(days=30)  # between two rounds; the longest holidays have nine days


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        """A person's own messages, as long as the person belongs to the unit that they are about; not what still waits
        for its moment, since who caused it may take that back."""
        mine = self.filter(recipient=user, unit__in=Membership.objects.filter(user=user).values("unit"))
        return mine.filter(created_at__lte=clock.now())

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def fresh(self, *, at: datetime, since: datetime | None = None) -> "MessageQuerySet":
        """Unread and young enough to be sent: a channel that is switched on today does not tell of last year.

        `since`, when digests were gathered last, reaches over holidays that are longer than a week.
        """
        begin = at - FRESH if since is None else min(at - FRESH, max(since, at - LONGEST_BREAK))
        return self.unread().filter(created_at__gt=begin, created_at__lte=at)

    def mark_read(self, *, at: datetime) -> int:
        return self.unread().update(read_at=at)


class Message(models.Model):
    """What one person is told, for the unit and role in which it concerns them.

    `event` names what happened; a person is told of it once, however often the telling runs.
    """

    class Kind(models.TextChoices):
        DUE = "due", "到期提醒"
        REPORT = "report", "报送提醒"
        RECTIFY = "rectify", "整改提醒"
        RETURNED = "returned", "退回"
        DRAWN = "drawn", "抽查"
        URGED = "urged", "催办"
        CHANGED = "changed", "任务变更"
        PETITION = "petition", "延期与不适用"
        FINDING = "finding", "抽查结论"
        SCORE = "score", "考核"
        CORRECTION = "correction", "纠错留言"
        ITEM = "item", "信息公开"
        CIRCULATED = "circulated", "印发"
        NOBODY = "nobody", "无人接收"
        ACCOUNT = "account", "账号"
        SAFETY = "safety", "安全告警"

    recipient = models.ForeignKey(User, models.PROTECT, related_name="inbox", verbose_name="收件人")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    role = models.CharField("角色", max_length=20, choices=Role)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    event = models.CharField("事由编号", max_length=150)
    subject = models.CharField("标题", max_length=200)
    text = models.TextField("内容", max_length=50_000, blank=True)
    url = models.CharField("办理地址", max_length=300)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="told_once_of_an_event",
                fields=["recipient", "unit", "event"],
                violation_error_message="同一件事已经通知过此人。",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="inbox_of_a_person"),  # the list
            models.Index(
                fields=["recipient"], name="unread_of_a_person", condition=Q(read_at=None)
            ),  # every page's count
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.pk])

    @property
    def capacity(self) -> str:
        """For whom the person got it, such as 县财政局经办人."""
        return f"{self.unit}{self.get_role_display()}"


class Delivery(models.Model):
    """One sending (发送) to one person over one channel: a digest of several messages, or one that cannot wait.

    It is made in the transaction of its messages; its job sends it and says how that ended.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "邮件"
        WEBHOOK = "webhook", "短信或政务钉钉"

    class Status(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENT = "sent", "已发送"
        DROPPED = "dropped", "无需发送"
        FAILED = "failed", "发送失败"
        UNCERTAIN = "uncertain", "是否送达不明"  # never sent again: the same twice is worse, and the inbox has it

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="deliveries", verbose_name="收件人")
    event = models.CharField("事由编号", max_length=150)
    messages = models.ManyToManyField(Message, related_name="deliveries", verbose_name="消息")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    job = models.OneToOneField(Job, models.PROTECT, related_name="delivery", verbose_name="后台任务")
    ended_at = models.DateTimeField("完成时间", null=True)
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息发送"
        ordering = ["-job_id"]
        constraints = [
            models.UniqueConstraint(
                name="sent_once_over_a_channel",
                fields=["channel", "recipient", "event"],
                violation_error_message="同一内容已经通过这一渠道发送。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.recipient} {self.event}"


class ReminderDay(models.Model):
    """A day on which the reminders went out (提醒日): the next round goes on from the last one that was finished."""

    date = models.DateField("日期", unique=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒日"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
