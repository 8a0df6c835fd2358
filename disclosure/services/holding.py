"""Holding an item (占住): nobody else moves or changes it until the transaction ends."""

from disclosure.models import Item
from ninghai.moves import StaleError


def hold(item: Item) -> Item:
    """The item as it is stored now, locked; StaleError if it is another one than the person saw.

    Rules and content are asked of what this returns: what was read before the lock may have changed since.
    """
    rows = Item.objects.select_for_update(of=["self"]).select_related("unit", "topic")
    locked = rows.defer("title_vector", "text_vector", "search_text").get(pk=item.pk)
    if locked.version != item.version:
        raise StaleError(item)
    return locked
