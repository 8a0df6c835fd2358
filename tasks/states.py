"""The states of `tasks` and the moves between them; the records' named methods are the only doors."""

from enum import nonmember

from django.db import models


class NoticeStatus(models.TextChoices):
    """工作要点通知: read and corrected, then issued for good, or discarded."""

    DRAFT = "draft", "待下达"
    ISSUED = "issued", "已下达"
    DISCARDED = "discarded", "已作废"

    moves = nonmember({"draft": {"issued", "discarded"}, "issued": set(), "discarded": set()})


class AssignmentStatus(models.TextChoices):
    """A unit's duty: 办结 when a report that claims completion is accepted."""

    TODO = "todo", "待办"
    IN_PROGRESS = "in_progress", "办理中"
    COMPLETED = "completed", "办结"
    NOT_APPLICABLE = "not_applicable", "不适用"

    moves = nonmember(
        {
            "todo": {"in_progress", "completed", "not_applicable"},
            "in_progress": {"completed", "not_applicable"},
            "completed": set(),
            "not_applicable": set(),
        }
    )


class ProgressStatus(models.TextChoices):
    """进展填报 of one assignment for one period."""

    DRAFT = "draft", "草稿"
    WITH_HEAD = "with_head", "待审核"
    WITH_OFFICE = "with_office", "待确认"
    ACCEPTED = "accepted", "已接收"
    RETURNED = "returned", "退回"

    moves = nonmember(
        {
            "draft": {"with_head"},
            "with_head": {"with_office", "returned"},
            "with_office": {"accepted", "returned"},
            "returned": {"with_head"},
            "accepted": set(),
        }
    )


class Light(models.TextChoices):
    """How an assignment stands on a day against its due date alone: computed, never stored."""

    GREEN = "green", "期限内"
    YELLOW = "yellow", "即将到期"
    RED = "red", "已逾期"
    DONE = "done", "按时办结"
    DONE_LATE = "done_late", "逾期办结"
    NOT_APPLICABLE = "not_applicable", "不适用"
