"""What stands between a draft and the public: the signed answers (审查意见), the finder's hits in files, and the rulings on them."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from disclosure.models.item import Item
from ninghai.models import Job, StoredFile, User

# The three signed answers (审查意见) that stand between a draft and the public.


class AnswerQuerySet(models.QuerySet[Any]):
    def standing(self, *, content_hash: str) -> Self:
        """The answers that hold for this content: given for exactly these bytes, and not dropped by a return."""
        return self.filter(content_hash=content_hash, dropped_at=None)


class SignedAnswer(models.Model):
    """One signed answer of a review, bound to the hash of the content it was given for."""

    class Kind(models.TextChoices):
        SECRECY = "secrecy", "保密审查"
        PERSONAL_DATA = "personal_data", "个人信息审查"
        LEGALITY = "legality", "合法性与文字审查"

    kind = models.CharField("审查内容", max_length=20, choices=Kind)
    content_hash = models.CharField(
        "内容散列值", max_length=64, help_text="正文与附件的 SHA-256，内容改动后此意见失效。"
    )
    comment = models.TextField("意见", max_length=2000, blank=True)
    checked = models.JSONField(
        "核对清单", default=list, db_default=models.Value([], models.JSONField()), help_text="签署时逐项勾选的内容。"
    )
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审查人")
    signed_at = models.DateTimeField("审查时间")
    dropped_at = models.DateTimeField("失效时间", null=True, editable=False, help_text="退回修改后，此前的意见失效。")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        abstract = True


class Answer(SignedAnswer):
    """About an item: its text and its files."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="answers", verbose_name="公开信息")

    class Meta:
        verbose_name = verbose_name_plural = "审查意见"
        ordering = ["item", "kind", "-signed_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_answer_per_kind_and_content",
                fields=["item", "kind", "content_hash"],
                condition=Q(dropped_at=None),
                violation_error_message="这项审查已经有人签署。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()}"


class CheckPoint(models.Model):
    """One line of the checklist (核对清单) that a reviewer ticks before signing; the office keeps the list."""

    kind = models.CharField("审查内容", max_length=20, choices=Answer.Kind)
    words = models.CharField("核对内容", max_length=100)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "核对清单"
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return self.words


# What the finder of personal data found in an item's files, and what a person ruled on each hit.


class ContentScan(models.Model):
    """The finder's result for one file, looked up by its hash so that nothing is scanned twice, and the file's words.

    A file that takes long waits here for its job: `scanned_at` is empty until then.
    """

    content_hash = models.CharField("内容散列值", max_length=64, unique=True)
    file = models.ForeignKey(StoredFile, models.CASCADE, null=True, related_name="scans", verbose_name="文件")
    hits = models.JSONField("发现", default=list)
    unreadable = models.JSONField("不能检查的文件", default=list)
    text = models.TextField("文字", max_length=4_000_000, blank=True)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="scan", verbose_name="后台任务")
    scanned_at = models.DateTimeField("检查时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "个人信息检查"
        ordering = ["-scanned_at"]
        indexes = [models.Index(fields=["id"], condition=Q(scanned_at=None), name="files_to_scan")]

    def __str__(self) -> str:
        return self.content_hash


class Ruling(models.Model):
    """Why a hit may be public (例外理由): coded, signed, and valid for this item as long as the hit reads the same.

    The exceptions are those of the 2018 notice, 四(二)2 (除惩戒公示、强制性信息披露外，对涉及个人隐私的信息要进行去标识化处理).
    """

    class Reason(models.TextChoices):
        NOT_PERSONAL = "not_personal", "经核对不是个人信息"
        PUNISHMENT = "punishment", "惩戒公示"
        MANDATORY = "mandatory", "强制性信息披露"
        OFFICIAL = "official", "公职人员履职信息"
        PUBLISHED_LIST = "published_list", "依法应当公示的名单"
        CONSENT = "consent", "本人同意公开"
        LOOKED_AT = "looked_at", "图片已人工核对"

    item = models.ForeignKey(Item, models.CASCADE, related_name="rulings", verbose_name="公开信息")
    fingerprint = models.CharField("指纹", max_length=64, help_text="种类、文件和文字的 SHA-256。")
    kind = models.CharField("种类", max_length=30)
    file = models.CharField("文件", max_length=300, blank=True)
    text = models.TextField("文字", max_length=5000)
    reason = models.CharField("例外理由", max_length=20, choices=Reason)
    note = models.CharField("说明", max_length=200, blank=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="核对人")
    ruled_at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = verbose_name_plural = "个人信息核对"
        ordering = ["item", "pk"]
        constraints = [models.UniqueConstraint(name="one_ruling_per_hit", fields=["item", "fingerprint"])]

    def __str__(self) -> str:
        return f"{self.item} {self.get_reason_display()}"


class PublicCheck(models.Model):
    """When the nightly round last looked at a public item (已公开信息复查), and how much of what it found nobody has ruled on."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="public_check", verbose_name="公开信息")
    checked_at = models.DateTimeField("复查时间")
    open_hits = models.PositiveIntegerField("未处理", default=0)
    words = models.CharField("发现", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "已公开信息复查"
        ordering = ["-open_hits", "checked_at"]
        indexes = [models.Index(fields=["checked_at"], name="public_items_to_check_again")]

    def __str__(self) -> str:
        return f"{self.item} {self.words}"
