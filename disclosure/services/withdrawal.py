"""Withdrawal (撤回): what leaves the catalogue; the reason decides what the public still sees at its address."""

from datetime import datetime
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure import rules
from disclosure.models import Item
from disclosure.privacy.short_words import require_impersonal
from disclosure.services.holding import hold_both
from disclosure.states import ItemStatus
from ninghai.models import User
from ninghai.moves import require


class WithdrawalFields(TypedDict):
    """What is said when an item is withdrawn; the reason is what the public reads, the explanation is for the trail."""

    reason: Item.WithdrawalReason
    explanation: str
    notice: str
    replaced_by: Item | None


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
    `explanation` is for the trail alone. Raises ValidationError, by field, as `must_be_withdrawable` does.
    """
    locked, successor = hold_both(item, replaced_by)
    require(rules.can_withdraw(by, locked))
    must_be_withdrawable(locked, reason=reason, explanation=explanation, notice=notice, replaced_by=successor)
    locked.withdraw(
        by=by, at=at, reason=reason, explanation=explanation.strip(), notice=notice.strip(), replaced_by=successor
    )
    return locked


def must_be_withdrawable(
    item: Item, *, reason: Item.WithdrawalReason, explanation: str, notice: str, replaced_by: Item | None
) -> None:
    """Raise ValidationError, by field: for what is missing, where a kept text would only be kept once more, for a notice
    that tells about people."""
    if not explanation.strip():
        raise ValidationError({"explanation": "请填写撤回说明。"})
    if item.keeps_text and reason in Item.TEXT_STAYS:
        raise ValidationError({"kind": "这条信息已经撤回并保留正文。不再提供正文的，请选择其他原因。"})
    if reason == Item.WithdrawalReason.REPLACED and replaced_by is None:
        raise ValidationError({"replaced_by": "已由新的信息替代的，请填写替代文件的索引号。"})
    require_impersonal(notice, field="notice", what="对公众的说明")
    if replaced_by is not None:
        must_be_able_to_replace(replaced_by, item)


def must_be_able_to_replace(successor: Item, item: Item) -> None:
    """Another item, public itself, that does not say in turn that this one replaces it; else ValidationError at its field."""
    if successor.pk == item.pk:
        raise ValidationError({"replaced_by": "替代文件不能是这条信息自己。"})
    if successor.status != ItemStatus.PUBLISHED:
        raise ValidationError({"replaced_by": "替代文件必须是已公开的信息。"})
    after: Item | None = successor
    seen: set[int] = set()
    while after is not None and after.pk not in seen:
        if after.pk == item.pk:
            raise ValidationError({"replaced_by": "替代文件又写明由这条信息替代，请核对。"})
        seen.add(after.pk)
        after = after.replaced_by
