"""Withdrawal (撤回): what leaves the catalogue; the reason decides what the public still sees at its address."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold_both
from disclosure.states import ItemStatus
from ninghai.models import User
from ninghai.moves import require


@transaction.atomic
def withdraw_item(
    *,
    item: Item,
    reason: Item.WithdrawalReason,
    explanation: str,
    by: User,
    at: datetime,
    notice: str = "",
    replaced_by: Item | None = None,
) -> Item:
    """Take the item out of the catalogue (撤回).

    What is outdated or replaced keeps its text at its address, with a label; of anything else the address tells the
    kind of reason and the `notice`, and nothing of the content. A text that was kept can still be closed so. The
    `explanation` is for the trail alone. Raises ValidationError where a kept text would only be kept once more.
    """
    locked, successor = hold_both(item, replaced_by)
    require(rules.can_withdraw(by, locked))
    require(bool(explanation.strip()), "请填写撤回说明。")
    if locked.keeps_text and reason in Item.TEXT_STAYS:
        raise ValidationError({"kind": "这条信息已经撤回并保留正文。不再提供正文的，请选择其他原因。"})
    if reason == Item.WithdrawalReason.REPLACED:
        require(successor is not None, "已由新的信息替代的，请填写替代文件的索引号。")
    if successor is not None:
        must_be_able_to_replace(successor, locked)
    locked.withdraw(
        by=by, at=at, reason=reason, explanation=explanation.strip(), notice=notice.strip(), replaced_by=successor
    )
    return locked


def must_be_able_to_replace(successor: Item, item: Item) -> None:
    """Another item, public itself, that does not say in turn that this one replaces it."""
    require(successor.pk != item.pk, "替代文件不能是这条信息自己。")
    require(successor.status == ItemStatus.PUBLISHED, "替代文件必须是已公开的信息。")
    after: Item | None = successor
    seen: set[int] = set()
    while after is not None and after.pk not in seen:
        require(after.pk != item.pk, "替代文件又写明由这条信息替代，请核对。")
        seen.add(after.pk)
        after = after.replaced_by
