"""历史信息导入: items that were public elsewhere, taken over from a workbook (.xlsx) and an archive of files (.zip)."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from disclosure.models.item import Item
from disclosure.models.states import ImportStatus
from ninghai.models import Job, OnceCreated, StoredFile, User
from ninghai.models.state_machine import StatefulModel, Version


class ItemImport(StatefulModel, OnceCreated):
    """One workbook with its archive: checked first, then taken over row by row, and resumable at any row."""

    statuses = ImportStatus

    job = models.OneToOneField(Job, models.PROTECT, related_name="item_import", verbose_name="后台任务")
    workbook = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="表格")
    archive = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="附件压缩包")
    status = models.CharField("状态", max_length=20, choices=ImportStatus, default=ImportStatus.CHECKING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    requested_at = models.DateTimeField("导入时间")
    acting = models.ForeignKey("ninghai.Membership", models.PROTECT, null=True, related_name="+", verbose_name="身份")
    remarks = models.JSONField("读取说明", default=list)
    stop_reason = models.CharField("停止原因", max_length=200, blank=True, default="", editable=False)
    finished_at = models.DateTimeField("完成时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "历史信息导入"
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.workbook} {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        """The office's page of it."""
        return reverse("admin:disclosure_itemimport_change", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        """Whether workers are at it."""
        return self.status in {ImportStatus.CHECKING, ImportStatus.RUNNING}

    def finish_check(self, *, by: User, at: datetime) -> None:
        """Every row has been looked at."""
        self._move(ImportStatus.CHECKED, by=by, at=at)

    def begin(self, *, by: User, at: datetime, version: int) -> None:
        """Let its rows be taken over, as this person."""
        self.require_version(version)
        self._move(ImportStatus.RUNNING, by=by, at=at, requested_by=by, acting=by.acting, stop_reason="")

    def stop(self, *, by: User | None, at: datetime, reason: str, version: Version = ...) -> None:
        """Leave the rest of its rows alone; `by` is None when the portal itself stops."""
        self.require_version(version)
        self._move(ImportStatus.CANCELLED, by=by, at=at, reason=reason, stop_reason=reason)

    def finish(self, *, by: User, at: datetime) -> None:
        """No row waits any more."""
        self._move(ImportStatus.DONE, by=by, at=at, finished_at=at)


class ImportRow(models.Model):
    """A row of the workbook: what it says, what is wrong with it, or the item that it became."""

    class Status(models.TextChoices):
        UNCHECKED = "unchecked", "待检查"
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

    @property
    def title(self) -> str:
        """What the row calls its item, for lists."""
        return str(self.fields.get("名称", ""))
