"""What happened to an item, in the words of the people who did it: read from the audit trail."""

from disclosure.models import Item
from disclosure.states import ItemStatus
from ninghai.models import AuditEntry
from ninghai.timeline import Event, told

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


def history(item: Item) -> list[Event]:
    """The item's events, oldest first."""
    return [told(entry, what=what(entry)) for entry in AuditEntry.objects.about(item)]


def what(entry: AuditEntry) -> str:
    if entry.action == "move":
        known = MOVES.get((entry.from_status, entry.to_status))
        return known or f"改为{ItemStatus(entry.to_status).label}"
    return ACTS.get(entry.action, entry.action)
