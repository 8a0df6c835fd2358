"""What the portal keeps for itself: forms sent once, changes that public pages show, its safety checks, and filters people have saved."""

import uuid

from django.db import models
from django.db.models.functions import Now

from ninghai.models.user import User

# A form that makes a record carries an id of its own, so that sending it twice makes one record.


class OnceCreated(models.Model):
    """A record made by a form; the form's id is unique, a second sending finds the first one's record."""

    form_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


# Something changed that public pages show; rows come from triggers alone.


class PublicChange(models.Model):
    at = models.DateTimeField("时间", db_default=Now())
    amount = models.PositiveBigIntegerField("次数", db_default=1)  # more where one row stands for several that are past

    class Meta:
        verbose_name = verbose_name_plural = "公开内容变动"

    def __str__(self) -> str:
        return str(self.pk)


# What the portal found when it looked after itself (安全检查): the audit trail, what is public, copies kept elsewhere.


class SafetyCheckQuerySet(models.QuerySet["SafetyCheck"]):
    def newest(self, kind: str) -> "SafetyCheck | None":
        """The newest result of a kind."""
        return self.filter(kind=kind).order_by("-at", "-pk").first()


class SafetyCheck(models.Model):
    """One look and its result; a bad one stays the last word until a later look finds all well."""

    class Kind(models.TextChoices):
        TRAIL = "trail", "审计记录核对"
        CONTENT = "content", "防篡改核对"
        RESTORE = "restore", "数据恢复"
        STRAYS = "strays", "游离文件"

    kind = models.CharField("检查", max_length=10, choices=Kind)
    at = models.DateTimeField("时间")
    is_good = models.BooleanField("正常")
    looked_at = models.PositiveBigIntegerField("核对数量")
    words = models.TextField("结果", max_length=50_000)

    objects = SafetyCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "安全检查"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "-at"], name="last_check_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


# 常用筛选: a list of the office as somebody has narrowed it, under a name of their own.


class SavedFilter(models.Model):
    """The address of a list with its filters; seen by whoever kept it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", verbose_name="账号")
    page = models.CharField("列表", max_length=100, help_text="列表页面的名称，如 tasks_assignment。")
    title = models.CharField("名称", max_length=30)
    query = models.CharField("筛选条件", max_length=1000)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["page", "title"]
        constraints = [
            models.UniqueConstraint(
                name="filter_title_once_for_a_list",
                fields=["user", "page", "title"],
                violation_error_message="这个列表已有同名的常用筛选。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


# 常见退回理由: why a unit's work usually goes back, as the office words it.


class UsualReason(models.Model):
    """One of the reasons that a form for sending something back offers; one that is no longer wanted is switched off."""

    class Matter(models.TextChoices):
        REPORT = "report", "进展填报"
        ITEM = "item", "公开信息"
        REMEDY = "remedy", "异议和整改"
        REQUEST = "request", "依申请公开答复"
        PROPOSAL = "proposal", "建议提案答复"
        HOTLINE = "hotline", "热线答复"

    matter = models.CharField("用于", max_length=10, choices=Matter)
    words = models.CharField("理由", max_length=200)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "常见退回理由"
        ordering = ["matter", "position", "pk"]

    def __str__(self) -> str:
        return self.words
