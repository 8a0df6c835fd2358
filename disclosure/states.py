"""The states of an item and the moves between them; the item's named methods are the only doors."""

from enum import nonmember

from django.db import models


class ItemStatus(models.TextChoices):
    """Where it stands. Whether it still holds is another field, `validity`."""

    DRAFT = "draft", "草稿"
    WITH_HEAD = "with_head", "待审核"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "待公开"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤回"

    moves = nonmember(
        {
            "draft": {"with_head"},
            "with_head": {"draft", "in_review"},
            "in_review": {"draft", "approved"},
            "approved": {"draft", "published"},
            "published": {"withdrawn"},
            "withdrawn": set(),
        }
    )


class Validity(models.TextChoices):
    """时效 of a published document."""

    IN_FORCE = "in_force", "有效"
    EXPIRED = "expired", "失效"
    REPEALED = "repealed", "废止"


class DisclosureMethod(models.TextChoices):
    """公开方式."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
