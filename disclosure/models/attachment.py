"""附件: the files of an item, and their text for search."""

from django.db import models
from django.urls import reverse

from disclosure.models.item import Item
from ninghai.models import StoredFile


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
