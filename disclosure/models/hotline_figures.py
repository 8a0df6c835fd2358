"""What the county sets for the ranking of units on the hotline, and each month as it was published (月度公布)."""

from datetime import date

from django.db import models

from ninghai.models import User


class HotlineRanking(models.Model):
    """排名规则, from a day on: who is not ranked. Without a row the default holds, which is 宁波's of 2018."""

    valid_from = models.DateField("自何日起", unique=True, help_text="从这一天以后开始的季度适用；以前的季度不变。")
    bar = models.PositiveSmallIntegerField(
        "不参加季度排名的件数", default=15, help_text="一个季度转办不超过这些件的单位不参加季度排名，但计入全年。"
    )
    basis = models.CharField(
        "依据", max_length=200, blank=True, help_text="写文件名称和条款；没有依据的注明为本县约定。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "热线排名规则"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from}起"

    @classmethod
    def on(cls, day: date) -> "HotlineRanking":
        """The rule that holds on that day."""
        found = cls.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
        return found or cls(valid_from=day)


class HotlineMonth(models.Model):
    """One month as the public reads it. What is too small to be told is not in `tables`, so that nothing can tell it."""

    month = models.DateField("月份", unique=True, help_text="这个月的第一天。")
    as_of = models.DateField("截至")
    tables = models.JSONField("数据", default=dict)
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="公布人")
    correction = models.CharField("更正说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "热线月度公布"
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month.year}年{self.month.month}月12345热线办理情况"

    def get_absolute_url(self) -> str:
        return f"/hotline/figures/{self.slug}/"

    @property
    def slug(self) -> str:
        return f"{self.month:%Y-%m}"
