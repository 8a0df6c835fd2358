"""What a unit's guide to its information (政府信息公开指南) rests on besides the law, and the versions of the guide."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Max

from ninghai.models import Unit, User

REQUIRED = ("name", "address", "hours", "phone")  # whatever the unit has; a fax or a mail box it may lack


class OpennessOfficeQuerySet(models.QuerySet["OpennessOffice"]):
    def holding(self, *, on: date) -> Self:
        """Those that hold on that day, the one that was entered last first."""
        return self.filter(since__lte=on).order_by("-since", "-pk")


class OpennessOffice(models.Model):
    """政府信息公开工作机构: where a unit's openness office is from a day on. What changes is entered anew; nothing is overwritten."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="openness_offices", verbose_name="单位")
    since = models.DateField(
        "从哪天起", help_text="从这一天起公众看到新的内容。以前已经变更、今天才登记的，填实际变更的日期。"
    )
    name = models.CharField("机构名称", max_length=100, blank=True, help_text="本单位负责政府信息公开的科室。")
    address = models.CharField("办公地址", max_length=200, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)
    hours = models.CharField("办公时间", max_length=200, blank=True, help_text="如：工作日8:30至12:00，14:00至17:00。")
    phone = models.CharField("联系电话", max_length=60, blank=True, help_text="办公电话，不要填个人手机。")
    fax = models.CharField("传真", max_length=60, blank=True, help_text="公布了就要受理传真来的申请；没有的留空。")
    email = models.EmailField(
        "电子邮箱", max_length=150, blank=True, help_text="公布了就要受理发到这里的申请；没有的留空。"
    )
    reading_place = models.CharField(
        "政府信息查阅场所", max_length=200, blank=True, help_text="公众可以当面查阅政府信息、政府公报的地方和开放时间。"
    )
    supervision = models.CharField("监督电话", max_length=60, blank=True)
    entered_at = models.DateTimeField("登记时间", editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+", verbose_name="登记人")

    objects = OpennessOfficeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开工作机构"
        ordering = ["unit", "-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.since:%Y-%m-%d}"

    def said(self) -> list[tuple[str, str]]:
        """(label, words) of what the public reads; what is empty is left out."""
        return [(label, value) for label, value in self._told() if value]

    def missing(self, *, required: bool = False) -> list[str]:
        """The labels of what is empty: of everything, or of what each guide must say."""
        empty = [name for name in NAMES if not getattr(self, name) and (name in REQUIRED or not required)]
        return [LABELS[name] for name in empty]

    def _told(self) -> list[tuple[str, str]]:
        return [(LABELS[name], getattr(self, name)) for name in NAMES]


NAMES = ("name", "address", "postcode", "hours", "phone", "fax", "email", "reading_place", "supervision")
LABELS = {name: str(OpennessOffice._meta.get_field(name).verbose_name) for name in NAMES}  # type: ignore[union-attr]


class GuideEditionQuerySet(models.QuerySet["GuideEdition"]):
    def next_number(self) -> int:
        return (self.aggregate(last=Max("number"))["last"] or 0) + 1


class GuideEdition(models.Model):
    """A version (版本) of a unit's guide: what it rested on, when that changed, and since when the public reads it so."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="guide_editions", verbose_name="单位")
    number = models.PositiveIntegerField("版本")
    changed_on = models.DateField("变更日期")
    published_at = models.DateTimeField("公布时间")
    changes = models.JSONField("变更的内容", default=list)
    facts = models.JSONField("所依据的内容", default=dict)

    objects = GuideEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开指南版本"
        ordering = ["unit", "-number"]
        constraints = [models.UniqueConstraint(name="one_guide_edition_per_number", fields=["unit", "number"])]

    def __str__(self) -> str:
        return f"{self.unit} 第{self.number}版"
