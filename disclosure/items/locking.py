"""Holding an item (占住): nobody else moves or changes it until the transaction ends."""

from disclosure.models import Item
from ninghai.models.state_machine import StaleError

SEARCHED = ("title_vector", "text_vector", "search_text")  # long, and nothing that a rule asks for


def hold(item: Item) -> Item:
    """The item as it is stored now, locked; StaleError if it is another one than the person saw.

    Rules and content are asked of what this returns: what was read before the lock may have changed since.
    """
    return hold_both(item, None)[0]


def hold_both(item: Item, named: Item | None) -> tuple[Item, Item | None]:
    """The item, and another one that it is about to name, whatever version of that; everybody locks two in one order.

    So two people who let two items name each other at once wait for one another, and the second one sees the first.
    """
    rows = Item.objects.select_for_update(of=["self"]).select_related("unit", "topic").defer(*SEARCHED)
    keys = [item.pk] if named is None else [item.pk, named.pk]
    held = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    if held[item.pk].version != item.version:
        raise StaleError(item)
    return held[item.pk], held[named.pk] if named else None
