"""Appeals (申诉) about public enterprises and complaints (投诉举报) about openness work beside their cases, the table of public
enterprises by which they find their way, and within how many days they are answered.

State, days and numbers are the case's (`ninghai.cases`); who appeals, and what about, is sealed under its key.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from ninghai.models import Case, SealedJSONField, SealedRecord, SealedTextField, Unit, User


class PublicEnterprise(models.Model):
    """公共企事业单位: one that serves everybody, and the department that is competent for its sector.

    Their own catalogues are a room of their own; `has_account` says whether they will fill these in themselves.
    """

    class Sector(models.TextChoices):
        EDUCATION = "education", "教育"
        HEALTH = "health", "医疗卫生"
        FAMILY = "family", "计划生育"
        WATER = "water", "供水"
        POWER = "power", "供电"
        GAS = "gas", "供气"
        HEAT = "heat", "供热"
        ENVIRONMENT = "environment", "环境保护"
        TRANSPORT = "transport", "公共交通"
        OTHER = "other", "其他"

    name = models.CharField(
        "名称", max_length=100, unique=True, error_messages={"unique": "这个名称已经有了，请修改那一条。"}
    )
    sector = models.CharField("行业", max_length=12, choices=Sector)
    department = models.ForeignKey(Unit, models.PROTECT, related_name="enterprises", verbose_name="主管部门")
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=60, blank=True)
    has_account = models.BooleanField("有账号", default=False, help_text="没有账号的，由主管部门代为公开。")
    is_active = models.BooleanField("在用", default=True, help_text="撤销、合并的取消勾选，以前的申诉不变。")

    class Meta:
        verbose_name = verbose_name_plural = "公共企事业单位"
        ordering = ["sector", "name"]

    def __str__(self) -> str:
        return self.name


class AppealMatter(models.TextChoices):
    ENTERPRISE = "enterprise", "公共企事业单位信息公开申诉"
    OPENNESS = "openness", "信息公开工作投诉举报"


class Appeal(SealedRecord):
    """What somebody finds wrong, of an enterprise or of a unit (`accused`), and the drafted answer."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="appeal", verbose_name="办件")
    matter = models.CharField("类别", max_length=10, choices=AppealMatter)
    enterprise = models.ForeignKey(
        PublicEnterprise, models.PROTECT, null=True, related_name="appeals", verbose_name="公共企事业单位"
    )
    accused = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="被反映的单位")
    content = SealedTextField("反映的内容")
    person = SealedJSONField("申诉人")
    answer = SealedTextField("答复内容", null=True, default=None)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="拟稿人")

    class Meta:
        verbose_name = verbose_name_plural = "申诉投诉"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="appeal_is_about_one",
                condition=models.Q(matter="enterprise", enterprise__isnull=False, accused=None)
                | models.Q(matter="openness", enterprise=None, accused__isnull=False),
                violation_error_message="请写明反映的是哪一个单位。",
            )
        ]

    def __str__(self) -> str:
        return str(self.case)


class AppealUnit(Unit):
    """A unit with the appeals in its register, as the county office counts them."""

    class Meta:
        proxy = True
        verbose_name = "单位"
        verbose_name_plural = "各单位申诉投诉"

    def get_absolute_url(self) -> str:
        return f"{reverse('admin:disclosure_appealunit_cases')}?{urlencode({'unit': self.code})}"


class AppealLimit(models.Model):
    """Within how many working days an answer is due, for what comes from a day on: the law sets none, the county does."""

    matter = models.CharField("类别", max_length=10, choices=AppealMatter)
    days = models.PositiveSmallIntegerField("工作日", validators=[MinValueValidator(1), MaxValueValidator(120)])
    valid_from = models.DateField("自何日起", help_text="这一天以后收到的按这里计算；以前收到的不变。")
    basis = models.CharField("依据", max_length=200, blank=True, help_text="写文件名称、文号和条款。")

    class Meta:
        verbose_name = verbose_name_plural = "申诉投诉办理期限"
        ordering = ["matter", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="appeal_limit_once_a_day",
                fields=["matter", "valid_from"],
                violation_error_message="这一类已经有从这一天起的期限，请修改那一条。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()}（{self.valid_from}起）"
