"""Why several words together found nothing: the words that are found nowhere, and what is left without them."""

from typing import TYPE_CHECKING

from disclosure.search.asking import Wanted, wanted
from disclosure.search.conditions import one_matches
from disclosure.search.hits import bitmaps_only

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet


def words_without_hits(items: "ItemQuerySet", query: str) -> list[Wanted]:
    """The words of the query that stand in no item."""
    with bitmaps_only():
        return [one for one in wanted(query) if not items.filter(one_matches(one)).order_by().exists()]


def without(query: str, missing: list[Wanted]) -> str:
    """The query without these words."""
    kept = [one for one in wanted(query) if one not in missing]
    return " ".join(f"“{one.typed}”" if one.is_phrase else one.typed for one in kept)
