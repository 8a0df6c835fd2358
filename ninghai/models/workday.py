"""The editable part of the working-day calendar: days that are not what their weekday says."""

from django.db import models


class Workday(models.Model):
    """A day that the State Council's yearly notice makes a holiday (放假) or a working day (调休上班).

    Rows are seeded from `chinesecalendar` and may be corrected: the notice for 2019 still changed days of 2018.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "放假"
        WORKING = "working", "调休上班"

    date = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    name = models.CharField("说明", max_length=50, blank=True)
    source = models.CharField("依据", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()}"
