"""The files of an item (附件), the fingerprint (指纹) of what the public reads of it, and what it said at other times."""

from django.db import models
from django.urls import reverse

from disclosure.models.item import Item
from ninghai.models import StoredFile

# 附件: the files of an item, and their text for search.


class Attachment(models.Model):
    """A file that belongs to an item (附件); public when the item is.

    `original` is the file as it was uploaded where the public gets a masked copy (脱敏副本); it stays private.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments", verbose_name="公开信息")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name="文件")
    original = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="masked_as", verbose_name="原文件"
    )
    label = models.CharField("附件名称", max_length=150)
    position = models.PositiveIntegerField("顺序", default=0)
    text = models.TextField("附件中的文字", max_length=4_000_000, blank=True, db_default="", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["item", "position", "pk"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("disclosure:attachment", args=[self.file_id])

    @property
    def public_name(self) -> str:
        """Under which the public gets the file: its label, which is looked through for personal data and masked."""
        return self.file.called(self.label)


# The fingerprint (指纹) of what the public reads, noted whenever an act makes or changes it.


class ContentStamp(models.Model):
    """What an item's content hash was from this moment on. Stamps only grow; the newest holds.

    A text that no longer has its newest fingerprint was changed behind the portal's back.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="stamps", verbose_name="公开信息")
    content_hash = models.CharField("内容散列值", max_length=64)
    stamped_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "公开内容指纹"
        ordering = ["pk"]
        indexes = [models.Index(fields=["item", "-id"], name="newest_stamp_of_an_item")]

    def __str__(self) -> str:
        return f"{self.item} {self.content_hash[:12]}"


# What an item said at other times: as it was handed in for review, and as the public read it.


class KeptContent(models.Model):
    """The content (`public_content`) of an item at one moment, never changed afterwards."""

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
