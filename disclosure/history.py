"""What happened to an item, in the words of the people who did it: read from the audit trail."""

from disclosure.models import Item
from disclosure.states import ItemStatus, Validity
from ninghai.models import AuditEntry
from ninghai.timeline import Event, told

MOVES = {
    ("draft", "with_head"): "提交单位审核",
    ("with_head", "in_review"): "单位审核通过，提交县政府办公室审查",
    ("with_head", "draft"): "单位退回修改",
    ("in_review", "draft"): "县政府办公室退回修改",
    ("approved", "draft"): "县政府办公室退回修改",
    ("draft", "discarded"): "放弃草稿",
    ("in_review", "approved"): "三项审查完成，等待公开",
    ("approved", "published"): "公开",
    ("published", "withdrawn"): "撤回",
    ("withdrawn", "withdrawn"): "撤回后不再提供正文",
    ("approved", "merged"): "公开，并入所修订的信息",
}
ACTS = {
    "draft": "起草",
    "edit": "修改",
    "revise": "起草修订稿",
    "merge_revision": "更新为修订后的内容",
    "review_after": "补充审查完成",
    "rule_on_hit": "核对个人信息",
    "mask": "制作脱敏副本",
}


def history(item: Item) -> list[Event]:
    """The item's events, oldest first; the answers of the review stand on the page by themselves."""
    entries = AuditEntry.objects.about(item).exclude(action=AuditEntry.Action.ANSWER)
    return [told(entry, what=what(entry)) for entry in entries]


def what(entry: AuditEntry) -> str:
    if entry.action == "move":
        if entry.detail.get("recalled"):
            return "本单位撤回送审"
        known = MOVES.get((entry.from_status, entry.to_status))
        return known or f"改为{ItemStatus(entry.to_status).label}"
    if entry.action == "emergency":
        return "申请紧急公开" if entry.detail.get("asked") else "紧急公开"
    if entry.action == "schedule":
        moment = entry.detail.get("release_at")
        return f"设定公开时间：{moment}" if moment else "取消定时公开"
    if entry.action == "change_validity":
        return f"时效变更为{Validity(entry.detail['to']).label}"
    return ACTS.get(entry.action) or entry.get_action_display()
