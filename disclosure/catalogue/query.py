"""One question to the public catalogue (检索): `CatalogueQuery` reads the address; its listing and its tally answer it.

Conditions are closed choices, so that a broken value is a hint and an empty list, never an error. They are read by hand:
a form of six lists with hundreds of choices would cost more than the search itself. Relevance puts first what a unit that
is named has published, then what was found in title and numbers, then what was found in the text, each newest first.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Func
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from disclosure.catalogue.search.hits import LIMIT, Counts, Hits, counts_of, find_hits
from disclosure.catalogue.search.query_words import LONGEST_QUERY, order, own_papers, wanted
from disclosure.models import CatalogueEdition, CatalogueEntry, Item, Topic
from disclosure.models.basic_catalogue import PUBLIC_NAME
from disclosure.models.item import ItemQuerySet
from disclosure.models.states import Validity
from ninghai.calendar.clock import beginning_of, end_of
from ninghai.models import Unit
from ninghai.web.public_pages.revision import RevisionCache

# The listing: page by page, with a count that stops at 10,000, since counting a million costs more than reading.

COUNT_LIMIT = LIMIT
PIECE = 10_000  # keys read at once


class ItemListing:
    """What a list shows: `count()` and slices of items, as Django's Paginator asks for."""

    def __init__(
        self,
        items: ItemQuerySet,
        *,
        at: datetime,
        words: str = "",
        by_date: bool = False,
        with_names: bool = True,  # of unit, topic and duty; else whoever shows them knows these by number
        total: int | None = None,  # where somebody has counted them already
    ) -> None:
        self.items, self.at, self.words, self.by_date = items, at, words, by_date
        self.with_names, self.known_total = with_names, total

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
        return find_hits(self.items, self.words, at=self.at, by_date=self.by_date)

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
        for part in order(asked, own_papers(asked)):
            keys += keys_of(left.filter(part))
            left = left.exclude(part)
        return keys

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


def keys_of(items: ItemQuerySet) -> "array[int]":
    """The keys, newest first, fetched piece by piece."""
    return array("q", items.newest_first().values_list("pk", flat=True).iterator(chunk_size=PIECE))


# The tally: how many of the listed items belong to each unit, topic, duty, kind and year.


