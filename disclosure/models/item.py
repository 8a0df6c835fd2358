"""Items (公开信息): what a unit writes and the public reads, with attachments and index numbers."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from disclosure import search
from disclosure.models.catalogue import CatalogueEntry, Topic
from disclosure.states import DisclosureMethod, ItemStatus, Validity
from ninghai.models import OnceCreated, Role, StoredFile, Unit, User
from ninghai.moves import Movable


class ItemQuerySet(models.QuerySet["Item"]):
    def published(self, at: datetime) -> "ItemQuerySet":
        """What the public may read at that moment: the only way in which public code reads items."""
        return self.filter(status=ItemStatus.PUBLISHED, published_at__lte=at)

    def withdrawn(self) -> "ItemQuerySet":
        """What was public once: its address answers 410 with the reason and nothing else."""
        return self.filter(status=ItemStatus.WITHDRAWN)

    def visible_to(self, user: User) -> "ItemQuerySet":
        """A unit's people see their own unit's items; the office sees its own and what a unit's head has passed on.

        What went back to its drafter stays in the office's sight: the head's answer of then, though void, is there.
        """
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            within_unit = Q(status__in=[ItemStatus.DRAFT, ItemStatus.WITH_HEAD])
            once_passed_on = Q(pk__in=Item.objects.filter(answers__isnull=False).values("pk"))
            return self.filter(Q(unit=acting.unit) | ~within_unit | once_passed_on)
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.filter(unit=acting.unit)
        return self.none()

    def search(self, words: str) -> "ItemQuerySet":
        """The items in whose title, numbers or text all the words are found: see disclosure.search."""
        return self.filter(search.matches(words))

    def for_list(self) -> "ItemQuerySet":
        """With the names that a list shows and without the long columns that it does not."""
        return self.select_related("unit", "topic", "entry").defer("body", "title_vector", "text_vector")

    def newest_first(self) -> "ItemQuerySet":
        return self.order_by("-published_at", "-pk")


class Item(Movable, OnceCreated):
    """A piece of government information. `published_at` is the system's own stamp and cannot be set by anybody."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", "政策文件"
        INTERPRETATION = "interpretation", "政策解读"
        ANNOUNCEMENT = "announcement", "通知公告"
        CIRCULAR = "circular", "通报"
        PLAN = "plan", "规划计划"
        FINANCE = "finance", "财政信息"
        OTHER = "other", "其他信息"

    class WithdrawalReason(models.TextChoices):
        WRONG = "wrong", "内容有误"
        SECRECY = "secrecy", "涉及不宜公开内容"
        PERSONAL_DATA = "personal_data", "涉及个人信息"
        DUPLICATE = "duplicate", "重复发布"

    statuses = ItemStatus

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="items", verbose_name="发布机构")
    title = models.CharField("名称", max_length=200)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    kind = models.CharField("信息类型", max_length=20, choices=Kind, default=Kind.OTHER)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="主题分类"
    )
    entry = models.ForeignKey(
        CatalogueEntry, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="基本目录事项"
    )
    summary = models.TextField("内容概述", blank=True, max_length=300)
    body = models.TextField("正文", help_text="每行一段。")
    formed_date = models.DateField("成文日期", null=True, blank=True, help_text="文件形成的日期，不是发布日期。")
    source = models.CharField("来源", max_length=100, blank=True)
    method = models.CharField("公开方式", max_length=20, choices=DisclosureMethod, default=DisclosureMethod.PROACTIVE)
    openness_mark = models.CharField("公开标注", max_length=30, blank=True, help_text="文末的标注，如“此件公开发布”。")
    validity = models.CharField("时效", max_length=20, choices=Validity, default=Validity.IN_FORCE)
    original_published_on = models.DateField(
        "原发布日期", null=True, blank=True, help_text="信息在别处最早公布的日期；本平台的发布时间由系统记录。"
    )
    status = models.CharField("状态", max_length=20, choices=ItemStatus, default=ItemStatus.DRAFT)
    index_number = models.CharField("索引号", max_length=100, null=True, unique=True, editable=False)  # noqa: DJ001 - NULL: not yet drawn
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间")
    return_reason = models.TextField("退回理由", blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公开人"
    )
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    withdrawal_reason = models.CharField(
        "撤回原因", max_length=20, choices=WithdrawalReason, blank=True, editable=False
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    view_count = models.PositiveIntegerField("浏览次数", default=0, editable=False)
    title_vector = SearchVectorField(null=True, editable=False)  # see disclosure.search
    text_vector = SearchVectorField(null=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开信息"
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="published_item_has_number_and_time",
                condition=~Q(status__in=["published", "withdrawn"])
                | (Q(index_number__isnull=False) & Q(published_at__isnull=False)),
                violation_error_message="已公开的信息必须有索引号和发布时间。",
            ),
            models.CheckConstraint(
                name="withdrawn_item_has_a_reason",
                condition=~Q(status="withdrawn") | (~Q(withdrawal_reason="") & Q(withdrawn_at__isnull=False)),
                violation_error_message="撤回必须说明原因。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], condition=Q(status="published"), name="catalogue_newest_first"
            ),
            models.Index(fields=["unit", "status"], name="items_of_a_unit"),  # the unit's own list
            GinIndex(fields=["title_vector"], name="item_title_search"),
            GinIndex(fields=["text_vector"], name="item_text_search"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public address once it has a number, else its address at work."""
        if self.index_number:
            return reverse("disclosure:item-detail", args=[self.index_number])
        return reverse("disclosure:work-item-detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.status == ItemStatus.DRAFT

    @property
    def was_published_before(self) -> bool:
        """Whether it was public elsewhere before this portal took it over."""
        return self.original_published_on is not None

    def submit(self, *, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head."""
        self._move(ItemStatus.WITH_HEAD, by=by, at=at)

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office for review."""
        self._move(ItemStatus.IN_REVIEW, by=by, at=at)

    def return_to_draft(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back to its drafter with a reason."""
        self._move(ItemStatus.DRAFT, by=by, at=at, reason=reason, return_reason=reason)

    def approve(self, *, by: User, at: datetime) -> None:
        """All three answers are given."""
        self._move(ItemStatus.APPROVED, by=by, at=at)

    def publish(self, *, by: User, at: datetime, index_number: str, **search: Any) -> None:
        """Put it into the catalogue under its index number."""
        self._move(
            ItemStatus.PUBLISHED, by=by, at=at, published_by=by, published_at=at, index_number=index_number, **search
        )

    def withdraw(self, *, by: User, at: datetime, reason: "Item.WithdrawalReason", explanation: str) -> None:
        """Take it out of the catalogue; its number and the reason stay."""
        self._move(ItemStatus.WITHDRAWN, by=by, at=at, reason=explanation, withdrawal_reason=reason, withdrawn_at=at)


class Attachment(models.Model):
    """A file that belongs to an item (附件); public when the item is."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments", verbose_name="公开信息")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name="文件")
    label = models.CharField("附件名称", max_length=150)
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["item", "position", "pk"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("disclosure:attachment", args=[self.file_id])


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
