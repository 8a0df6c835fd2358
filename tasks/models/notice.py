"""The notice of openness work points (政务公开工作要点通知) as the office keeps it: its text, its points, who is named."""

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import Q
from django.urls import reverse

from ninghai.models import OnceCreated, StoredFile, Unit, UnitGroup, User
from ninghai.models.state_machine import LockingQuerySet, StatefulModel, VersionedModel
from tasks.models.states import NoticeStatus
from tasks.notices.titles import LONGEST as LONGEST_TITLE
from tasks.notices.titles import title_of

# What people call a point, from the key by which the portal knows it.


def name_of_point(key: str) -> str:
    """Where a number repeats, 一1（同号第2条） and not 一1#2; every other key as it is."""
    number, _, count = key.partition("#")
    return f"{number}（同号第{count}条）" if count else key


def label_of_point(key: str, title: str) -> str:
    """What stands wherever a point is named: 一(三)2　完善解读制度."""
    return f"{name_of_point(key)}　{title}" if title else name_of_point(key)


class Rhythm(models.TextChoices):
    """报送频次: how often the units report on their open assignments."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half_year", "每半年"
    NONE = "none", "不定期报送"


class WorkPointNotice(StatefulModel, OnceCreated):
    """A yearly notice: imported as a draft, corrected beside its text, then issued (下达) or discarded (作废).

    A corrected edition (修订稿) is a draft that `amends` the issued one; it is merged into it, and every report stays.
    """

    statuses = NoticeStatus

    title = models.CharField("标题", max_length=200)
    document_number = models.CharField("发文字号", max_length=50, blank=True)
    issuing_office = models.CharField("发文机关", max_length=100, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    openness = models.CharField(
        "公开属性", max_length=20, blank=True, help_text="通知自身标明的公开方式，如“主动公开”。"
    )
    rhythm = models.CharField("报送频次", max_length=10, choices=Rhythm, default=Rhythm.QUARTER)
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="amendments", verbose_name="修订的通知"
    )
    source_file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="原文件", related_name="+")
    source_text = models.TextField("原文", max_length=1_000_000, editable=False)
    other = models.JSONField("要点以外的文字", default=list, editable=False)
    warnings = models.JSONField("识别提示", default=list, editable=False)
    status = models.CharField("状态", max_length=10, choices=NoticeStatus, default=NoticeStatus.DRAFT)
    imported_by = models.ForeignKey(User, models.PROTECT, verbose_name="导入人", related_name="+", null=True)
    imported_at = models.DateTimeField("导入时间")
    issued_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="下达人", related_name="+", null=True, editable=False
    )
    issued_at = models.DateTimeField("下达时间", null=True, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作要点通知"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_issued_notice_a_year",
                fields=["year"],
                condition=Q(status=NoticeStatus.ISSUED),
                violation_error_message="这一年度已有下达的工作要点通知。",
            ),
            models.CheckConstraint(
                name="issued_notice_has_its_moment",
                condition=~Q(status=NoticeStatus.ISSUED) | Q(issued_at__isnull=False),
                violation_error_message="已下达的通知必须有下达时间。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def years_issued(cls) -> list[int]:
        """The years of which a notice was issued (下达), newest first."""
        return list(cls.objects.filter(status=NoticeStatus.ISSUED).order_by("-year").values_list("year", flat=True))

    def get_absolute_url(self) -> str:
        """The office's page of the notice."""
        return reverse("admin:tasks_workpointnotice_change", args=[self.pk])

    @staticmethod
    def whole_text(path: str) -> list[str]:
        """Its columns that hold the whole text, as seen along a path from another record: a list need not read them row by row."""
        return [f"{path}__{name}" for name in ("source_text", "other", "warnings")]

    def issue(self, *, rhythm: Rhythm, by: User, at: datetime) -> None:
        """Issue the notice (下达): from now on its points are tasks, on which the units report in that rhythm."""
        self._move(NoticeStatus.ISSUED, by=by, at=at, rhythm=rhythm, issued_by=by, issued_at=at)

    def revoke(self, *, reason: str, counts: dict[str, int], by: User, at: datetime) -> None:
        """Take the issue back (撤销下达); `counts` says what was taken back with it."""
        taken_back: dict[str, Any] = {"issued_by": None, "issued_at": None}
        self._move(NoticeStatus.DRAFT, by=by, at=at, reason=reason, detail=counts, **taken_back)

    def merge(self, *, by: User, at: datetime) -> None:
        """The amendment has become part of the notice that it amends (并入)."""
        self._move(NoticeStatus.MERGED, by=by, at=at)

    def discard(self, *, reason: str, by: User, at: datetime) -> None:
        """Put the draft aside (作废)."""
        self._move(NoticeStatus.DISCARDED, by=by, at=at, reason=reason)


