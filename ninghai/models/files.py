"""Files as the portal keeps them: private, under a random name, with their hash; their public copies (公开副本), and what the virus scanner cleared."""

import uuid
from pathlib import PurePosixPath

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ninghai.models.job import Job
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


# Public copies (公开副本): what the public gets of a stored file, and how it came from the file as it was uploaded.


class PublicCopyQuerySet(models.QuerySet["PublicCopy"]):
    def waiting(self) -> "PublicCopyQuerySet":
        """Those that nobody could make yet, and nobody has refused."""
        return self.filter(copy=None, refusal="")


class PublicCopy(models.Model):
    """The chain of hashes (散列链) from a file to its public copy: both SHA-256, when, and by which version of the program.

    Without `copy` it waits for its job, or was refused with a sentence. Where nothing had to change the file is its
    own copy.
    """

    class How(models.TextChoices):
        REWRITTEN = "rewritten", "重新写出"
        UNCHANGED = "unchanged", "无须改动"
        MASKED = "masked", "去标识化"
        MADE_HERE = "made_here", "本平台生成，原样公开"

    original = models.ForeignKey(StoredFile, models.CASCADE, related_name="public_copies", verbose_name="原文件")
    copy = models.ForeignKey(StoredFile, models.CASCADE, null=True, related_name="copy_of", verbose_name="公开副本")
    original_sha256 = models.CharField("原文件SHA-256", max_length=64)
    copy_sha256 = models.CharField("公开副本SHA-256", max_length=64, blank=True)
    how = models.CharField("方式", max_length=10, choices=How, default=How.REWRITTEN)
    made_by = models.CharField("程序版本", max_length=40, blank=True)
    made_at = models.DateTimeField("生成时间", null=True)
    was_public = models.BooleanField("替换已公开的文件", default=False)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="public_copy", verbose_name="后台任务")
    refusal = models.TextField("不能生成的原因", max_length=2000, blank=True)

    objects = PublicCopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开副本"
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=Q(copy=None, refusal=""), name="public_copies_to_make")]
        constraints = [
            models.UniqueConstraint(
                name="one_automatic_copy_of_a_file", fields=["original"], condition=~Q(how="masked")
            )
        ]

    def __str__(self) -> str:
        return f"{self.original} {self.get_how_display()}"


# What the virus scanner found nothing in: content by its hash, since a stored file itself never changes.


class VirusScan(models.Model):
    """This content was looked at by the scanner and found clean (未发现病毒)."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    found_clean_at = models.DateTimeField("扫描时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "病毒扫描"
        ordering = ["-found_clean_at", "pk"]

    def __str__(self) -> str:
        return self.sha256
