"""Something changed that public pages show; rows come from triggers alone."""

from django.db import models
from django.db.models.functions import Now


class PublicChange(models.Model):
    at = models.DateTimeField("时间", db_default=Now())
    amount = models.PositiveBigIntegerField("次数", db_default=1)  # more where one row stands for several that are past

    class Meta:
        verbose_name = verbose_name_plural = "公开内容变动"

    def __str__(self) -> str:
        return str(self.pk)
