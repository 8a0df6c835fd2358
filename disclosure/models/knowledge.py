"""知识库: questions and their answers, edition by edition, each with its owner and its source; and what people asked in vain."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from disclosure.models.basic_catalogue import Topic
from disclosure.models.item import Item
from disclosure.models.public_content import hash_of
from disclosure.models.review import SignedAnswer
from disclosure.models.service import GuideVersion, Service
from disclosure.models.states import ItemStatus, KnowledgeStatus, Validity
from disclosure.models.versions import PublicVersion
from ninghai.models import Unit, User, visible_by_unit
from ninghai.models.state_machine import LockingQuerySet, StatefulModel

HASHED = (
    *("unit_id", "topic_id", "question", "other_words", "answer", "service_id", "item_id", "source_words", "fields"),
    *("valid_until", "review_by"),
)


# Of which source people can read something.
IS_PUBLIC = Q(item__status=ItemStatus.PUBLISHED, item__validity=Validity.IN_FORCE)
HAS_NO_VERSION = Q(service=None, item=None)


def _is_offered(on: date) -> Q:
    return Q(service__isnull=False) & (Q(service__cancelled_on=None) | Q(service__cancelled_on__gt=on))


class KnowledgeQuerySet(LockingQuerySet["Knowledge"]):
    def visible_to(self, user: User) -> Self:
        return visible_by_unit(self, user)

    def unfinished(self) -> Self:
        return self.filter(status__in=KnowledgeStatus.unfinished)

    def newest(self) -> "KnowledgeQuerySet":
        """Of each answer the last edition that was not given up."""
        alive = self.exclude(status=KnowledgeStatus.DISCARDED)
        return Knowledge.objects.filter(pk__in=alive.order_by("number", "-edition").distinct("number").values("pk"))

    def with_source(self, *, on: date) -> Self:
        """With the version of the source that holds on that day (`source_now`): none where the source is there no more, 0 for
        words without a version. The day alone decides, so that nothing has to be done at midnight."""
        guide = GuideVersion.objects.in_force(on=on).filter(service=OuterRef("service")).values("number")
        earlier = PublicVersion.objects.filter(item=OuterRef("item")).order_by("-number").values("number")
        now = Case(
            When(_is_offered(on), then=Subquery(guide)),
            When(IS_PUBLIC, then=1 + Coalesce(Subquery(earlier[:1]), 0)),
            When(HAS_NO_VERSION, then=Value(0)),
            output_field=models.IntegerField(),
        )
        return self.annotate(source_now=now)

    def published(self, *, on: date) -> Self:
        return self.filter(status=KnowledgeStatus.PUBLISHED).with_source(on=on)

    def held(self, *, on: date) -> Self:
        """What people are told on that day: neither past its last day nor without its source (`source_now`, which would be
        asked row by row)."""
        guided = GuideVersion.objects.published().filter(effective_on__lte=on).values("service")
        has_source = HAS_NO_VERSION | IS_PUBLIC | _is_offered(on) & Q(service__in=guided)
        return self.published(on=on).filter(Q(valid_until=None) | Q(valid_until__gte=on), has_source)

    def to_check(self, *, on: date, by: date) -> Self:
        """Those under review: the source is another or gone, somebody doubts it; or one of its days comes until then."""
        is_other = Q(source_now=None) | ~Q(source_now=F("source_version"))
        return self.published(on=on).filter(is_other | ~Q(doubt="") | Q(review_by__lte=by) | Q(valid_until__lte=by))

    def for_list(self) -> Self:
        return self.select_related("unit", "topic", "service", "item").defer(
            "title_vector", "text_vector", "search_text", "service__search_text", "service__title_vector",
            "service__text_vector", "item__body", "item__search_text", "item__title_vector", "item__text_vector",
        )  # fmt: skip

    def for_staff(self) -> Self:
        """With what readers say of it, which no page of the public's shows."""
        return self.for_list().select_related("votes")


