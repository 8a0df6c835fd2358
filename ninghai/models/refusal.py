"""How often a person was refused at one address within an hour; the trail has the first, and later the sum."""

from django.db import models

from ninghai.models.user import User


class RefusalCount(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="账号")
    address = models.CharField("地址", max_length=220, help_text="请求方法和网址的样式，不含其中的编号。")
    hour = models.DateTimeField("小时")
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "越权次数"
        ordering = ["hour", "pk"]
        constraints = [models.UniqueConstraint(name="refusals_once", fields=["user", "address", "hour"])]

    def __str__(self) -> str:
        return f"{self.user} {self.address}"
