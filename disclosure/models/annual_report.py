"""政府信息公开工作年度报告: what a unit, or the county as a whole, reports on a year."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from disclosure.models.item import Item
from disclosure.models.states import AnnualReportStatus
from ninghai.models import Job, StoredFile, Unit, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel


class AnnualReportQuerySet(LockingQuerySet["AnnualReport"]):
    def visible_to(self, user: User) -> "AnnualReportQuerySet":
        """The office and its head see all; a unit's people those of the unit and of units that it has replaced."""
        return visible_by_unit(self, user)

    def reported(self) -> "AnnualReportQuerySet":
        return self.filter(status=AnnualReportStatus.REPORTED)


class AnnualReport(StatefulModel):
    """One edition of a report; without `unit` it is the county's own. `figures` by table, row and column, `texts` by part."""

    statuses = AnnualReportStatus
    author_fields = ("drafted_by", "handed_in_by")

    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="annual_reports", verbose_name="单位"
    )
    year = models.PositiveSmallIntegerField("报告年度")
    edition = models.PositiveSmallIntegerField("第几稿", default=1, help_text="更正报告时另起一稿，原来的保留。")
    status = models.CharField("状态", max_length=10, choices=AnnualReportStatus, default=AnnualReportStatus.DRAFT)
    figures: models.JSONField[Any, Any] = models.JSONField("表格", default=dict, blank=True)
    texts: models.JSONField[Any, Any] = models.JSONField("正文", default=dict, blank=True)
    explanation = models.TextField("数据不一致的说明", max_length=1000, blank=True)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="填写人")
    drafted_at = models.DateTimeField("开始填写时间")
    handed_in_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审核人")
    reported_at = models.DateTimeField("报送时间", null=True)
    job = models.OneToOneField(
        Job, models.PROTECT, null=True, editable=False, related_name="annual_report", verbose_name="后台任务"
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="PDF 文件"
    )
    verify_code = models.CharField("核验码", max_length=9, blank=True, editable=False)
    item = models.OneToOneField(
        Item, models.PROTECT, null=True, editable=False, related_name="annual_report", verbose_name="公开信息"
    )

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        ordering = ["-year", "unit__position", "-edition"]
        constraints = [
            models.UniqueConstraint(
                name="one_edition_of_a_units_year",
                fields=["unit", "year", "edition"],
                nulls_distinct=False,
                violation_error_message="这一年的报告已经有了，请打开原来的。",
            ),
            models.UniqueConstraint(
                name="annual_report_codes_once", fields=["verify_code"], condition=~models.Q(verify_code="")
            ),
        ]

    def __str__(self) -> str:
        again = f"（第{self.edition}稿）" if self.edition > 1 else ""
        return f"{self.whose}{self.year}年政府信息公开工作年度报告{again}"

    @property
    def whose(self) -> str:
        return self.unit.short_name if self.unit else "全县"

    @property
    def issuer(self) -> str:
        """Who answers for it, in full."""
        return self.unit.name if self.unit else settings.OFFICE_NAME

    @property
    def title(self) -> str:
        """As it is published: the county's names the county, a unit's the unit in full."""
        whose = self.unit.name if self.unit else settings.COUNTY_NAME
        return f"{whose}{self.year}年政府信息公开工作年度报告"

    @property
    def is_reported(self) -> bool:
        return self.status == AnnualReportStatus.REPORTED

    def hand_in(self, *, explanation: str, by: User, at: datetime) -> None:
        """提交审核: the checks let it through, or its differences are explained."""
        self._move(
            AnnualReportStatus.WITH_HEAD, by=by, at=at, explanation=explanation, handed_in_by=by, return_reason=""
        )

    def send_back(self, *, reason: str, by: User, at: datetime) -> None:
        self._move(
            AnnualReportStatus.DRAFT,
            by=by,
            at=at,
            reason=reason,
            return_reason=reason,
            reported_by=None,
            reported_at=None,
            file=None,
            verify_code="",
        )

    def report(self, *, job: Job, code: str, by: User, at: datetime) -> None:
        """报送: the head stands for it, it counts into the county's, and is set in print with its code (核验码)."""
        said: dict[str, Any] = {"reported_by": by, "reported_at": at, "verify_code": code, "job": job, "file": None}
        self._move(AnnualReportStatus.REPORTED, by=by, at=at, **said)

    def take_in(self, *, explanation: str, by: User, at: datetime) -> None:
        """导入: reported and public elsewhere before this portal kept reports; nothing is set in print."""
        self._move(
            AnnualReportStatus.REPORTED,
            by=by,
            at=at,
            action="import",
            explanation=explanation,
            reported_by=by,
            reported_at=at,
        )

    @property
    def is_taken_in(self) -> bool:
        return self.is_reported and self.job_id is None
