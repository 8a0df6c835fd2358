"""The three signed answers (审查意见) that stand between a draft and the public."""

from django.db import models
from django.db.models import Q

from disclosure.models.item import Item
from ninghai.models import User


class AnswerQuerySet(models.QuerySet["Answer"]):
    def standing(self, *, content_hash: str) -> "AnswerQuerySet":
        """The answers that hold for this content: given for exactly these bytes, and not dropped by a return."""
        return self.filter(content_hash=content_hash, dropped_at=None)


class Answer(models.Model):
    """One signed answer of the review, bound to the hash of the text and files it was given for."""

    class Kind(models.TextChoices):
        SECRECY = "secrecy", "保密审查"
        PERSONAL_DATA = "personal_data", "个人信息审查"
        LEGALITY = "legality", "合法性与文字审查"

    item = models.ForeignKey(Item, models.CASCADE, related_name="answers", verbose_name="公开信息")
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
