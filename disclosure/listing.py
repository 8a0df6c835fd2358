"""A list of items in its order, page by page, with a count that stops at 10,000: counting a million costs more than reading.

Relevance puts first what was found in title and numbers, then what was found in the text, each newest first. Of few
hits all keys are read and sorted here; of very many, PostgreSQL walks along the date.
"""

from array import array
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper

from disclosure import search
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet

COUNT_LIMIT = 10_000
PIECE = 10_000  # keys read at once


class Hit(NamedTuple):
    """What sorts an item, in this order, greatest first."""

    in_title: bool
    published_at: datetime | None
    pk: int


class Found:
    """What a list shows: `count()` and slices of items, as Django's Paginator asks for."""

    def __init__(self, items: ItemQuerySet, *, words: str = "", by_date: bool = False) -> None:
        self.items, self.words, self.by_date = items, words, by_date

    def count(self) -> int:
        """How many there are, 10,000 at most."""
        return min(self._bounded_count, COUNT_LIMIT)

    @property
    def is_more(self) -> bool:
        """Whether there are more than are counted."""
        return self._bounded_count > COUNT_LIMIT

    @property
    def total(self) -> str:
        """The count in words."""
        return f"共 {COUNT_LIMIT:,} 条以上" if self.is_more else f"共 {self.count()} 条"

    def __getitem__(self, wanted: slice) -> list[Item]:
        if not self.words:
            return list(self.items.newest_first().for_list()[wanted])
        if not self.is_more:
            return self._in_order(self._sorted(self.items.search(self.words))[wanted])
        if self.by_date:
            return list(self.items.search(self.words).newest_first().for_list()[wanted])
        return self._titles_first(wanted.start or 0, wanted.stop)

    @property
    def matching(self) -> ItemQuerySet:
        """All that was found, in no order."""
        return self.items.search(self.words) if self.words else self.items

    def keys(self) -> "array[int]":
        """The keys of all that was found, in order, uncounted: eight bytes each, however many they are."""
        if not self.words:
            return keys_of(self.items)
        found = self.items.search(self.words)
        if not self.is_more:
            return array("q", (hit.pk for hit in self._sorted(found)))
        if self.by_date:
            return keys_of(found)
        in_title = search.title_matches(self.words)
        return keys_of(self.items.filter(in_title)) + keys_of(found.exclude(in_title))

    @cached_property
    def _bounded_count(self) -> int:
        return bounded_count(self.matching)

    def _sorted(self, items: ItemQuerySet) -> list[Hit]:
        """The keys of items that are few enough to be read, in order."""
        in_title = ExpressionWrapper(search.title_matches(self.words), output_field=BooleanField())
        keys = items.order_by().annotate(in_title=in_title).values_list("in_title", "published_at", "pk")
        hits = [Hit(*key) for key in keys]
        return sorted(hits, key=lambda hit: hit[1:] if self.by_date else hit, reverse=True)

    def _titles_first(self, start: int, stop: int) -> list[Item]:
        """A page of very many hits: those in titles, then the others."""
        in_title = search.title_matches(self.words)
        if bounded_count(self.items.filter(in_title)) > COUNT_LIMIT:
            return list(self.items.filter(in_title).newest_first().for_list()[start:stop])
        titles = self._sorted(self.items.filter(in_title))
        first = self._in_order(titles[start:stop])
        others = self.items.search(self.words).exclude(in_title).newest_first().for_list()
        return first + list(others[max(0, start - len(titles)) : max(0, stop - len(titles))])

    def _in_order(self, hits: Sequence[Hit]) -> list[Item]:
        found = {item.pk: item for item in self.items.filter(pk__in=[hit.pk for hit in hits]).for_list()}
        return [found[hit.pk] for hit in hits if hit.pk in found]


def keys_of(items: ItemQuerySet) -> "array[int]":
    """The keys, newest first, fetched piece by piece."""
    return array("q", items.newest_first().values_list("pk", flat=True).iterator(chunk_size=PIECE))


def bounded_count(items: ItemQuerySet) -> int:
    """How many there are, one more than the limit at most."""
    return items.order_by()[: COUNT_LIMIT + 1].count()
