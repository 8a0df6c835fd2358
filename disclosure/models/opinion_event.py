"""Public opinion (政务舆情) beside its case: what was found, who is talked about, and what the county has answered.

State, days, units and limits are the case's (`ninghai.cases`). What was posted, where, and about whom is sealed under the key of
the case; nothing public is made of it. What the office words itself (OpinionTerm) is data, and stands in no law.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from disclosure.models.item import Item
from ninghai.models import Case, SealedRecord, SealedTextField, StoredFile, Unit, User


class OpinionTermQuerySet(models.QuerySet["OpinionTerm"]):
    def offered(self, matter: str) -> "OpinionTermQuerySet":
        return self.filter(matter=matter, is_active=True).order_by("position", "pk")


class OpinionTerm(models.Model):
    """A word of the office for public opinion; one that is no longer wanted is switched off, and stays where it was used."""

    class Matter(models.TextChoices):
        TOPIC = "topic", "舆情领域"
        LEVEL = "level", "舆情等级"
        WAY = "way", "回应方式"
        BODY = "body", "共同处置单位"
        CRITERION = "criterion", "评估项目"

    class Ends(models.TextChoices):
        """Which limit a way of responding ends besides that of 48 hours, which any of them does."""

        FIRST = "first", "首次发布权威信息（5小时）"
        PRESS = "press", "举行新闻发布会（24小时）"

    matter = models.CharField("用于", max_length=10, choices=Matter)
    words = models.CharField("名称", max_length=60)
    ends = models.CharField(
        "完成哪个时限",
        max_length=5,
        choices=Ends,
        blank=True,
        help_text="只用于回应方式。不选的，只完成其他舆情48小时的回应。",
    )
    points = models.PositiveSmallIntegerField("满分", default=0, help_text="只用于评估项目。")
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="单位",
        help_text="只用于共同处置单位。不在本平台的不选，由县府办另行告知。",
    )
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    objects = OpinionTermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "舆情用语"
        ordering = ["matter", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="opinion_term_once",
                fields=["matter", "words"],
                violation_error_message="这一类里已经有同名的一条。",
            ),
            models.CheckConstraint(
                name="opinion_term_says_what_its_matter_asks",
                condition=(Q(ends="") | Q(matter="way"))
                & (Q(unit=None) | Q(matter="body"))
                & (Q(matter="criterion", points__gt=0) | ~Q(matter="criterion") & Q(points=0)),
                violation_error_message="完成哪个时限只用于回应方式，单位只用于共同处置单位，满分只用于评估项目，并且要大于0。",
            ),
        ]

    def __str__(self) -> str:
        return self.words


class OpinionEventQuerySet(models.QuerySet["OpinionEvent"]):
    def visible_to(self, user: User) -> "OpinionEventQuerySet":
        """The office and its head see every event, a unit's people those in which it leads or helps."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def with_case(self) -> "OpinionEventQuerySet":
        return self.select_related("case__unit", "case__data_key", "topic", "level", "data_key", "copy")


