"""What the portal found when it looked after itself (安全检查): the audit trail, what is public, copies kept elsewhere."""

from django.db import models


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
