"""What an excessive application costs (信息处理费), from a day on, as the office has entered it with its source."""

from django.db import models


class FeeRate(models.Model):
    """By items or by pages. Without a row what stands in `requests.rules.fees` holds; where none held by law, a row changes nothing."""

    class By(models.TextChoices):
        ITEMS = "items", "按件计收"
        PAGES = "pages", "按量计收"

    by = models.CharField("计收方式", max_length=8, choices=By)
    valid_from = models.DateField("自何日起", help_text="这一天以后收到的申请按这里计算；以前收到的不变。")
    bands = models.TextField(
        "各档",
        max_length=500,
        help_text="一行一档，从1开始连续写：“1至10：0”指第1至10件（页）不收费，“201起：40”指第201件（页）起每件（页）40元。",
    )
    width = models.PositiveSmallIntegerField(
        "此后每增加（件、页）", null=True, blank=True, help_text="最后一档没有写“起”的才填，与下一项一起填。"
    )
    more = models.PositiveSmallIntegerField("每件（页）再增加（元）", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, help_text="写文件名称、文号，会写进收费通知书和公开指南。")

    class Meta:
        verbose_name = verbose_name_plural = "信息处理费标准"
        ordering = ["by", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="fee_rate_once_a_day",
                fields=["by", "valid_from"],
                violation_error_message="这种计收方式已经有从这一天起的标准，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()}（{self.valid_from}起）"
