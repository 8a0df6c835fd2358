"""Files as the portal keeps them: private, under a random name, with their hash; views decide who may read one."""

import uuid
from pathlib import PurePosixPath

from django.core.files.storage import Storage, storages
from django.db import models

from ninghai.models.user import User


def private_storage() -> Storage:
    return storages["private"]


def random_name(stored: "StoredFile", original_name: str) -> str:
    """A path that tells nothing of the file and spreads files over 256 folders."""
    return f"{stored.pk.hex[:2]}/{stored.pk.hex}"


class StoredFile(models.Model):
    """An accepted upload or a file that the portal made; never changed after it was stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("文件", storage=private_storage, upload_to=random_name)
    original_name = models.CharField("文件名", max_length=150)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    stored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    stored_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["stored_at", "pk"]

    def __str__(self) -> str:
        return self.original_name

    def called(self, label: str) -> str:
        """That label as the name of a file: with the extension by which a computer knows how to open it."""
        extension = PurePosixPath(self.original_name).suffix
        return label if label.lower().endswith(extension.lower()) else f"{label}{extension}"
