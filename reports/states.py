"""The states of a report: how its rendering goes, and, apart from it, how far its sign-off is."""

from enum import nonmember

from django.db import models


class RenderStatus(models.TextChoices):
    """生成: the row is the truth; a worker claims it with a lease, the scheduler takes back what lost its worker."""

    QUEUED = "queued", "排队中"
    RENDERING = "rendering", "生成中"
    READY = "ready", "已生成"
    FAILED = "failed", "生成失败"
    CANCELLED = "cancelled", "已取消"

    moves = nonmember(
        {
            "queued": {"rendering", "cancelled"},
            "rendering": {"ready", "queued", "failed", "cancelled"},
            "ready": {"queued"},  # once more and for good, with number and day, when it is signed
            "failed": {"queued", "cancelled"},
            "cancelled": {"queued"},
        }
    )

    @classmethod
    def leading_to(cls, to: "RenderStatus") -> list[str]:
        """The states from which one may get there."""
        return [status for status, targets in cls.moves.items() if str(to) in targets]


class SignOff(models.TextChoices):
    """签发: a signed report never changes. Whether it is public (已公开) is said by its catalogue item, whether it was
    circulated (已印发) by its receipts, not here."""

    DRAFT = "draft", "草稿"
    CHECKED = "checked", "已核"
    SIGNED = "signed", "已签发"

    moves = nonmember({"draft": {"checked"}, "checked": {"signed", "draft"}, "signed": set()})


class Queue(models.TextChoices):
    """Which queue wakes a worker for a report: workers look into the first before the second."""

    SINGLE = "reports", "单份"
    BATCH = "report-batches", "批量"
