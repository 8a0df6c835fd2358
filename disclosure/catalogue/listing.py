"""A list of items in its order, page by page, with a count that stops at 10,000: counting a million costs more than reading.

Relevance puts first what a unit that is named has published, then what was found in title and numbers, then what was found in the text, each newest first.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock

from django.utils import timezone

from disclosure.catalogue.search import QueryTerm, wanted
from disclosure.catalogue.search.hits import LIMIT, Counts, Hits, counts_of, hits
from disclosure.catalogue.search.query import all_words, own_papers, papers_of, title_matches
from disclosure.models import Item
from disclosure.models.item import ItemQuerySet
from ninghai.web.public_pages.kept import RevisionCache

COUNT_LIMIT = LIMIT
PIECE = 10_000  # keys read at once


class ItemListing:
    """What a list shows: `count()` and slices of items, as Django's Paginator asks for."""

    def __init__(self, items: ItemQuerySet, *, at: datetime, words: str = "", by_date: bool = False) -> None:
        self.items, self.at, self.words, self.by_date = items, at, words, by_date
        self.known_total: int | None = None  # where somebody has counted them already
        self.with_names = True  # of unit, topic and duty; else whoever shows them knows these by number

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
            return list(self._shown.newest_first()[wanted])
        return self._in_order(self.hits.pks[wanted])

    @cached_property
    def hits(self) -> Hits:
        """What the words find, in order."""
        return hits(self.items, self.words, at=self.at, by_date=self.by_date)

    @property
    def matching(self) -> ItemQuerySet:
        """All that was found, in no order."""
        return self.items.search(self.words) if self.words else self.items

    def keys(self) -> "array[int]":
        """The keys of all that was found, in order, uncounted: eight bytes each, however many they are."""
        if not self.words:
            return keys_of(self.items)
        if not self.is_more:
            return array("q", self.hits.pks)
        if self.by_date:
            return keys_of(self.items.search(self.words))
        return self._keys_by_relevance()

    def _keys_by_relevance(self) -> "array[int]":
        """In the order of `hits`, however many there are."""
        asked, left, keys = wanted(self.words), self.items, array("q")
        for own in own_papers(asked):
            keys += _title_first(left.filter(papers_of(own)), own.rest)
            left = left.exclude(unit__in=own.units)
        return keys + _title_first(left.filter(all_words(asked)), asked)

    @cached_property
    def _bounded_count(self) -> int:
        if self.words:
            return len(self.hits.pks) + self.hits.is_more
        if self.known_total is not None:
            return min(self.known_total, COUNT_LIMIT + 1)
        return self.items.order_by()[: COUNT_LIMIT + 1].count()

    @property
    def _shown(self) -> ItemQuerySet:
        return self.items.for_list() if self.with_names else self.items.for_rows()

    def _in_order(self, pks: Sequence[int]) -> list[Item]:
        found = {item.pk: item for item in self._shown.filter(pk__in=pks).order_by()}
        return [found[pk] for pk in pks if pk in found]


def _title_first(found: ItemQuerySet, asked: Sequence[QueryTerm]) -> "array[int]":
    in_title = title_matches(asked)
    return keys_of(found.filter(in_title)) + keys_of(found.exclude(in_title))


def keys_of(items: ItemQuerySet) -> "array[int]":
    """The keys, newest first, fetched piece by piece."""
    return array("q", items.newest_first().values_list("pk", flat=True).iterator(chunk_size=PIECE))


# How many of the listed items belong to each unit, topic, duty, kind and year: what the catalogue can be narrowed by.


class Busy(Exception):
    """Too many lists are being counted at this moment."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` by what is counted, then by key, code or year; `is_least` says that there may be more of each."""

    total: int
    counts: Counts
    is_least: bool = False


PATIENCE = 3.0  # seconds that a page waits for its turn to be counted

_kept: RevisionCache[Tally] = RevisionCache(most=1000)
_turn = Lock()  # one list at a time in a process: ever new combinations keep one thread busy, not all


def tally_of(found: ItemListing, *, conditions: dict[str, str], revision: str) -> Tally:
    """`conditions` are those that have left the found items: they and the day are all that the numbers depend on.

    Raises Busy where others are being counted for too long.
    """
    if found.words:
        return Tally(len(found.hits.pks), found.hits.counts, found.hits.is_more)
    key = (timezone.localdate(found.at), *sorted(conditions.items()))
    if (kept := _kept.look(key, revision=revision)) is not None:
        return kept
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy
    try:  # somebody before may have asked for the same
        return _kept.get(key, lambda: Tally(*counts_of(found.items)), revision=revision)
    finally:
        _turn.release()