class Busy(Exception):
    """Too many lists are being counted at this moment."""


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` by what is counted, then by key, code or year; `is_least` says that there may be more of each."""

    total: int
    counts: Counts
    is_least: bool = False


PATIENCE = 3.0  # seconds that a page waits for its turn to be counted

_tallies: RevisionCache[Tally] = RevisionCache(most=1000)
_turn = Lock()  # one list at a time in a process: ever new combinations keep one thread busy, not all


def tally_of(found: ItemListing, *, conditions: dict[str, str], revision: str) -> Tally:
    """`conditions` are those that have left the found items: they and the day are all that the numbers depend on.

    Raises Busy where others are being counted for too long.
    """
    if found.words:
        return Tally(len(found.hits.pks), found.hits.counts, found.hits.is_more)
    key = (timezone.localdate(found.at), *sorted(conditions.items()))
    if (kept := _tallies.look(key, revision=revision)) is not None:
        return kept
    if not _turn.acquire(timeout=PATIENCE):
        raise Busy
    try:  # somebody before may have asked for the same
        return _tallies.get(key, lambda: Tally(*counts_of(found.items)), revision=revision)
    finally:
        _turn.release()


# The choices that the catalogue offers for narrowing (筛选条件): units, topics, duties and years, read in one statement.

Choice = tuple[str, str]  # code, label
FIRST_YEAR = 2008  # 《政府信息公开条例》 came into force on 2008-05-01


@dataclass(frozen=True, slots=True)
class Options:
    units: list[Choice]
    topics: list[Choice]
    entries: list[Choice]
    years: list[Choice]
    parents: dict[str, str]  # duty → the heading above it, by code
    by_key: dict[str, dict[object, Choice]]  # of units, topics and duties, by primary key
    labels: dict[str, dict[str, str]]  # what each code is called, by the name of the condition

    def entries_below(self, code: str) -> list[str]:
        """The duty and everything below it in the basic catalogue."""
        below = {code}
        while found := {child for child, parent in self.parents.items() if parent in below} - below:
            below |= found
        return sorted(below)

    def above(self, name: str, code: str) -> Iterator[str]:
        """The topics or duties whose choice finds what belongs to this one as well."""
        if name == "topic":
            yield from (code[:length] for length in range(1, len(code)))
        while name == "entry" and (code := self.parents.get(code, "")):
            yield code


_options: RevisionCache[Options] = RevisionCache()


def options_at(at: datetime, *, revision: str) -> Options:
    """The choices as they are, read once for as long as nothing public changes."""
    return _options.get(timezone.localtime(at).year, lambda: read_options(at), revision=revision)


def read_options(at: datetime) -> Options:
    rows = _read_rows(at)
    shown = _shown(rows)
    units, topics, entries = (_choices(shown, subject) for subject in ("unit", "topic", "entry"))
    years = [(f"{year}", f"{year}年") for year in range(timezone.localtime(at).year, FIRST_YEAR - 1, -1)]
    return Options(
        units=units,
        topics=topics,
        entries=entries,
        years=years,
        parents={code: parent for subject, _, code, _, _, parent, _ in rows if subject == "entry" and parent},
        by_key={
            name: {pk: (code, label) for subject, _, code, pk, label in shown if subject == name}
            for name in ("unit", "topic", "entry")
        },
        labels={"unit": dict(units), "topic": dict(topics), "entry": dict(entries), "year": dict(years)},
    )


def _shown(rows: Sequence[tuple[str, int, str, int, str, str, bool]]) -> list[tuple[str, int, str, int, str]]:
    """What is public, topics by their own names without those above; by the whole path where several have the name (其他)."""
    own = {row[3]: row[4].rpartition("\\")[2] for row in rows if row[0] == "topic"}
    named = Counter(own.values())
    return [
        (*row[:4], own[row[3]] if row[0] == "topic" and named[own[row[3]]] == 1 else row[4]) for row in rows if row[6]
    ]


def _read_rows(at: datetime) -> list[tuple[str, int, str, int, str, str, bool]]:
    """(subject, position, code, key, label, code above, is it public), in the order of the screen."""
    of_units = Unit.objects.order_by().values_list(
        Value("unit"), "position", "code", "pk", "short_name", Value(""), Value(True)
    )
    of_topics = Topic.objects.order_by().values_list(
        Value("topic"), Value(0), "code", "pk", "path", Value(""), Value(True)
    )
    of_entries = CatalogueEntry.objects.order_by().values_list(
        Value("entry"),
        "position",
        "code",
        "pk",
        PUBLIC_NAME,
        F("parent__code"),
        ExpressionWrapper(is_public(at), BooleanField()),
    )
    return sorted(of_units.union(of_topics, of_entries, all=True), key=lambda row: row[:3])


def is_public(at: datetime) -> Q:
    """Of duties: frozen in the newest edition of a catalogue, or something public stands under it."""
    newer = CatalogueEdition.objects.filter(catalogue=OuterRef("catalogue"), number__gt=OuterRef("number"))
    rows: QuerySet[CatalogueEdition, Any] = CatalogueEdition.objects.filter(~Exists(newer)).values_list(
        KeyTextTransform("code", Func("rows", function="jsonb_array_elements", output_field=JSONField()))
    )
    return Q(code__in=rows) | Q(Exists(Item.objects.published(at).order_by().filter(entry=OuterRef("pk"))))


def _choices(rows: Iterable[tuple[str, int, str, int, str]], subject: str) -> list[Choice]:
    return [(code, label) for kind, _, code, _, label in rows if kind == subject]


RELEVANCE, DATE = "relevance", "date"
ORDERS = {RELEVANCE: "按相关程度", DATE: "按发布时间"}

# Days are days of publication (发布日期): every item has one, lists and feeds are ordered by it, and it is what the year
# counts by, too; many items have no day on which they were written (成文日期).
FIRST_DAY, LAST_DAY = "from", "to"
DAYS = (FIRST_DAY, LAST_DAY)
DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII)
CONDITIONS = ("unit", "entry", "topic", "kind", "year", "validity", *DAYS)


def day_of(written: str) -> date | None:
    """The day that is written as 2018-11-20; None where it is written otherwise, or there is no such day."""
    try:
        return date.fromisoformat(written) if DAY.fullmatch(written) else None
    except ValueError:
        return None


PAGE_SIZE = 20
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


class CatalogueQuery:
    """What is asked of the public list (检索条件): words, conditions and order, the same for page, export, feed and API.

    With a `revision` of the public content, what does not depend on words is read once for as long as it stands.
    """

    def __init__(self, params: QueryDict, *, at: datetime, revision: str = "") -> None:
        self.data, self.at, self.revision = params, at, revision
        self.options = options_at(at, revision=revision) if revision else read_options(at)
        self.known: dict[str, dict[str, str]] = {
            **self.options.labels,
            "kind": dict(Item.Kind.choices),
            "validity": dict(Validity.choices),
        }

    @property
    def words(self) -> str:
        return self.data.get("q", "").strip()

    @property
    def order(self) -> str:
        return self.data.get("sort", "")

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions besides words and order, by name."""
        return {name: value for name in CONDITIONS if (value := self.data.get(name, ""))}

    @property
    def chosen(self) -> dict[str, str]:
        """Everything that is set and valid."""
        everything = {"q": self.words, **self.conditions, "sort": self.order}
        return {name: value for name, value in everything.items() if value and self._is_known(name, value)}

    @property
    def params(self) -> QueryDict:
        """The same as the parameters of an address."""
        params = QueryDict(mutable=True)
        params.update(self.chosen)
        return params

    @property
    def labels(self) -> dict[str, str]:
        """What the conditions are called."""
        valid = {name: value for name, value in self.conditions.items() if self._is_known(name, value)}
        return {name: value if name in DAYS else self.known[name][value] for name, value in valid.items()}

    @property
    def known_conditions(self) -> list[tuple[str, str]]:
        """What a new search keeps: the conditions that are set and valid, and the order."""
        return [(name, value) for name, value in self.chosen.items() if name != "q"]

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words and order are set."""
        return bool(self.conditions)

    def is_valid(self) -> bool:
        return not self.unknown and not self.is_backwards

    @property
    def unknown(self) -> list[str]:
        """The names of what is set and none of the choices."""
        everything = {"q": self.words, **self.conditions, "sort": self.order}
        return [name for name, value in everything.items() if value and not self._is_known(name, value)]

    @property
    def is_backwards(self) -> bool:
        """Whether the first day comes after the last one."""
        first, last = (day_of(self.data.get(name, "")) for name in DAYS)
        return first is not None and last is not None and first > last

    @property
    def mistake(self) -> str:
        """What is wrong with the conditions, and what to do; empty where nothing is."""
        unknown = self.unknown
        if wrong := [name for name in unknown if name in DAYS]:
            return f"日期“{self.data[wrong[0]][:20]}”无法识别，请按“2018-11-20”的样子填写。"
        if unknown:
            return "网址中的筛选条件无法识别。请重新选择，或清除条件后查看全部信息。"
        if self.is_backwards:
            first, last = (self.data[name] for name in DAYS)
            return f"开始日期 {first} 晚于结束日期 {last}。请对调两个日期，或清除条件后查看全部信息。"
        return ""

    def _is_known(self, name: str, value: str) -> bool:
        if name == "q":
            return len(value) <= LONGEST_QUERY
        if name in DAYS:
            return day_of(value) is not None
        return value in (ORDERS if name == "sort" else self.known[name])

    @property
    def items(self) -> ItemQuerySet:
        """The published items that the conditions leave, before words are looked for; none while one of them is broken."""
        return self._narrowed(Item.objects.published(self.at))

    def leaves(self, items: ItemQuerySet) -> ItemQuerySet:
        """Those of other items that words and conditions would leave."""
        left = self._narrowed(items)
        return left.search(self.words) if self.words else left

    def _narrowed(self, items: ItemQuerySet) -> ItemQuerySet:
        if not self.is_valid():
            return items.none()
        return items.filter(*(self._condition(name, value) for name, value in self.conditions.items()))

    def _condition(self, name: str, value: str) -> Q:
        match name:
            case "entry":
                return Q(entry__code__in=self.options.entries_below(value))
            case "unit":
                return Q(unit__code=value)
            case "topic":
                return Q(topic__code__startswith=value)
            case "year":
                return Q(published_at__year=int(value))
            case "from":
                return Q(published_at__gte=beginning_of(date.fromisoformat(value)))
            case "to":
                return Q(published_at__lt=end_of(date.fromisoformat(value)))
        return Q(**{name: value})

    def listing(self, *, by_date: bool = False, with_names: bool = True, total: int | None = None) -> ItemListing:
        """What is left, in the order that was asked for, or `by_date`."""
        return ItemListing(
            self.items,
            at=self.at,
            words=self.words if self.is_valid() else "",
            by_date=by_date or self.order == DATE,
            with_names=with_names,
            total=total,
        )

    @cached_property
    def found(self) -> ItemListing:
        """The listing of a page: counted as its tally is, without the names that `options` knows."""
        is_counted = self.is_valid() and not self.words
        return self.listing(with_names=False, total=self.tally.total if is_counted else None)

    @cached_property
    def tally(self) -> Tally:
        """What the list can be narrowed by. Raises Busy."""
        listing = self.found if self.words else self.listing()
        return tally_of(listing, conditions=self.conditions, revision=self.revision)

    def page(self, number: str) -> Page[Item] | None:
        """That page of what is found, or None where there is no such page. Raises Busy."""
        if number and not PAGE_NUMBER.fullmatch(number):
            return None
        try:
            return Paginator(self.found, PAGE_SIZE).page(int(number or 1))  # type: ignore[arg-type]
        except EmptyPage:
            return None

    def url_of(self, view: str) -> str:
        """The address of that view of the same list, in its first order."""
        kept = {"q": self.words, **self.conditions}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{reverse(view)}?{query}" if query else reverse(view)
