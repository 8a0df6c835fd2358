"""Duty × unit: what each unit has made public of what the basic catalogue asks of it, and what is missing."""

from django.db import models
from django.db.models import Q

from disclosure.models.basic_catalogue import CatalogueEntry
from disclosure.models.item import Item
from ninghai.models import Unit


class CellState(models.TextChoices):
    """How a duty of a unit stands on a day; what is PENDING has nothing public and need not have it yet."""

    CURRENT = "current", "已公开"
    SOON = "soon", "即将到期"
    LATE = "late", "逾期公开"
    STALE = "stale", "逾期未更新"
    EMPTY = "empty", "空白"
    PENDING = "pending", "尚未到期"


class CoverageCell(models.Model):
    """One duty of one unit, as the nightly round found it; the matrix is read from these."""

    entry = models.ForeignKey(CatalogueEntry, models.CASCADE, related_name="cells", verbose_name="公开事项")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="cells", verbose_name="单位")
    last_item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+", verbose_name="最近公开的信息")
    last_published_on = models.DateField("最近公开日期", null=True)
    items = models.PositiveIntegerField("已公开（条）", default=0)
    due_on = models.DateField("应公开日期", null=True)
    days_late = models.PositiveIntegerField("逾期天数", default=0)
    state = models.CharField("状态", max_length=10, choices=CellState)
    computed_on = models.DateField("计算日期")

    class Meta:
        verbose_name = verbose_name_plural = "公开覆盖"
        ordering = ["entry", "unit"]
        constraints = [models.UniqueConstraint(name="one_cell_per_entry_and_unit", fields=["entry", "unit"])]
        indexes = [models.Index(fields=["unit", "state"], name="cells_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.entry} {self.unit} {self.get_state_display()}"


class CoverageFinding(models.Model):
    """Something missing (公开问题), opened by the nightly round and closed by it when it is mended."""

    class Kind(models.TextChoices):
        EMPTY = "empty", "事项空白"
        STALE = "stale", "逾期未更新"
        LATE = "late", "逾期公开"
        NO_INTERPRETATION = "no_interpretation", "未按时解读"

    kind = models.CharField("问题", max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="coverage_findings", verbose_name="单位")
    entry = models.ForeignKey(
        CatalogueEntry, models.CASCADE, null=True, related_name="findings", verbose_name="公开事项"
    )
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="coverage_findings", verbose_name="信息")
    due_on = models.DateField("应公开日期", null=True)
    words = models.CharField("情况", max_length=300)
    opened_on = models.DateField("发现日期")
    closed_on = models.DateField("消除日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开问题"
        ordering = ["-opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_finding",
                fields=["kind", "unit", "entry", "item"],
                condition=Q(closed_on=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.words
