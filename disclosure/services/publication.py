"""Publication (公开) and withdrawal (撤回): what enters and what leaves the public catalogue."""

from datetime import datetime

from django.db import transaction

from disclosure import rules
from disclosure.content_hash import content_hash
from disclosure.index_numbers import accept_imported_number, allocate_index_number
from disclosure.models import Item
from disclosure.privacy.gate import require_clean
from disclosure.searchable import search_columns
from ninghai.models import User
from ninghai.moves import StaleError, TransitionError, require


@transaction.atomic
def publish_item(*, item: Item, by: User, at: datetime, imported_number: str = "") -> Item:
    """Give the reviewed item its index number (索引号) and put it into the catalogue.

    The number is drawn in the same transaction: two publishers publish once, a failure draws none. An item that was
    public elsewhere keeps the number it had there. Raises StaleError when somebody was faster, TransitionError when
    the three answers do not hold for what would become public.
    """
    locked = Item.objects.select_for_update(of=["self"]).select_related("unit").get(pk=item.pk)
    if locked.version != item.version:
        raise StaleError(item)
    require(rules.can_publish(by, locked), "您不能公开这条信息：起草人不能公开自己起草的信息。")
    if not rules.is_fully_answered(locked, content_hash(locked)):
        raise TransitionError("这条信息的内容在审查之后有改动，三项审查意见不再有效，请退回重新审查。")
    require_clean(locked)
    number = accept_imported_number(imported_number) if imported_number else ""
    number = number or allocate_index_number(locked, at=at)
    locked.publish(by=by, at=at, index_number=number, **search_columns(locked, index_number=number, at=at))
    return locked


def withdraw_item(*, item: Item, reason: Item.WithdrawalReason, explanation: str, by: User, at: datetime) -> Item:
    """Take the item out of the catalogue; the public then reads the kind of reason, the office's trail the explanation."""
    require(rules.can_withdraw(by, item))
    require(bool(explanation.strip()), "请填写撤回说明。")
    item.withdraw(by=by, at=at, reason=reason, explanation=explanation.strip())
    return item
