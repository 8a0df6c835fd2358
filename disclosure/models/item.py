"""Items (公开信息): what a unit writes and the public reads, its states and each of its moves by name."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from disclosure.catalogue.search.query_words import matches
from disclosure.models.basic_catalogue import CatalogueEntry, Topic
from disclosure.models.public_content import Content, hash_of, read_content
from disclosure.models.states import Category, DisclosureMethod, ItemStatus, NonDisclosureReason, Validity
from ninghai.models import AuditEntry, OnceCreated, Role, Unit, User
from ninghai.models.state_machine import UNDO, LockingQuerySet, StatefulModel, Version

# What happens to an item (公开信息), each move under its own name; who may ask for it, and when, stands in the services.

NOT_SCHEDULED: dict[str, Any] = {"release_at": None, "scheduled_by": None}
A_DRAFT_AGAIN: dict[str, Any] = {"determined_on": None, **NOT_SCHEDULED}


class ItemMoves(StatefulModel):
    """The moves from the draft to the withdrawal, and the changes beside them."""

    statuses = ItemStatus
    author_fields = ("drafted_by",)

    validity: Any
    change_note: Any
    determined_on: Any
    method: Any

    class Meta:
        abstract = True

    def submit(self, *, by: User, at: datetime) -> None:
        """The clerk hands it to the unit's head."""
        self._move(ItemStatus.WITH_HEAD, by=by, at=at)

    def pass_on(self, *, by: User, at: datetime) -> None:
        """The unit's head passes it to the office for review."""
        self._move(ItemStatus.IN_REVIEW, by=by, at=at)

    def return_to_draft(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back to its drafter with a reason; a time set for its release goes with it."""
        self._move(ItemStatus.DRAFT, by=by, at=at, reason=reason, return_reason=reason, **A_DRAFT_AGAIN)

    def undoable(self, *, by: User, at: datetime) -> AuditEntry | None:
        """An answer of a moment ago, too, which moved nothing; but not what its unit took back itself."""
        last = AuditEntry.objects.about(self).order_by("-pk").first()
        if last and last.action == AuditEntry.Action.ANSWER and last.is_just_done(by=by, at=at, within=UNDO):
            return last
        move = super().undoable(by=by, at=at)
        return move if move and "recalled" not in move.detail else None

    def recall(self, *, by: User, at: datetime) -> None:
        """Its unit takes it back to the draft; a time set for its release goes with it."""
        self._move(ItemStatus.DRAFT, by=by, at=at, detail={"recalled": True}, return_reason="", **A_DRAFT_AGAIN)

    def discard(self, *, by: User, at: datetime) -> None:
        """Its unit gives the draft up."""
        self._move(ItemStatus.DISCARDED, by=by, at=at)

    def approve(self, *, by: User, at: datetime) -> None:
        """All three answers are given: on this day its disclosure is determined."""
        self._move(ItemStatus.APPROVED, by=by, at=at, determined_on=_determined(self.method, at))

    def schedule(self, *, by: User | None, at: datetime, release_at: datetime | None, reason: str = "") -> None:
        """Set the time of its release in the name of `by`, another time, or none any more."""
        acting = by.acting if by and release_at else None
        day = timezone.localtime(release_at).strftime("%Y-%m-%d %H:%M") if release_at else ""
        detail = {"release_at": day}
        self._change("schedule", by=by, at=at, reason=reason, detail=detail, release_at=release_at, scheduled_by=acting)

    def publish(
        self, *, by: User, at: datetime, index_number: str, public_since: datetime | None = None, **search: Any
    ) -> None:
        """Put it into the catalogue under its index number; only an import says that it was public before (`public_since`)."""
        public = _public(by, public_since or at, index_number)
        public["determined_on"] = self.determined_on or _determined(self.method, public_since or at)
        self._move(ItemStatus.PUBLISHED, by=by, at=at, **public, **search)

    def ask_for_release(self, *, by: User, at: datetime, reason: str) -> None:
        """The unit asks the signer for emergency release."""
        self._change("emergency", by=by, at=at, reason=reason, detail={"asked": True}, emergency_reason=reason)

    def release_at_once(self, *, by: User, at: datetime, index_number: str, reason: str, **search: Any) -> None:
        """Put it into the catalogue before its review, flagged (紧急公开)."""
        flagged: dict[str, Any] = {
            "is_emergency": True,
            "emergency_reason": reason,
            "determined_on": _determined(self.method, at),
        }
        flagged |= _public(by, at, index_number)
        self._move(ItemStatus.PUBLISHED, by=by, at=at, action="emergency", reason=reason, **flagged, **search)

    def close_review_after(self, *, by: User, at: datetime) -> None:
        """The three answers hold for what was released at once."""
        self._change("review_after", by=by, at=at, reviewed_after_at=at)

    def merge(self, *, by: User, at: datetime) -> None:
        """The revision's content has become that of the item it revises."""
        self._move(ItemStatus.MERGED, by=by, at=at, **NOT_SCHEDULED)

    def take_over(self, revision: Self, *, by: User, at: datetime, **content: Any) -> None:
        """Say from now on what the revision says."""
        detail = {"revision": revision.pk}
        reason = revision.change_note
        content |= {"updated_at": at, "determined_on": revision.determined_on}
        self._change("merge_revision", by=by, at=at, reason=reason, detail=detail, **content)

    def change_validity(self, *, by: User | None, at: datetime, reason: str, **changes: Any) -> None:
        """Say whether and how long it holds (时效), and what replaces it."""
        validity = changes.get("validity", self.validity)
        detail = {"from": self.validity, "to": validity}
        self._change("change_validity", by=by, at=at, reason=reason, detail=detail, **changes)

    def withdraw(
        self,
        *,
        by: User,
        at: datetime,
        reason: str,
        explanation: str,
        notice: str = "",
        replaced_by: Self | None = None,
    ) -> None:
        """Take it out of the catalogue; its number, the reason and the words for the public stay."""
        withdrawal: dict[str, Any] = {"withdrawal_reason": reason, "withdrawal_notice": notice}
        withdrawal |= {"replaced_by": replaced_by} if replaced_by else {}
        self._move(ItemStatus.WITHDRAWN, by=by, at=at, reason=explanation, withdrawn_at=at, **withdrawal)


def _determined(method: str, at: datetime) -> date | None:
    """Only what is not disclosed has grounds, and needs the day whose law they are read by."""
    return None if method == DisclosureMethod.PROACTIVE else timezone.localdate(at)


def _public(by: User, since: datetime, index_number: str) -> dict[str, Any]:
    return {"published_by": by, "published_at": since, "index_number": index_number, **NOT_SCHEDULED}


# Items (公开信息): what a unit writes and the public reads, with attachments and index numbers.


class ItemQuerySet(LockingQuerySet["Item"]):
    def published(self, at: datetime) -> "ItemQuerySet":
        """What the public may read at that moment: the only way in which public code reads items."""
        return self.filter(status=ItemStatus.PUBLISHED, published_at__lte=at)

    def withdrawn(self) -> "ItemQuerySet":
        """What was public once: its address answers 410 with the reason, or keeps the text with a label (`keeps_text`)."""
        return self.filter(status=ItemStatus.WITHDRAWN)

    def kept(self) -> "ItemQuerySet":
        """What was withdrawn and still shows its text at its own address, with a label: no list, search or feed has it."""
        return self.withdrawn().filter(withdrawal_reason__in=Item.TEXT_STAYS)

    def visible_to(self, user: User) -> "ItemQuerySet":
        """A unit's people see their own unit's items and those of a unit that it has replaced; the office sees its own and
        what a unit's head has passed on.

        What went back to its drafter stays in the office's sight: the head's answer of then, though void, is there. So
        does a draft for which the unit asks for emergency release.
        """
        acting = user.acting
        if acting is None:
            return self.none()
        of_the_unit = Q(unit__in=Unit.objects.inherited_by(acting.unit))
        if acting.role in {Role.OFFICE, Role.SIGNER}:
            within_unit = Q(status__in=[ItemStatus.DRAFT, ItemStatus.WITH_HEAD, ItemStatus.DISCARDED])
            once_passed_on = Q(pk__in=Item.objects.filter(answers__isnull=False).values("pk"))
            is_asked_for = ~Q(emergency_reason="")
            return self.filter(of_the_unit | ~within_unit | once_passed_on | is_asked_for)
        if acting.role in {Role.EDITOR, Role.REVIEWER}:
            return self.filter(of_the_unit)
        return self.none()

    def in_lists(self) -> "ItemQuerySet":
        """Without the drafts that were given up, which keep their own page alone."""
        return self.exclude(status=ItemStatus.DISCARDED)

    def search(self, words: str) -> "ItemQuerySet":
        """The items in whose title, numbers or text all the words are found: see disclosure.catalogue.search."""
        return self.filter(matches(words))

    def for_list(self) -> "ItemQuerySet":
        """With the names that a list shows and without the long columns that it does not."""
        return self.select_related("unit", "topic", "entry").defer("body").without_search()

    def for_rows(self) -> "ItemQuerySet":
        """With what a row of the catalogue shows, without names: whoever keeps them knows them by number."""
        return self.only(
            "title",
            "summary",
            "document_number",
            "index_number",
            "kind",
            "validity",
            "unit",
            "published_at",
        )

    def without_search(self) -> "ItemQuerySet":
        """Without the columns that only search reads."""
        return self.defer("title_vector", "text_vector", "search_text")

    def lock(self, pk: int | None, *, seen: Version = ...) -> "Item":
        """With its unit and topic; rules and content are asked of what this returns, for it may have changed since it was read."""
        return super(ItemQuerySet, self.select_related("unit", "topic").without_search()).lock(pk, seen=seen)

    def lock_both(self, item: "Item", named: "Item | None") -> "tuple[Item, Item | None]":
        """The item as it was read, and another that it is about to name, in whatever version; everybody locks two in one order.

        So two people who let two items name each other at once wait for one another, and the second one sees the first.
        """
        keys = sorted({item.pk} | ({named.pk} if named else set()))
        held = {pk: self.lock(pk) for pk in keys}
        held[item.pk].require_version(item.version)
        return held[item.pk], held[named.pk] if named else None

    def newest_first(self) -> "ItemQuerySet":
        return self.order_by("-published_at", "-pk")


class Item(ItemMoves, OnceCreated):
    """A piece of government information. `published_at` is the system's own stamp and cannot be set by anybody.

    Of what was taken over from elsewhere (历史信息导入) it is the beginning of the day of then (原发布日期), so that every
    list, feed, facet and site map has it where it belongs; `drafted_at` is the moment at which it was taken over.
    """

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
        OUTDATED = "outdated", "内容已过时"
        REPLACED = "replaced", "已由新的信息替代"

    TEXT_STAYS = frozenset({WithdrawalReason.OUTDATED, WithdrawalReason.REPLACED})  # readable, with a label

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
    body = models.TextField("正文", max_length=100_000, blank=True, help_text="每行一段。")
    formed_date = models.DateField("成文日期", null=True, blank=True, help_text="文件形成的日期，不是发布日期。")
    source = models.CharField("来源", max_length=100, blank=True)
    category = models.CharField("组配分类", max_length=20, choices=Category, blank=True, db_default="")
    unified_number = models.CharField("统一编号", max_length=60, blank=True, db_default="")
    audience = models.CharField("公开范围", max_length=50, default="面向全社会", db_default="面向全社会")
    method = models.CharField("公开方式", max_length=20, choices=DisclosureMethod, default=DisclosureMethod.PROACTIVE)
    method_reason = models.CharField(
        "不主动公开的理由", max_length=20, choices=NonDisclosureReason, blank=True, db_default=""
    )
    method_explanation = models.TextField("理由说明", max_length=300, blank=True, db_default="")
    next_review_date = models.DateField(
        "下次评估日期", null=True, blank=True, help_text="不予公开的信息要定期评估，可以公开的转为公开。"
    )
    determined_on = models.DateField(
        "公开属性确定日期",
        null=True,
        editable=False,
        help_text="不主动公开的，三项审查意见齐备的那一天；理由按这一天施行的法规。",
    )
    openness_mark = models.CharField("公开标注", max_length=30, blank=True, help_text="文末的标注，如“此件公开发布”。")
    validity = models.CharField("时效", max_length=20, choices=Validity, default=Validity.IN_FORCE)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("有效期至", null=True, blank=True, help_text="这一天之后失效。")
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="替代文件"
    )
    explains = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="interpretations", verbose_name="所解读的文件"
    )
    owes_interpretation = models.BooleanField(
        "须配发解读", default=False, db_default=False, help_text="文件公开后3个工作日内公开解读材料。"
    )
    original_published_on = models.DateField(
        "原发布日期", null=True, blank=True, help_text="信息在别处最早公布的日期；本平台的发布时间由系统记录。"
    )
    status = models.CharField("状态", max_length=20, choices=ItemStatus, default=ItemStatus.DRAFT)
    index_number = models.CharField("索引号", max_length=100, null=True, unique=True, editable=False)  # noqa: DJ001 - NULL: not yet drawn
    is_imported = models.BooleanField("由历史信息导入", default=False, db_default=False, editable=False)
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="revisions", verbose_name="修订的信息"
    )
    change_note = models.CharField("修改说明", max_length=200, blank=True, db_default="")
    hides_old_version = models.BooleanField("旧版本不再供查阅", default=False, db_default=False)
    release_at = models.DateTimeField("定时公开时间", null=True, editable=False)
    scheduled_by = models.ForeignKey(
        "ninghai.Membership", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name="定时人"
    )
    is_emergency = models.BooleanField("紧急公开", default=False, db_default=False, editable=False)
    emergency_reason = models.TextField("紧急公开的理由", max_length=1000, blank=True, db_default="", editable=False)
    reviewed_after_at = models.DateTimeField("补充审查完成时间", null=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间")
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="公开人"
    )
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    updated_at = models.DateTimeField("更新时间", null=True, editable=False)  # when a revision became its content
    withdrawal_reason = models.CharField(
        "撤回原因", max_length=20, choices=WithdrawalReason, blank=True, editable=False
    )
    withdrawal_notice = models.CharField("对公众的说明", max_length=200, blank=True, db_default="", editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    view_count = models.PositiveIntegerField("浏览次数", default=0, editable=False)
    title_vector = SearchVectorField(null=True, editable=False)  # see disclosure.catalogue.search
    text_vector = SearchVectorField(null=True, editable=False)
    search_text = models.TextField(max_length=4_000_000, blank=True, default="", db_default="", editable=False)

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
            models.CheckConstraint(
                name="undisclosed_text_is_never_public",
                condition=~Q(status__in=["published", "withdrawn"]) | Q(method="proactive") | Q(body="", summary=""),
                violation_error_message="不主动公开的信息只公布名称和理由，正文和内容概述必须为空。",
            ),
            models.CheckConstraint(
                name="not_disclosing_has_a_reason",
                condition=Q(method="proactive") | ~Q(method_reason="") | Q(status="draft"),
                violation_error_message="不主动公开的信息必须注明理由。",
            ),
            models.UniqueConstraint(
                name="one_open_revision_of_an_item",
                fields=["revises"],
                condition=Q(status__in=["draft", "with_head", "in_review", "approved"]),
                violation_error_message="这条信息已有一份修订稿正在办理。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], condition=Q(status="published"), name="catalogue_newest_first"
            ),
            models.Index(
                fields=["entry", "unit", "published_at"], condition=Q(status="published"), name="items_of_a_duty"
            ),
            models.Index(  # the front page, and how long a column has had nothing new
                fields=["kind", "-published_at", "-id"], condition=Q(status="published"), name="newest_of_a_kind"
            ),
            models.Index(
                fields=["published_at"],
                condition=Q(is_imported=True, original_published_on=None),
                name="items_without_their_day",
            ),
            models.Index(fields=["published_at"], condition=Q(owes_interpretation=True), name="items_to_interpret"),
            models.Index(fields=["release_at"], condition=~Q(release_at=None), name="items_to_release"),
            models.Index(
                fields=["expires_on"], condition=Q(validity="in_force") & ~Q(expires_on=None), name="items_to_expire"
            ),
            models.Index(
                fields=["next_review_date"], condition=~Q(next_review_date=None), name="items_to_assess_again"
            ),
            models.Index(fields=["reviewed_after_at"], condition=Q(is_emergency=True), name="items_released_at_once"),
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
    def keeps_text(self) -> bool:
        """Whether a withdrawn item's text stays readable at its address, with a label."""
        return self.status == ItemStatus.WITHDRAWN and self.withdrawal_reason in self.TEXT_STAYS

    @property
    def law_day(self) -> date | None:
        """The day whose law its grounds are read by: when its disclosure was determined; None of a draft.

        What was published before the portal kept that day counts by its publication.
        """
        if self.determined_on or self.published_at is None:
            return self.determined_on
        return timezone.localdate(self.published_at)

    @property
    def is_readable(self) -> bool:
        """Whether the public reads its text at its own address."""
        return self.status == ItemStatus.PUBLISHED or self.keeps_text

    def content(self) -> Content:
        """What of it the public will read, as the database holds it now: what is signed for, hashed, kept and compared."""
        return read_content(self)

    def content_hash(self) -> str:
        """The fingerprint (SHA-256, 64 hex digits) of that."""
        return hash_of(self.content())

    def stamp(self, *, at: datetime) -> None:
        """Note the fingerprint of what the public reads from now on (防篡改), where it is another than before."""
        if self.is_readable:
            now = self.content_hash()
            if self.stamps.order_by("-pk").values_list("content_hash", flat=True).first() != now:
                self.stamps.create(content_hash=now, stamped_at=at)

    @transaction.atomic
    def _move(self, to: models.TextChoices, *, by: User | None, at: datetime, **rest: Any) -> Self:
        super()._move(to, by=by, at=at, **rest)
        self.stamp(at=at)
        return self

    @transaction.atomic
    def _change(self, action: str, *, by: User | None, at: datetime, **rest: Any) -> Self:
        super()._change(action, by=by, at=at, **rest)
        self.stamp(at=at)
        return self
