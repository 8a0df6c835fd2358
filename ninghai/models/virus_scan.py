"""What the virus scanner found nothing in: content by its hash, since a stored file itself never changes."""

from django.db import models
from django.db.models.functions import Now


class VirusScan(models.Model):
    """This content was looked at by the scanner and found clean (未发现病毒)."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    found_clean_at = models.DateTimeField("扫描时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "病毒扫描"
        ordering = ["-found_clean_at", "pk"]

    def __str__(self) -> str:
        return self.sha256
