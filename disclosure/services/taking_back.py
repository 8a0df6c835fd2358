"""What a clerk takes back: an item that was handed in (撤回送审), and a draft that nobody needs (放弃草稿)."""

from datetime import datetime

from django.db import transaction

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold
from ninghai.models import User
from ninghai.moves import require


@transaction.atomic
def recall_item(*, item: Item, by: User, at: datetime) -> Item:
    """Take it back to the draft at any time before it is public; the answers given so far no longer hold, nor does a set time."""
    locked = hold(item)
    require(rules.can_recall(by, locked), "您不能撤回送审：只有起草单位能撤回，已经公开的要由县政府办公室办理撤回。")
    locked.recall(by=by, at=at)
    locked.answers.filter(dropped_at=None).update(dropped_at=at)
    return locked


@transaction.atomic
def discard_item(*, item: Item, by: User, at: datetime) -> Item:
    """Give up a draft, or a revision that was begun by mistake: it leaves all lists for good, and stays in the audit trail."""
    locked = hold(item)
    require(rules.can_discard(by, locked), "您不能放弃这份草稿：只有起草单位能放弃草稿，已送审的请先撤回送审。")
    locked.discard(by=by, at=at)
    return locked
