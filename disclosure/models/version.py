"""What an item said at other times: as it was handed in for review, and as the public read it."""

from django.db import models

from disclosure.models.item import Item
from ninghai.models import StoredFile


class KeptContent(models.Model):
    """The content (disclosure.content) of an item at one moment, never changed afterwards."""

    number = models.PositiveIntegerField("版本")
    content = models.JSONField("内容")
    content_hash = models.CharField("内容散列值", max_length=64)

    class Meta:
        abstract = True


class SubmittedVersion(KeptContent):
    """As it was handed in (送审稿): a reviewer sees what changed since the last one. Never public."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="submitted_versions", verbose_name="公开信息")
    submitted_at = models.DateTimeField("送审时间")

    class Meta:
        verbose_name = verbose_name_plural = "送审稿"
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(name="one_submitted_version_per_number", fields=["item", "number"])]

    def __str__(self) -> str:
        return f"{self.item} 送审稿{self.number}"


class PublicVersion(KeptContent):
    """As the public read it (历史版本), from one moment to another; hidden when the old text had to go."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="public_versions", verbose_name="公开信息")
    public_from = models.DateTimeField("公开起")
    public_until = models.DateTimeField("公开止")
    change_note = models.CharField("修改说明", max_length=200, blank=True, help_text="说明后一版改了什么。")
    is_hidden = models.BooleanField("不再供查阅", default=False, db_default=False)

    class Meta:
        verbose_name = verbose_name_plural = "历史版本"
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(name="one_public_version_per_number", fields=["item", "number"])]

    def __str__(self) -> str:
        return f"{self.item} 第{self.number}版"


class VersionFile(models.Model):
    """A file that belonged to an earlier public version; `original` is the private one from which it was made."""

    version = models.ForeignKey(PublicVersion, models.CASCADE, related_name="files", verbose_name="历史版本")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    original = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="原文件"
    )
    label = models.CharField("附件名称", max_length=150)
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "历史版本的附件"
        ordering = ["version", "position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def public_name(self) -> str:
        return self.file.called(self.label)
