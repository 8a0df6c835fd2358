"""What a query finds: the keys of the newest 10,000 hits, what they are counted by, and whether there are more.

A frequent word stands in every other item of a million. Nobody reads beyond some pages, so nothing is asked of
PostgreSQL that grows with the number of hits: the newest month is looked at first, then as many more months as are
likely to fill the list. With 10,000 or fewer hits every month has been looked at, and all is exact. Of more, the newest
1,000 of each rank (`ranks`) come first, then the newest. Where nothing is found: another spelling, and which words stand nowhere.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone

from disclosure.catalogue.search.lexemes import fold_for_search, month_lexeme, quoted
from disclosure.catalogue.search.query_words import (
    INTERPRETATION,
    Own,
    QueryTerm,
    all_words,
    called,
    in_title,
    is_name_of_a_paper,
    one_matches,
    own_papers,
    ranks,
    title_matches,
    wanted,
    words_or_unit,
)
from ninghai.web.public_pages.replica import reads_from

# Items counted by everything that a list of them can be narrowed by, in one statement.

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet

Counts = dict[str, "Counter[object]"]
COUNTED = ("unit", "topic", "entry", "kind", "year", "validity")
FIELDS = ("id", "unit_id", "topic_id", "entry_id", "kind", "validity", "published_at")
NONE_OF_THEM = (1 << len(COUNTED)) - 1
COUNT = """
SELECT grouping(unit_id, topic_id, entry_id, kind, year, validity), unit_id, topic_id, entry_id, kind, year, validity,
       count(*)
FROM (SELECT unit_id, topic_id, entry_id, kind, validity, extract(year FROM published_at AT TIME ZONE %s)::int AS year
      FROM {listed}) AS counted
