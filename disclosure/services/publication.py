"""Publication (公开): what enters the public catalogue."""

from datetime import datetime

from django.db import transaction

from disclosure import rules
from disclosure.content_hash import content_hash
from disclosure.index_numbers import accept_imported_number, allocate_index_number
from disclosure.models import Item
from disclosure.privacy.gate import look_before, require_clean
from disclosure.searchable import search_columns
from disclosure.services.holding import hold
from disclosure.services.merging import merge_revision
from disclosure.undisclosed import must_say_nothing_more
from ninghai.models import User
from ninghai.moves import TransitionError, require


def publish_item(*, item: Item, by: User, at: datetime, imported_number: str = "") -> Item:
    """Give the reviewed item its index number (索引号) and put it into the catalogue.

    Its files are looked into before, without a lock. The number is drawn last, in the same transaction: two publishers
    publish once, a failure draws none. An item that was public elsewhere keeps the number it had there. A revision
    becomes the content of the item that it revises, which is returned. Raises StaleError when somebody was faster,
    TransitionError when the three answers do not hold for what would become public.
    """
    look_before(item)
    return _publish(item, by=by, at=at, imported_number=imported_number)


@transaction.atomic
def _publish(item: Item, *, by: User, at: datetime, imported_number: str) -> Item:
    locked = hold(item)
    require(rules.can_publish(by, locked), "您不能公开这条信息：起草人不能公开自己起草的信息。")
    if not rules.is_fully_answered(locked, content_hash(locked)):
        raise TransitionError("这条信息的内容在审查之后有改动，三项审查意见不再有效，请退回重新审查。")
    require_clean(locked)
    must_say_nothing_more(locked)
    if locked.revises_id:
        return merge_revision(locked, by=by, at=at)
    number = accept_imported_number(imported_number) if imported_number else ""
    number = number or allocate_index_number(locked, at=at)
    locked.publish(by=by, at=at, index_number=number, **search_columns(locked, index_number=number, at=at))
    return locked
