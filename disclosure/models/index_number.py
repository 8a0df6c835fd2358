"""The running numbers of index numbers (索引号)."""

from django.db import models

from ninghai.models import Unit


class IndexNumberCounter(models.Model):
    """The last number drawn for a unit and year: a locked row, so that numbers have no gap and no twin."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发布机构")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("已用流水号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "索引号流水"
        ordering = ["unit", "year"]
        constraints = [models.UniqueConstraint(name="one_counter_per_unit_and_year", fields=["unit", "year"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.year} {self.last}"
