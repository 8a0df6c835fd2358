"""The standing pages of the disclosure site (政府信息公开专栏): the office writes their text."""

from django.db import models

from ninghai.models import User


class SitePage(models.Model):
    """公开指南, 公开制度, 公开年报: the words of one of the four columns (国办公开办函〔2019〕61号)."""

    class Column(models.TextChoices):
        GUIDE = "guide", "政府信息公开指南"
        RULES = "rules", "政府信息公开制度"
        STATUTORY = "statutory", "法定主动公开内容"
        ANNUAL = "annual", "政府信息公开年报"

    column = models.CharField("栏目", max_length=20, choices=Column, unique=True)
    body = models.TextField("正文", max_length=20_000, blank=True, help_text="每行一段。")
    updated_at = models.DateTimeField("更新时间", null=True, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="更新人"
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "专栏页面"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_column_display()
