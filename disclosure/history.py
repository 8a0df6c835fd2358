"""What happened to an item, in the words of the people who did it: read from the audit trail."""

from typing import Any

from django.utils import timezone

from disclosure.models import Item
from disclosure.states import ItemStatus
from ninghai.models import AuditEntry

MOVES = {
    ("draft", "with_head"): "提交单位审核",
    ("with_head", "in_review"): "单位审核通过，提交县政府办公室审查",
    ("with_head", "draft"): "单位退回修改",
    ("in_review", "draft"): "县政府办公室退回修改",
    ("approved", "draft"): "县政府办公室退回修改",
    ("in_review", "approved"): "三项审查完成，等待公开",
    ("approved", "published"): "公开",
    ("published", "withdrawn"): "撤回",
}
ACTS = {"draft": "起草", "edit": "修改"}


def history(item: Item) -> list[dict[str, Any]]:
    """The item's events, oldest first, as the timeline shows them."""
    return [
        {"at": timezone.localtime(entry.at), "who": who(entry), "what": what(entry), "reason": entry.reason}
        for entry in AuditEntry.objects.about(item)
    ]


def what(entry: AuditEntry) -> str:
    if entry.action == "move":
        known = MOVES.get((entry.from_status, entry.to_status))
        return known or f"改为{ItemStatus(entry.to_status).label}"
    return ACTS.get(entry.action, entry.action)


def who(entry: AuditEntry) -> str:
    if entry.actor is None:
        return "系统"
    return f"{entry.acting_unit.short_name} {entry.actor}" if entry.acting_unit else str(entry.actor)
