"""The basic catalogue (主动公开基本目录) and what items are filed under: topics (主题分类), running index numbers (索引号), the site's standing pages."""

from datetime import date

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf

from disclosure.models.states import DisclosureMethod
from ninghai.models import StoredFile, Unit, User
from ninghai.models.calendar import LimitUnit
from ninghai.models.state_machine import VersionedModel

# The basic catalogue (主动公开基本目录): what must be disclosed, by whom, how soon, and how often.


class Channel(models.TextChoices):
    """公开渠道和载体, the tick boxes of the national form in their order."""

    WEBSITE = "website", "政府网站"
    GAZETTE = "gazette", "政府公报"
    NEW_MEDIA = "new_media", "两微一端"
    HEARING = "hearing", "发布会/听证会"
    BROADCAST = "broadcast", "广播电视"
    PRINT = "print", "纸质媒体"
    READING_ROOM = "reading_room", "公开查阅点"
    SERVICE_CENTRE = "service_centre", "政务服务中心"
    SERVICE_STATION = "service_station", "便民服务站"
    AT_HOME = "at_home", "入户/现场"
    NOTICE_BOARD = "notice_board", "社区/企事业单位/村公示栏（电子屏）"
    PUSHED = "pushed", "精准推送"
    OTHER = "other", "其他"


class Audience(models.TextChoices):
    """公开对象."""

    EVERYBODY = "everybody", "全社会"
    GROUPS = "groups", "特定群体"


class LimitEvent(models.TextChoices):
    """What the time limit counts from."""

    FORMED = "formed", "信息形成或者变更之日"
    APPROVED = "approved", "批准或者批复之日"
    DOCUMENT_PUBLISHED = "document_published", "文件公开之日"
    CHANGE_APPROVED = "change_approved", "办事条件变化经批准之日"
    HAPPENED = "happened", "事件发生之时"


class LimitLaw(models.TextChoices):
    """A limit that the law itself sets, so that it changes with the law."""

    ANNUAL_REPORT = "annual_report", "政府信息公开工作年度报告"


class UpdateRhythm(models.TextChoices):
    """更新周期: how often there must be something new; a lasting duty owes one item that holds."""

    AS_IT_ARISES = "as_it_arises", "有信息即公开"
    LASTING = "lasting", "长期公开"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half_yearly", "每半年"
    YEARLY = "yearly", "每年"


class BasicCatalogue(models.Model):
    """One list of duties with its explanation (编制说明): the county's own, or a field's national standard list."""

    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=100)
    explanation = models.TextField("编制说明", max_length=20_000, blank=True, help_text="每行一段。")
    office_note = models.TextField(
        "内部提示",
        max_length=20_000,
        blank=True,
        db_default="",
        help_text="待核实、待填写的事项，只有县政府办公室看到，公众看不到。",
    )
    columns = models.JSONField("显示的栏目", default=list, blank=True, help_text="留空时按国家标准目录的栏目。")
    position = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "主动公开基本目录"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["CatalogueEntry"]):
    def living(self, *, on: date) -> "EntryQuerySet":
        """The duties that still stand on that day; `retired_on` is the first day without the duty."""
        return self.filter(Q(retired_on=None) | Q(retired_on__gt=on))


