"""A batch (批量制作): one report for each unit, asked for at once, delivered singly and as one archive."""

from django.db import models
from django.urls import reverse

from ninghai.models import OnceCreated, Role, User
from reports.models.report import Report
from tasks.models import WorkPointNotice


class ReportBatchQuerySet(models.QuerySet["ReportBatch"]):
    def visible_to(self, user: User) -> "ReportBatchQuerySet":
        """The office and its head."""
        role = user.acting.role if user.acting else None
        return self if role in {Role.OFFICE, Role.SIGNER} else self.none()


class ReportBatch(OnceCreated):
    """The reports are ordinary ones, and may have been there before; the archive is packed while it is downloaded."""

    notice = models.ForeignKey(WorkPointNotice, models.PROTECT, related_name="report_batches", verbose_name="通知")
    as_of = models.DateField("统计日期")
    since = models.DateField("时段起始日", null=True, blank=True)
    reports = models.ManyToManyField(Report, related_name="batches", verbose_name="报告")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制作人")
    requested_at = models.DateTimeField("制作时间")
    cancelled_at = models.DateTimeField("取消时间", null=True, editable=False)

    objects = ReportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量报告"
        ordering = ["-requested_at", "-pk"]

    def __str__(self) -> str:
        until = f"{self.since:%Y-%m-%d} 至 {self.as_of:%Y-%m-%d}" if self.since else f"截至{self.as_of:%Y-%m-%d}"
        return f"{self.notice.year}年各单位进展情况（{until}）"

    def get_absolute_url(self) -> str:
        return reverse("admin:reports_reportbatch_change", args=[self.pk])