class OpinionEvent(SealedRecord):
    """One matter that people talk about. `source`, `link`, `quote`, `discussed` are for those alone who handle it."""

    class Grade(models.TextChoices):
        MAJOR = "major", "特别重大、重大突发事件"
        OTHER = "other", "其他政务舆情"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="opinion_event", verbose_name="办件"
    )
    grade = models.CharField("类别", max_length=5, choices=Grade)
    graded_at = models.DateTimeField("定级时间")
    topic = models.ForeignKey(OpinionTerm, models.PROTECT, related_name="+", verbose_name="领域")
    level = models.ForeignKey(OpinionTerm, models.PROTECT, null=True, related_name="+", verbose_name="等级")
    place = models.CharField("涉及地方", max_length=60, blank=True)
    happened_at = models.DateTimeField("发生时间", null=True)
    found_at = models.DateTimeField("发现时间")
    assigned_at = models.DateTimeField("交办时间", null=True)
    counted_from = models.CharField("起算", max_length=10)
    source = SealedTextField("来源")
    link = SealedTextField("网址")
    quote = SealedTextField("原文摘录")
    discussed = SealedTextField("涉及的人和单位")
    copy = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="网页留存",
        help_text="网页的内容加密保存，与原文一起销毁。",
    )
    copy_type = models.CharField("网页留存的格式", max_length=100, blank=True)
    copy_sha256 = models.CharField("网页留存的SHA-256", max_length=64, blank=True)

    objects = OpinionEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政务舆情"
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_opinion_is_found_after_it_happened",
                condition=Q(happened_at=None) | Q(happened_at__lte=models.F("found_at")),
                violation_error_message="发生时间不能晚于发现时间。",
            )
        ]
        indexes = [models.Index(fields=["-found_at", "-case"], name="opinions_by_day")]

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return f"/work/opinions/{self.pk}/"

    @property
    def copy_place(self) -> str:
        """Where the bytes of the kept page belong: sealed for this place, they open nowhere else."""
        return f"opinion-copy:{self.pk}"


class OpinionResponseQuerySet(models.QuerySet["OpinionResponse"]):
    def standing(self) -> "OpinionResponseQuerySet":
        """Those that were not entered by mistake."""
        return self.filter(withdrawn_at=None)


class OpinionResponse(models.Model):
    """One response, in public: when, how, by whom, where it can be read, and as which item the portal has it."""

    event = models.ForeignKey(OpinionEvent, models.PROTECT, related_name="responses", verbose_name="舆情")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="回应单位")
    way = models.ForeignKey(OpinionTerm, models.PROTECT, related_name="+", verbose_name="回应方式")
    happened_at = models.DateTimeField("回应时间")
    speaker = models.CharField("发布人", max_length=30)
    office = models.CharField("职务", max_length=60)
    channel = models.CharField("发布渠道", max_length=60)
    address = models.URLField("网址", max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="材料")
    entered_at = models.DateTimeField("登记时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="opinion_responses", verbose_name="回应关切信息"
    )
    withdrawn_at = models.DateTimeField("撤销登记的时间", null=True)

    objects = OpinionResponseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "舆情回应"
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.way}（{timezone.localtime(self.happened_at):%Y-%m-%d %H:%M}）"


class OpinionSuggestion(models.Model):
    """A constructive suggestion (建设性意见) out of it, in the office's neutral words, and whether it is taken up; that is published."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", "采纳"
        PARTLY = "partly", "部分采纳"
        NOT = "not", "不采纳"

    event = models.ForeignKey(OpinionEvent, models.PROTECT, related_name="suggestions", verbose_name="舆情")
    words = models.CharField("意见建议", max_length=200)
    outcome = models.CharField("采纳情况", max_length=6, choices=Outcome)
    explanation = models.CharField("说明", max_length=300)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="opinion_suggestions", verbose_name="公布采纳情况的信息"
    )

    class Meta:
        verbose_name = verbose_name_plural = "意见采纳情况"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words


class OpinionEvaluation(models.Model):
    """The sheet (评估) of one event: points by the office's criteria, and what is proposed to follow from it. A matter that was opened
    again has one for each time it was closed."""

    class Proposal(models.TextChoices):
        NONE = "none", "不作处理"
        CRITICISM = "criticism", "建议通报批评"
        TALK = "talk", "建议约谈"

    event = models.ForeignKey(OpinionEvent, models.PROTECT, related_name="evaluations", verbose_name="舆情")
    points = models.JSONField("得分", default=list)  # {"words", "points", "full"} in the order of the sheet
    words = models.CharField("评语", max_length=500)
    proposal = models.CharField("处理建议", max_length=10, choices=Proposal)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评估人")
    at = models.DateTimeField("评估时间")

    class Meta:
        verbose_name = verbose_name_plural = "舆情评估"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.event}评估"

    @property
    def total(self) -> int:
        return sum(each["points"] for each in self.points)