class Knowledge(StatefulModel):
    """One edition of an answer. What a source says is shown from the source (`fields`), not copied."""

    source_now: int | None  # of `with_source`

    statuses = KnowledgeStatus
    author_fields = ("drafted_by", "handed_in_by")

    number = models.PositiveIntegerField("编号", default=0, editable=False)  # the same for all its editions
    edition = models.PositiveSmallIntegerField("第几版", default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="knowledge", verbose_name="负责单位")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="knowledge", verbose_name="主题分类")
    question = models.CharField("问题", max_length=100)
    other_words = models.CharField("别的问法", max_length=200, blank=True)
    answer = models.TextField("解答", max_length=3000, blank=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="knowledge", verbose_name="来源事项")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="knowledge", verbose_name="来源信息")
    source_words = models.CharField("其他来源", max_length=200, blank=True)
    source_version = models.PositiveSmallIntegerField("核对时的来源版本", null=True, editable=False)
    fields: models.JSONField[Any, Any] = models.JSONField("引用的栏目", default=list)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    review_by = models.DateField("复核日期", null=True, blank=True)
    doubt = models.CharField("核对的原因", max_length=500, blank=True, editable=False)
    status = models.CharField("状态", max_length=10, choices=KnowledgeStatus, default=KnowledgeStatus.DRAFT)
    return_reason = models.TextField("退回理由", max_length=1000, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间")
    handed_in_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    published_at = models.DateTimeField("公布时间", null=True)
    checked_at = models.DateTimeField("核对时间", null=True)
    title_vector = SearchVectorField(null=True, editable=False)  # see disclosure.catalogue.search
    text_vector = SearchVectorField(null=True, editable=False)
    search_text = models.TextField(max_length=20_000, blank=True, default="", editable=False)

    objects = KnowledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "知识库解答"
        ordering = ["-number", "-edition"]
        constraints = [
            models.UniqueConstraint(name="one_answer_per_edition", fields=["number", "edition"]),
            models.UniqueConstraint(
                name="one_unfinished_edition_of_an_answer",
                fields=["number"],
                condition=Q(status__in=["draft", "with_head", "in_review"]),
                violation_error_message="这条解答已经有一版在起草，请打开原来的。",
            ),
            models.UniqueConstraint(
                name="one_public_edition_of_an_answer", fields=["number"], condition=Q(status="published")
            ),
            models.CheckConstraint(
                name="an_answer_has_one_source_at_most",
                condition=Q(service=None) | Q(item=None),
                violation_error_message="来源只填一个：服务事项，或者公开信息。",
            ),
            models.CheckConstraint(
                name="a_public_answer_is_reviewed_by_a_day",
                condition=~Q(status="published")
                | Q(review_by__isnull=False, published_at__isnull=False, source_version__isnull=False),
                violation_error_message="公布的解答要有复核日期和来源。",
            ),
        ]
        indexes = [
            models.Index(fields=["review_by"], condition=Q(status="published"), name="answers_to_check_again"),
            # The public list's search, the hotline's; written with the row, as a caller must not wait for a list of late words.
            GinIndex(fields=["title_vector"], name="knowledge_title_search", fastupdate=False),
            GinIndex(fields=["text_vector"], name="knowledge_text_search", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.question}（第{self.edition}版）"

    def get_absolute_url(self) -> str:
        return reverse("disclosure:knowledge", args=[self.number])

    @property
    def title(self) -> str:
        return self.question

    @property
    def is_published(self) -> bool:
        return self.status == KnowledgeStatus.PUBLISHED

    def content_hash(self) -> str:
        """The fingerprint (64 hex digits) of what is signed for: what stands in the database, whatever was typed meanwhile."""
        said = type(self)._base_manager.filter(pk=self.pk).values(*HASHED).get()
        return hash_of({"fields": {name: str(value or "") for name, value in said.items()}, "files": []})

    def hand_in(self, *, by: User, at: datetime) -> None:
        self._move(KnowledgeStatus.WITH_HEAD, by=by, at=at, handed_in_by=by, return_reason="")

    def pass_on(self, *, by: User, at: datetime) -> None:
        self._move(KnowledgeStatus.IN_REVIEW, by=by, at=at)

    def send_back(self, *, reason: str, by: User, at: datetime) -> None:
        self._move(KnowledgeStatus.DRAFT, by=by, at=at, reason=reason, return_reason=reason)

    def publish(self, *, source_version: int, by: User, at: datetime, **search: Any) -> None:
        """公布: checked against this version of its source."""
        public: dict[str, Any] = {"published_at": at, "checked_at": at, "source_version": source_version}
        self._move(KnowledgeStatus.PUBLISHED, by=by, at=at, **public, **search)

    def give_way(self, *, by: User, at: datetime) -> None:
        """A later edition is public instead."""
        self._move(KnowledgeStatus.REPLACED, by=by, at=at)

    def withdraw(self, *, reason: str, by: User, at: datetime) -> None:
        self._move(KnowledgeStatus.WITHDRAWN, by=by, at=at, reason=reason, return_reason=reason)

    def discard(self, *, by: User, at: datetime) -> None:
        self._move(KnowledgeStatus.DISCARDED, by=by, at=at)

    def question_it(self, *, reason: str, by: User, at: datetime) -> None:
        """送核对: the public is told that it is being checked."""
        self._change("edit", by=by, at=at, reason=reason, doubt=reason)

    def confirm(
        self, *, source_version: int, review_by: date, valid_until: date | None, by: User, at: datetime
    ) -> None:
        """核对无误: it holds for this version of its source, and is looked at again by another day."""
        days = {"review_by": f"{review_by}", "valid_until": f"{valid_until or ''}"}
        said: dict[str, Any] = {"source_version": source_version, "review_by": review_by, "valid_until": valid_until}
        detail = {**days, "source_version": source_version}
        self._change("edit", by=by, at=at, reason="核对无误", detail=detail, doubt="", checked_at=at, **said)


class KnowledgeAnswer(SignedAnswer):
    """One of the three answers of the review, as for an item; bound to the words and the source."""

    knowledge = models.ForeignKey(Knowledge, models.CASCADE, related_name="answers", verbose_name="知识库解答")

    class Meta:
        verbose_name = verbose_name_plural = "知识库审查意见"
        ordering = ["knowledge", "kind", "-signed_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_answer_per_kind_and_knowledge",
                fields=["knowledge", "kind", "content_hash"],
                condition=Q(dropped_at=None),
                violation_error_message="这项审查已经有人签署。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.knowledge} {self.get_kind_display()}"


class KnowledgeVotes(models.Model):
    """有没有帮助: how often readers of an edition said yes and no; never who. Apart from what is signed and audited."""

    knowledge = models.OneToOneField(
        Knowledge, models.CASCADE, primary_key=True, related_name="votes", verbose_name="知识库解答"
    )
    helped = models.PositiveIntegerField("有帮助", default=0)
    not_helped = models.PositiveIntegerField("没有帮助", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "公众评价"

    def __str__(self) -> str:
        return f"有帮助 {self.helped}，没有帮助 {self.not_helped}"


class MissedQuestion(models.Model):
    """What was asked and not found: normalised words and a count, never by whom; words with personal data are not kept."""

    words = models.CharField("问的词", max_length=60, unique=True)
    count = models.PositiveIntegerField("次数", default=1)
    first_on = models.DateField("最早")
    last_on = models.DateField("最近")

    class Meta:
        verbose_name = verbose_name_plural = "没有找到的问题"
        ordering = ["-count", "-last_on", "pk"]
        indexes = [models.Index(fields=["last_on"], name="questions_to_forget")]

    def __str__(self) -> str:
        return self.words