GROUP BY GROUPING SETS ((unit_id), (topic_id), (entry_id), (kind), (year), (validity), ())
"""
LIST_AND_COUNT = """
WITH listed AS MATERIALIZED ({items}), counts AS ({count})
SELECT counts.*, NULL FROM counts
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY(SELECT id FROM listed)
"""


def no_counts() -> Counts:
    return {name: Counter() for name in COUNTED}


def counts_of(items: "ItemQuerySet") -> tuple[int, Counts]:
    """How many there are, and how many of each unit, topic, duty, kind, year and validity."""
    try:
        sql, parameters = _statement(items.order_by())
    except EmptyResultSet:
        return 0, no_counts()
    return _read(_rows(COUNT.format(listed=f"({sql}) AS listed"), [_zone(), *parameters]))


def listed_and_counted(items: "ItemQuerySet", *, most: int) -> tuple[list[int], Counts]:
    """The keys in the order of the items, and what the first `most` of them count: of ten thousand, two hundred numbers come."""
    try:
        sql, parameters = _statement(items)
    except EmptyResultSet:
        return [], no_counts()
    count = COUNT.format(listed="(SELECT * FROM listed LIMIT %s) AS first")
    *rows, (*_, pks) = _rows(LIST_AND_COUNT.format(items=sql, count=count), [*parameters, _zone(), most])
    _, counts = _read(row[:-1] for row in rows)
    return pks, counts


def _statement(items: "ItemQuerySet") -> tuple[str, tuple[Any, ...]]:
    """Raises EmptyResultSet where the items are none whatever the tables hold, as for a search of nothing but marks."""
    sql, parameters = items.values_list(*FIELDS).query.sql_with_params()
    return sql, tuple(parameters)


def _zone() -> str:
    return timezone.get_current_timezone_name()


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connections[reads_from()].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _read(rows: Iterable[tuple[Any, ...]]) -> tuple[int, Counts]:
    total, counts = 0, no_counts()
    for grouped, *values, number in rows:
        if grouped == NONE_OF_THEM:
            total = number
            continue
        place = next(place for place in range(len(COUNTED)) if not grouped & (1 << (len(COUNTED) - 1 - place)))
        if values[place] is not None:
            counts[COUNTED[place]][values[place]] = number
    return total, counts


if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet

LIMIT = 10_000
RANKED = 1_000  # of more hits than are counted, the newest in titles come first
MOST_MONTHS = 18  # to go through the rows of more months costs more than the older hits that they leave out
SPARE = 1.1  # so much more than is likely to be needed, and more where few have been seen


class Hits(NamedTuple):
    pks: list[int]  # in order
    counts: Counts  # of these
    is_more: bool


Row = TypeVar("Row")


class Condition(Protocol):
    """A condition on items, of these months or of all."""

    def __call__(self, *, months: Sequence[str] = ()) -> Q: ...


def find_hits(items: "ItemQuerySet", words: str, *, at: datetime, by_date: bool = False) -> Hits:
    """The papers of a unit that is named first, then others; of each those called so, then those with it in the title, each newest first.

    By date alone if that is wanted.
    """
    counting, asked = _Counting(), wanted(words)
    owns = own_papers(asked)
    with bitmaps_only():
        if by_date:
            condition = partial(words_or_unit, asked, owns)
            found = newest(items, condition, at=at, limit=LIMIT + 1, read=counting)
        else:
            found = _by_relevance(items, asked, owns, at=at, read=counting)
    return Hits(found[:LIMIT], counting.counts, len(found) > LIMIT)


def _by_relevance(
    items: "ItemQuerySet", asked: Sequence[QueryTerm], owns: Sequence[Own], *, at: datetime, read: "_Counting"
) -> list[int]:
    """Up to one more than are counted. What stood in an earlier part of the list is left out of the later ones."""
    found: list[int] = []
    first = _keys(items.filter(in_title(called(asked)))) if is_name_of_a_paper(owns) else []
    for own in owns:
        theirs, items = items.filter(unit__in=own.units), items.exclude(unit__in=own.units)
        room = LIMIT + 1 - len(found)
        if own.rest:
            found += _ordered(theirs, own.rest, at=at, limit=room, read=read)
        elif room:
            found += read(theirs.newest_first()[:room])
    found += _ordered(items, asked, at=at, limit=LIMIT + 1 - len(found), read=read)
    return _put_first(first, found, others=False)


def _ordered(
    items: "ItemQuerySet", asked: Sequence[QueryTerm], *, at: datetime, limit: int, read: "_Counting"
) -> list[int]:
    """The newest with all these words; of them those first whose names and titles are close to them."""
    if not limit:
        return []
    found = newest(items, partial(all_words, asked), at=at, limit=limit, read=read)
    is_more = len(found) == limit
    first = _close(items, asked, at=at, is_more=is_more) if found else []
    return _put_first(first, found, others=is_more)[:limit]


def _put_first(first: Iterable[int], found: Sequence[int], *, others: bool) -> list[int]:
    """With what is not among the found, or without these `others`."""
    known = set(found)
    return list(dict.fromkeys([*(pk for pk in first if others or pk in known), *found]))


class _Counting:
    """Reads the keys of one stretch of months after the other, and counts the first 10,000 of all."""

    def __init__(self) -> None:
        self.left, self.counts = LIMIT, no_counts()

    def __call__(self, items: "ItemQuerySet") -> list[int]:
        pks, counts = listed_and_counted(items, most=self.left)
        self.left -= min(self.left, len(pks))
        for name, numbers in counts.items():
            self.counts[name].update(numbers)
        return pks


def _close(items: "ItemQuerySet", asked: Sequence[QueryTerm], *, at: datetime, is_more: bool) -> list[int]:
    """The keys of what is listed first, rank by rank: all that there are, or the newest. Interpretations follow what they explain."""
    first: dict[int, None] = {}
    for rank in ranks(asked, is_frequent=is_more):
        if is_more and len(first) >= RANKED:
            break
        rows = (
            newest(items, rank, at=at, limit=RANKED, read=_kinds)
            if is_more
            else _kinds(items.filter(rank()).newest_first())
        )
        first |= dict.fromkeys(pk for pk, _ in sorted(rows, key=lambda row: row[1] == INTERPRETATION))
    return list(first)


def _keys(items: "ItemQuerySet") -> list[int]:
    return list(items.values_list("pk", flat=True))


def _kinds(items: "ItemQuerySet") -> list[tuple[int, str]]:
    return list(items.values_list("pk", "kind"))


def newest(
    items: "ItemQuerySet",
    condition: Condition,
    *,
    at: datetime,
    limit: int,
    read: Callable[["ItemQuerySet"], list[Row]],
) -> list[Row]:
    """The newest rows that fulfil the condition, month by month backwards: so many months as are likely to be enough."""
    items = items.newest_first()
    found: list[Row] = []
    seen, size = 0, 1
    while size <= MOST_MONTHS and len(found) < limit:
        months = [month_lexeme(_months_before(at, back)) for back in range(seen, seen + size)]
        found += read(items.filter(condition(months=months))[: limit - len(found)])
        seen += size
        size = _months_to_fill(limit - len(found), found=len(found), months=seen - 1 + _share_of_month(at))
    if len(found) < limit:
        older = items.filter(condition(), published_at__lt=_months_before(at, seen - 1))
        found += read(older[: limit - len(found)])
    return found


def _months_to_fill(wanted: int, *, found: int, months: float) -> int:
    """So many months hold what is still wanted, if they hold as much as those in which something was found."""
    if not found:
        return MOST_MONTHS + 1
    return ceil(wanted * months / found * (SPARE + 2 / sqrt(found)))


def _share_of_month(at: datetime) -> float:
    """How much of the month has passed."""
    local = timezone.localtime(at)
    return local.day / monthrange(local.year, local.month)[1]


def _months_before(at: datetime, back: int) -> datetime:
    """The first moment of the month so many months before."""
    local = timezone.localtime(at)
    years, month = divmod(local.year * 12 + local.month - 1 - back, 12)
    return local.replace(year=years, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def bitmaps_only() -> Iterator[None]:
    """PostgreSQL shall ask the search indexes: it takes reading a long vector for cheap, and walks the table otherwise."""
    using = reads_from()
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")


# Titles while somebody types, and another spelling of what was found nowhere.

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet

SHORTEST = 2  # characters
MOST_TITLES = 8
ALIKE = 60  # titles that are looked at for another spelling
LONGEST_ALIKE = 12  # characters


def suggested_titles(items: "ItemQuerySet", words: str, *, at: datetime) -> list[str]:
    """The newest titles in which all the words stand, each once."""
    if len(fold_for_search(words)) < SHORTEST:
        return []
    with bitmaps_only():
        titles = newest(items, partial(title_matches, wanted(words)), at=at, limit=2 * MOST_TITLES, read=_titles)
    return list(dict.fromkeys(titles))[:MOST_TITLES]


def other_spelling(items: "ItemQuerySet", query: str, *, at: datetime) -> str:
    """The query with one character changed, as it stands most often in the newest titles; "" if it stands in none."""
    asked = wanted(query)
    if len(asked) != 1 or not SHORTEST < len(asked[0].text) <= LONGEST_ALIKE:
        return ""
    text = asked[0].text
    with bitmaps_only():
        titles = newest(items, partial(_one_changed, text), at=at, limit=ALIKE, read=_titles)
    found = Counter(alike for title in titles for alike in _alike_within(fold_for_search(title), text))
    return found.most_common(1)[0][0] if found else ""


def _titles(items: "ItemQuerySet") -> list[str]:
    return list(items.values_list("title", flat=True))


def _one_changed(text: str, *, months: Sequence[str] = ()) -> Q:
    queries = " | ".join(f"({_without(text, place)})" for place in range(len(text)))
    of_months = f" & ({' | '.join(map(quoted, months))})" if months else ""
    return Q(title_vector__holds=f"({queries}){of_months}")


def _without(text: str, place: int) -> str:
    """The pairs of the text that do not touch this place, at their distances."""
    kept = [start for start in range(len(text) - 1) if place not in {start, start + 1}]
    if place == 1:
        kept.insert(0, 0)
    if place == len(text) - 2:
        kept.append(len(text) - 1)
    pairs = [text[start : start + (1 if place in {start, start + 1} else 2)] for start in kept]
    lexemes = [f"{quoted(pair)}:*" if len(pair) == 1 else quoted(pair) for pair in pairs]
    query = lexemes[0]
    for before, start, lexeme in zip(kept, kept[1:], lexemes[1:], strict=False):
        query += f" <{start - before}> {lexeme}"
    return query


def _alike_within(title: str, text: str) -> Iterator[str]:
    """The pieces of the title that differ from the text in one character."""
    size = len(text)
    for start in range(len(title) - size + 1):
        piece = title[start : start + size]
        if piece.isalnum() and sum(one != other for one, other in zip(piece, text, strict=True)) == 1:
            yield piece


# Why several words together found nothing: the words that are found nowhere, and what is left without them.

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet


def words_without_hits(items: "ItemQuerySet", query: str) -> list[QueryTerm]:
    """The words of the query that stand in no item."""
    with bitmaps_only():
        return [one for one in wanted(query) if not items.filter(one_matches(one)).order_by().exists()]


def without(query: str, missing: list[QueryTerm]) -> str:
    """The query without these words."""
    kept = [one for one in wanted(query) if one not in missing]
    return " ".join(f"“{one.typed}”" if one.is_phrase else one.typed for one in kept)