class CatalogueEntry(models.Model):
    """A duty (公开事项), or a heading above duties; levels vary."""

    catalogue = models.ForeignKey(BasicCatalogue, models.PROTECT, related_name="entries", verbose_name="所属目录")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级事项"
    )
    code = models.CharField("编码", max_length=30, unique=True)
    name = models.CharField("公开事项", max_length=100)
    public_name = models.CharField(  # what the last edition calls it: what the office writes meanwhile is not public
        "公开的名称", max_length=100, blank=True, db_default="", editable=False
    )
    content_elements = models.TextField("公开内容（要素）", max_length=32_000, blank=True)
    legal_basis = models.TextField("公开依据", max_length=32_000, blank=True)
    time_limit = models.CharField("公开时限", max_length=100, blank=True, help_text="印在目录上的文字。")
    limit_amount = models.PositiveSmallIntegerField("时限数量", null=True, blank=True)
    limit_unit = models.CharField(
        "时限单位",
        max_length=20,
        blank=True,
        choices=[choice for choice in LimitUnit.choices if choice[0] != LimitUnit.BY_DATE],
    )
    limit_event = models.CharField("起算事件", max_length=30, blank=True, choices=LimitEvent)
    limit_month = models.PositiveSmallIntegerField("每年截止月", null=True, blank=True)
    limit_day = models.PositiveSmallIntegerField("每年截止日", null=True, blank=True)
    limit_law = models.CharField(
        "法定日期",
        max_length=20,
        blank=True,
        db_default="",
        choices=LimitLaw,
        help_text="选择后，每年截止日为3月31日的，各单位的日期按当年施行的条例计算；填了别的日期的，按填写的日期。",
    )
    rhythm = models.CharField("更新周期", max_length=20, choices=UpdateRhythm, default=UpdateRhythm.AS_IT_ARISES)
    publisher = models.CharField("公开主体", max_length=200, blank=True, help_text="印在目录上的文字。")
    units = models.ManyToManyField(Unit, through="EntryUnit", related_name="catalogue_entries", verbose_name="责任单位")
    channels = models.JSONField("公开渠道和载体", default=list, blank=True)
    audience = models.CharField("公开对象", max_length=20, choices=Audience, default=Audience.EVERYBODY)
    audience_words = models.CharField("特定群体", max_length=100, blank=True)
    method = models.CharField("公开方式", max_length=20, choices=DisclosureMethod, default=DisclosureMethod.PROACTIVE)
    at_county = models.BooleanField("县级", default=True)
    at_town = models.BooleanField("乡级", default=False)
    duration = models.CharField("公开时长", max_length=50, blank=True)
    site_column = models.CharField("网站所属栏目", max_length=50, blank=True)
    position = models.PositiveIntegerField("排序", default=0)
    retired_on = models.DateField(
        "停用日期", null=True, blank=True, help_text="停用的事项不再要求公开，已公开的信息保留。"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "基本目录事项"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="limit_is_whole",
                condition=Q(limit_amount=None, limit_unit="") | (Q(limit_amount__gte=1) & ~Q(limit_unit="")),
                violation_error_message="时限的数量和单位要一起填写，数量至少为 1。",
            ),
            models.CheckConstraint(
                name="yearly_limit_is_whole",
                condition=Q(limit_month=None, limit_day=None) | Q(limit_month__range=(1, 12), limit_day__range=(1, 31)),
                violation_error_message="每年截止的月和日要一起填写。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """As the public reads it: by the last edition that has it, or its own name before the first."""
        return self.public_name or self.name


PUBLIC_NAME = Coalesce(NullIf("public_name", Value("")), "name")


class EntryUnit(models.Model):
    """A unit owes what the entry names (责任单位), from one day to another."""

    entry = models.ForeignKey(CatalogueEntry, models.CASCADE, related_name="owed_by", verbose_name="公开事项")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="owes", verbose_name="责任单位")
    since = models.DateField("起始日期", null=True, blank=True)
    until = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开责任"
        ordering = ["entry", "unit"]
        constraints = [models.UniqueConstraint(name="a_unit_owes_an_entry_once", fields=["entry", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.entry}"


class CatalogueEdition(models.Model):
    """A version (版本) of a basic catalogue as the public reads it: its rows frozen, its change log, its booklet."""

    catalogue = models.ForeignKey(BasicCatalogue, models.PROTECT, related_name="editions", verbose_name="目录")
    number = models.PositiveIntegerField("版本")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    explanation = models.TextField("编制说明", max_length=20_000, blank=True)
    note = models.TextField("变更说明", max_length=2000, blank=True)
    rows = models.JSONField("事项", default=list)
    changes = models.JSONField("变更", default=list)
    booklet = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="目录手册")

    class Meta:
        verbose_name = verbose_name_plural = "目录版本"
        ordering = ["catalogue", "-number"]
        constraints = [models.UniqueConstraint(name="one_edition_per_number", fields=["catalogue", "number"])]

    def __str__(self) -> str:
        return f"{self.catalogue} 第{self.number}版"


# How official documents are classed: 国务院公文主题分类, two levels.


class Topic(models.Model):
    """A class of the State Council's topic scheme (国务院公文主题分类), two levels, shown as 综合政务\\政务公开."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级主题"
    )
    code = models.CharField("编码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=50)
    path = models.CharField("完整名称", max_length=110, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "主题分类"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.path


# The running numbers of index numbers (索引号).


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


# The standing pages of the disclosure site (政府信息公开专栏): the office writes their text.


class SitePage(VersionedModel):
    """公开指南, 公开制度, 公开年报: the words of one of the four columns (国办公开办函〔2019〕61号)."""

    class Column(models.TextChoices):
        GUIDE = "guide", "政府信息公开指南"
        RULES = "rules", "政府信息公开制度"
        STATUTORY = "statutory", "法定主动公开内容"
        ANNUAL = "annual", "政府信息公开年报"

    column = models.CharField("栏目", max_length=20, choices=Column, unique=True)
    body = models.TextField("正文", max_length=20_000, blank=True, help_text="每行一段。")
    updated_at = models.DateTimeField("更新时间", null=True, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="更新人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "专栏页面"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_column_display()