class Place(NamedTuple):
    """Where a point stands in the document: in a part (部分) and a section (节), either of which it may lack."""

    part_number: str = ""
    part_title: str = ""
    section_number: str = ""
    section_title: str = ""

    @property
    def part(self) -> str:
        return f"{self.part_number}、{self.part_title}" if self.part_number else self.part_title

    @property
    def section(self) -> str:
        return f"{self.section_number}{self.section_title}"


class PointsOfToday(models.Manager["WorkPoint"]):
    """Without the points that an amendment took out."""

    def get_queryset(self) -> models.QuerySet["WorkPoint"]:
        return super().get_queryset().filter(removed_on=None)


class WorkPoint(VersionedModel):
    """One point of the notice (工作要点); `key` is what the document itself would call it, such as 一(二)3.

    An amendment may add, rewrite and remove points of an issued notice; `WorkPointEdition` keeps what was written before.
    """

    notice = models.ForeignKey(WorkPointNotice, models.CASCADE, related_name="points", verbose_name="通知")
    position = models.PositiveIntegerField("顺序")
    key = models.CharField("编号", max_length=40)
    part_number = models.CharField("部分序号", max_length=10, blank=True)
    part_title = models.CharField("部分标题", max_length=200, blank=True)
    section_number = models.CharField("节序号", max_length=10, blank=True)
    section_title = models.CharField("节标题", max_length=200, blank=True)
    number = models.CharField("条序号", max_length=10, blank=True)
    title = models.CharField(
        "短标题",
        max_length=LONGEST_TITLE,
        blank=True,
        default="",
        db_default="",
        help_text="与编号并列显示，最多18个字。留空的按内容自动生成。",
    )
    text = models.TextField("内容", max_length=20_000)
    responsibility_texts = models.JSONField("责任分工原文", default=list, blank=True)
    limits = models.JSONField(
        "时间要求", default=dict, blank=True, help_text="识别出的截止日期、办理时限、周期要求和长期要求。"
    )
    due_date = models.DateField("完成时限")
    due_date_is_default = models.BooleanField(
        "时限为默认", default=False, help_text="原文没有写明日期的，默认为当年12月31日。"
    )
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="carried_to", verbose_name="结转自"
    )
    added_on = models.DateField("修订新增日期", null=True, editable=False, help_text="原通知就有的为空。")
    removed_on = models.DateField("修订删除日期", null=True, editable=False, help_text="仍在通知中的为空。")

    objects = PointsOfToday()
    ever: ClassVar[models.Manager["WorkPoint"]] = models.Manager()  # removed ones too, for pages of an earlier day

    class Meta:
        verbose_name = verbose_name_plural = "工作要点"
        ordering = ["notice", "position"]
        constraints = [
            models.UniqueConstraint(
                name="point_key_once_in_a_notice",
                fields=["notice", "key"],
                condition=Q(removed_on=None),
                violation_error_message="编号重复。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice.year}年 {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A point that has no title yet gets one made of its words."""
        self.title = self.title or title_of(self.text)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Its place in the public's page of progress; before it is issued, in the office's page of the notice."""
        if self.notice.status == NoticeStatus.ISSUED:
            return f"{reverse('tasks:progress-year', args=[self.notice.year])}#point-{self.pk}"
        return f"{self.notice.get_absolute_url()}?point={self.pk}#point-{self.pk}"

    @property
    def name(self) -> str:
        """Its key as people read it: where a number repeats, 一1（同号第2条） and not 一1#2."""
        return name_of_point(self.key)

    @property
    def label(self) -> str:
        """Name and short title, as the point is called on every page and in every message and paper."""
        return label_of_point(self.key, self.title)

    @property
    def place(self) -> Place:
        return Place(self.part_number, self.part_title, self.section_number, self.section_title)

    @place.setter
    def place(self, place: Place) -> None:
        for field, value in place._asdict().items():
            setattr(self, field, value)

    @property
    def part(self) -> str:
        return self.place.part

    @property
    def section(self) -> str:
        return self.place.section

    def is_removed(self, *, on: date) -> bool:
        """Whether an amendment had taken it out by the end of that day (修订后不再列入)."""
        return self.removed_on is not None and self.removed_on <= on

    @staticmethod
    def default_due_date(year: int) -> date:
        """A point without a date is due on the last day of its year."""
        return date(year, 12, 31)


NAMED_UNITS = 6  # that a name stands for are named, the others are counted


class Responsibility(models.Model):
    """A name in a point's responsibility brackets, as written, in its role; resolved to units before the notice is issued."""

    class Role(models.TextChoices):
        """Stronger first: where a unit is named twice, the stronger role wins."""

        LEAD = "lead", "牵头"
        RESPONSIBLE = "responsible", "责任"
        SUPPORTING = "supporting", "配合"
        GUIDING = "guiding", "指导"

    strength: ClassVar[list[str]] = Role.values

    point = models.ForeignKey(WorkPoint, models.CASCADE, related_name="responsibilities", verbose_name="工作要点")
    position = models.PositiveIntegerField("顺序")
    name = models.CharField("原文名称", max_length=60)
    role = models.CharField("角色", max_length=12, choices=Role)
    is_group = models.BooleanField("单位组", default=False)
    group = models.ForeignKey(
        UnitGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对应单位组"
    )
    units = models.ManyToManyField(Unit, verbose_name="对应单位", blank=True, related_name="responsibilities")
    is_resolved = models.BooleanField("已确定单位", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "责任分工"
        ordering = ["point", "position"]
        constraints = [
            models.UniqueConstraint(
                name="name_and_role_once_in_a_point",
                fields=["point", "name", "role"],
                violation_error_message="同一要点中该名称已有相同角色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_role_display()}）"

    @property
    def meaning(self) -> str:
        """Which units it stands for, as a clause: 即县财政局; empty where its own words say so."""
        if not self.is_resolved:
            return "还没有确定是哪个单位"
        units = [str(unit) for unit in self.units.all()]
        shown = "、".join(units[:NAMED_UNITS])
        rest = f"等{len(units)}个单位" if len(units) > NAMED_UNITS else ""
        return "" if units == [self.name] else f"即{shown}{rest}"

    @property
    def with_meaning(self) -> str:
        """财政部（责任，即县财政局）."""
        return f"{self.name}（{'，'.join(filter(None, [self.get_role_display(), self.meaning]))}）"


class UnitChoice(VersionedModel):
    """常用单位组合: what the office takes a name such as 有关部门 to mean again and again, under a title of its own.

    `name` is folded (tasks.notices.responsibilities): however a notice writes it, the same choices are offered.
    """

    name = models.CharField("原文名称", max_length=60, help_text="如“有关部门”。")
    title = models.CharField("组合名称", max_length=60, help_text="如“财经类部门”，供下次选用。")
    units = models.ManyToManyField(Unit, verbose_name="包含单位", related_name="+")
    kept_by = models.ForeignKey(User, models.PROTECT, verbose_name="保存人", related_name="+")
    kept_at = models.DateTimeField("保存时间")
    is_offered = models.BooleanField("供选用", default=True, help_text="不再选用的取消勾选，以前的选用不受影响。")

    class Meta:
        verbose_name = verbose_name_plural = "常用单位组合"
        ordering = ["name", "title"]
        constraints = [
            models.UniqueConstraint(
                name="choice_title_once_for_a_name",
                fields=["name", "title"],
                violation_error_message="这个名称下已有同名的单位组合。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}：{self.title}"


# A breakdown workbook between the look at what it would change and the word that does it.


class BreakdownUpload(OnceCreated):
    """A workbook that was uploaded for a notice (待导入的分解表) without an error; applied at most once."""

    notice = models.ForeignKey(
        WorkPointNotice, models.PROTECT, related_name="breakdown_uploads", verbose_name="工作要点通知"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    result = models.ForeignKey(
        WorkPointNotice,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="导入结果",
        help_text="导入到的通知，已下达的通知为新建的修订稿；尚未导入的为空。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "待导入的分解表"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)
