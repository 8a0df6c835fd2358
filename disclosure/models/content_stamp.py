"""The fingerprint (指纹) of what the public reads, noted whenever an act makes or changes it."""

from django.db import models

from disclosure.models.item import Item


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
