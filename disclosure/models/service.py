"""服务事项, 办事指南 and 一件事: what a unit does for people who ask, and what it tells them about it, version by version."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from disclosure.models.states import GuideStatus
from ninghai.models import Unit, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel

MOST_WORDS = 1000


def _is_code(length: int) -> RegexValidator:
    return RegexValidator(rf"\A[0-9A-Za-z]{{{length}}}\Z", f"应当是{length}位字母和数字。")


class ServiceQuerySet(models.QuerySet["Service"]):
    def open_to_the_public(self, *, on: date) -> Self:
        """Those with a guide that people can read, and not cancelled."""
        return self.filter(pk__in=GuideVersion.objects.published().values("service")).exclude(cancelled_on__lte=on)

    def for_list(self) -> Self:
        """With the unit, without the columns that only search reads."""
        return self.select_related("unit").defer("search_text", "title_vector", "text_vector")


class Service(models.Model):
    """One line of the county's list of services (服务事项清单), which the office keeps; its guide is found by name and text."""

    class Kind(models.TextChoices):
        PERMIT = "permit", "行政许可"
        CONFIRMATION = "confirmation", "行政确认"
        PAYMENT = "payment", "行政给付"
        REWARD = "reward", "行政奖励"
        RULING = "ruling", "行政裁决"
        OTHER = "other", "其他行政权力"
        PUBLIC = "public", "公共服务"

    code = models.SlugField(
        "事项代码", max_length=40, unique=True, help_text="字母、数字和短横线；公众页面的网址用它。"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services", verbose_name="实施主体")
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("事项类型", max_length=20, choices=Kind)
    base_code = models.CharField("基本编码", max_length=12, blank=True, validators=[_is_code(12)])
    implementation_code = models.CharField("实施编码", max_length=36, blank=True, validators=[_is_code(36)])
    cancelled_on = models.DateField("何日起取消", null=True, blank=True, help_text="这一天起公众看到事项已经取消。")
    cancel_reason = models.CharField("取消的原因", max_length=300, blank=True)
    title_vector = SearchVectorField(null=True, editable=False)  # see disclosure.catalogue.search
    text_vector = SearchVectorField(null=True, editable=False)
    search_text = models.TextField(max_length=200_000, blank=True, default="", editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务事项"
        ordering = ["unit__position", "code"]
        indexes = [  # the public list's search
            GinIndex(fields=["title_vector"], name="service_title_search"),
            GinIndex(fields=["text_vector"], name="service_text_search"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_cancelled_service_says_why",
                condition=Q(cancelled_on=None) | ~Q(cancel_reason=""),
                violation_error_message="请写明取消的原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    def get_absolute_url(self) -> str:
        return reverse("disclosure:service", args=[self.code])

    @property
    def title(self) -> str:
        return self.name

    def is_cancelled(self, *, on: date) -> bool:
        return self.cancelled_on is not None and self.cancelled_on <= on


class GuideMaterial(models.Model):
    """材料 that many guides ask for, defined once; cancelled (取消) it is asked for by none of them from that day on."""

    name = models.CharField("材料名称", max_length=100, unique=True)
    basis = models.CharField("要求提交的依据", max_length=300, blank=True)
    cancelled_on = models.DateField("何日起取消", null=True, blank=True, help_text="这一天起各指南都写明不再提交。")
    cancel_reason = models.CharField("取消的依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "共用材料"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="a_cancelled_material_says_why",
                condition=Q(cancelled_on=None) | ~Q(cancel_reason=""),
                violation_error_message="请写明取消的依据。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GuideVersionQuerySet(LockingQuerySet["GuideVersion"]):
    def visible_to(self, user: User) -> Self:
        return visible_by_unit(self, user, unit="service__unit")

    def with_service(self) -> Self:
        """With service and unit, without the columns that only search reads."""
        search = (f"service__{name}" for name in ("search_text", "title_vector", "text_vector"))
        return self.select_related("service__unit").defer(*search)

    def published(self) -> Self:
        return self.filter(status=GuideStatus.PUBLISHED)

    def unfinished(self) -> Self:
        return self.filter(status__in=GuideStatus.unfinished)

    def newest(self) -> Self:
        """Of each service the version that is worked on, or that was published last."""
        alive = self.exclude(status__in=[GuideStatus.DISCARDED, GuideStatus.CANCELLED])
        return alive.order_by("service_id", "-number").distinct("service_id")

    def in_force(self, *, on: date) -> Self:
        """Of each service the version that holds on that day; the date alone decides, nothing is done at midnight."""
        held = self.published().filter(effective_on__lte=on)
        return held.order_by("service_id", "-effective_on", "-number").distinct("service_id")


class GuideVersion(StatefulModel):
    """One version of a service's guide. `content` by the names of the national catalogue (see service_guides.content)."""

    statuses = GuideStatus
    author_fields = ("drafted_by", "handed_in_by")

    service = models.ForeignKey(Service, models.PROTECT, related_name="guides", verbose_name="服务事项")
    number = models.PositiveSmallIntegerField("第几版")
    status = models.CharField("状态", max_length=10, choices=GuideStatus, default=GuideStatus.DRAFT)
    content: models.JSONField[Any, Any] = models.JSONField("内容", default=dict)
    materials = models.ManyToManyField(GuideMaterial, related_name="guides", editable=False, verbose_name="申请材料")
    findings: models.JSONField[Any, Any] = models.JSONField("检查发现的问题", default=list, editable=False)
    what_changed = models.TextField("变更内容", max_length=MOST_WORDS, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    approval_paper = models.CharField("批准文件", max_length=100, blank=True)
    approved_on = models.DateField("批准日期", null=True)
    publish_by = models.DateField("公布期限", null=True, editable=False, help_text="批准后一个工作日。")
    return_reason = models.TextField("退回理由", max_length=MOST_WORDS, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间")
    handed_in_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="公布人")
    published_at = models.DateTimeField("公布时间", null=True)
    verify_code = models.CharField("核验码", max_length=9, blank=True, editable=False)

    objects = GuideVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"
        ordering = ["service_id", "-number"]
        constraints = [
            models.UniqueConstraint(name="one_guide_version_per_number", fields=["service", "number"]),
            models.UniqueConstraint(
                name="one_unfinished_guide_version",
                fields=["service"],
                condition=Q(status__in=["draft", "with_head", "approved"]),
                violation_error_message="这个事项已经有一版指南在起草，请打开原来的。",
            ),
            models.UniqueConstraint(name="guide_codes_once", fields=["verify_code"], condition=~Q(verify_code="")),
            models.CheckConstraint(
                name="a_public_guide_has_its_days",
                condition=~Q(status__in=["published", "cancelled"])
                | Q(effective_on__isnull=False, published_at__isnull=False) & ~Q(verify_code=""),
                violation_error_message="公布指南要写明施行日期。",
            ),
        ]
        indexes = [  # the version in force of every service, for the public list
            models.Index(fields=["service", "-effective_on"], condition=Q(status="published"), name="guides_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.service.name}办事指南（第{self.number}版）"

    @property
    def is_published(self) -> bool:
        return self.status == GuideStatus.PUBLISHED

    @property
    def findings_words(self) -> str:
        return f"{len(self.findings)}处问题" if self.findings else "没有问题"

    def is_coming(self, *, on: date) -> bool:
        return self.is_published and self.effective_on is not None and self.effective_on > on

    def hand_in(self, *, by: User, at: datetime) -> None:
        self._move(GuideStatus.WITH_HEAD, by=by, at=at, handed_in_by=by, return_reason="")

    def send_back(self, *, reason: str, by: User, at: datetime) -> None:
        cleared: dict[str, Any] = {"approved_on": None, "approved_by": None, "approval_paper": "", "publish_by": None}
        self._move(GuideStatus.DRAFT, by=by, at=at, reason=reason, return_reason=reason, **cleared)

    def approve(self, *, on: date, paper: str, publish_by: date | None, by: User, at: datetime) -> None:
        """批准: from here the limit for its publication runs."""
        said: dict[str, Any] = {"approved_on": on, "approval_paper": paper, "publish_by": publish_by, "approved_by": by}
        self._move(GuideStatus.APPROVED, by=by, at=at, **said)

    def publish(self, *, effective_on: date, what_changed: str, code: str, by: User, at: datetime) -> None:
        said: dict[str, Any] = {"effective_on": effective_on, "what_changed": what_changed, "verify_code": code}
        self._move(GuideStatus.PUBLISHED, by=by, at=at, published_by=by, published_at=at, **said)

    def cancel(self, *, reason: str, by: User, at: datetime) -> None:
        """取消: one that was to come and does not."""
        self._move(GuideStatus.CANCELLED, by=by, at=at, reason=reason, return_reason=reason)

    def discard(self, *, by: User, at: datetime) -> None:
        self._move(GuideStatus.DISCARDED, by=by, at=at)


class OneThing(models.Model):
    """一件事: what is one matter to a person, and several services to the units."""

    code = models.SlugField("代码", max_length=40, unique=True, help_text="字母、数字和短横线；公众页面的网址用它。")
    name = models.CharField("名称", max_length=100, help_text="如：我要开餐馆。")
    words = models.TextField("说明", max_length=MOST_WORDS, blank=True)
    services = models.ManyToManyField(Service, through="OneThingStep", related_name="one_things", verbose_name="事项")
    is_shown = models.BooleanField("向公众显示", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "一件事"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("disclosure:one-thing", args=[self.code])


class OneThingStep(models.Model):
    """A service among those of a 一件事, in its place."""

    one_thing = models.ForeignKey(OneThing, models.CASCADE, related_name="steps", verbose_name="一件事")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name="服务事项")
    position = models.PositiveSmallIntegerField("顺序", default=1)
    words = models.CharField("什么时候办", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "包括的事项"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="a_service_once_in_one_thing", fields=["one_thing", "service"])]

    def __str__(self) -> str:
        return f"{self.one_thing}：{self.service.name}"
