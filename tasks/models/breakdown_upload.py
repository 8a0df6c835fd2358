"""A breakdown workbook between the look at what it would change and the word that does it."""

from django.db import models

from ninghai.models import OnceCreated, StoredFile, User
from tasks.models.notice import WorkPointNotice


class BreakdownUpload(OnceCreated):
    """A workbook that was uploaded for a notice (待导入的分解表) without an error; applied at most once."""

    notice = models.ForeignKey(
        WorkPointNotice, models.PROTECT, related_name="breakdown_uploads", verbose_name="工作要点通知"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    result = models.ForeignKey(
        WorkPointNotice,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="导入结果",
        help_text="导入到的通知，已下达的通知为新建的修订稿；尚未导入的为空。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "待导入的分解表"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)
