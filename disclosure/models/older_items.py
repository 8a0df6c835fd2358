"""历史信息导入: items that were public elsewhere, taken over from a workbook (.xlsx) and an archive of files (.zip)."""

from django.db import models

from disclosure.models.item import Item
from disclosure.states import ImportStatus
from ninghai.models import OnceCreated, StoredFile, User
from ninghai.moves import Movable


class ItemImport(Movable, OnceCreated):
    """One workbook with its archive: checked first, then taken over row by row, and resumable at any row."""

    statuses = ImportStatus

    workbook = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="表格")
    archive = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="附件压缩包")
    status = models.CharField("状态", max_length=20, choices=ImportStatus, default=ImportStatus.CHECKED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    requested_at = models.DateTimeField("导入时间")
    acting = models.ForeignKey("ninghai.Membership", models.PROTECT, null=True, related_name="+", verbose_name="身份")
    finished_at = models.DateTimeField("完成时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "历史信息导入"
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.workbook} {self.get_status_display()}"


class ImportRow(models.Model):
    """A row of the workbook: what it says, what is wrong with it, or the item that it became."""

    class Status(models.TextChoices):
        READY = "ready", "可导入"
        REFUSED = "refused", "有错误"
        DONE = "done", "已导入"

    item_import = models.ForeignKey(ItemImport, models.CASCADE, related_name="rows", verbose_name="导入")
    number = models.PositiveIntegerField("行号")
    fields = models.JSONField("内容", default=dict)
    problems = models.JSONField("问题", default=list)
    status = models.CharField("状态", max_length=20, choices=Status)
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="import_row", verbose_name="公开信息")

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["item_import", "number"]
        constraints = [models.UniqueConstraint(name="one_row_per_number", fields=["item_import", "number"])]

    def __str__(self) -> str:
        return f"第{self.number}行"
