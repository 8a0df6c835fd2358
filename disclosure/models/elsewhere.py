"""Where to go with what is not the county's units' to handle (不归本县单位办理的), as the office keeps it for the page 互动."""

from django.core.validators import URLValidator
from django.db import models

WEB = URLValidator(schemes=["http", "https"], message="请填写完整的网址，以 http:// 或者 https:// 开头。")


class ElsewhereQuerySet(models.QuerySet["Elsewhere"]):
    def shown(self) -> "ElsewhereQuerySet":
        return self.filter(is_shown=True).order_by("position", "pk")


class Elsewhere(models.Model):
    """One body outside: what it is for, and how it is reached; what the office does not know stays empty, and is not shown."""

    class Matter(models.TextChoices):
        ABOVE = "above", "国家、省、市单位的事"
        BESIDE = "beside", "别的县（市、区）的事"
        COURT = "court", "已经起诉、申请仲裁的事"
        REVIEW = "review", "已经申请行政复议的事"
        PETITION = "petition", "已经通过信访反映的事"
        HELP = "help", "求助、投诉、举报"

    matter = models.CharField("什么事", max_length=8, choices=Matter)
    name = models.CharField("找谁", max_length=100, help_text="写单位、热线或者网站的名称。")
    words = models.CharField("办理什么", max_length=200, help_text="一句话，写明哪些事找它。")
    phone = models.CharField("电话", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    website = models.CharField("网址", max_length=300, blank=True, validators=[WEB])
    position = models.PositiveSmallIntegerField("顺序", default=0)
    is_shown = models.BooleanField("在互动页面显示", default=True)

    objects = ElsewhereQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "不归本县办理的去处"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
