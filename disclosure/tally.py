"""How many of the listed items belong to each unit, topic, duty, kind and year: what the catalogue can be narrowed by.

Of what words find, the hits are counted as they were collected: exact up to 10,000; beyond, each number is how many
there are at least. Without words PostgreSQL counts all of them, once for as long as nothing public changes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from disclosure.listing import Found
from disclosure.models.item import ItemQuerySet
from disclosure.search.hits import Hit
from ninghai.public_pages.kept import KeptPerRevision

COUNTED = ("unit", "topic", "entry", "kind", "year", "validity")
BY_ALL = """
SELECT grouping(unit_id, topic_id, entry_id, kind, year, validity), unit_id, topic_id, entry_id, kind, year, validity,
       count(*)
FROM (SELECT unit_id, topic_id, entry_id, kind, validity, extract(year FROM published_at AT TIME ZONE %s)::int AS year
      FROM ({items}) AS listed) AS counted
GROUP BY GROUPING SETS ((unit_id), (topic_id), (entry_id), (kind), (year), (validity), ())
"""
NONE_OF_THEM = 0b111111


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` by what is counted, then by key, code or year; `is_least` says that there may be more of each."""

    total: int
    counts: dict[str, dict[object, int]]
    is_least: bool = False


_kept: KeptPerRevision[Tally] = KeptPerRevision()


def tally_of(found: Found, *, conditions: dict[str, str], revision: str) -> Tally:
    """`conditions` are those that have left the found items: they and the day are all that the numbers depend on."""
    if found.words:
        return _of_hits(found.hits.found, is_least=found.hits.is_more)
    key = (timezone.localdate(found.at), *sorted(conditions.items()))
    return _kept.get(key, lambda: _of_all(found.items), revision=revision)


def _of_hits(hits: Iterable[Hit], *, is_least: bool) -> Tally:
    hits = list(hits)
    counts: dict[str, dict[object, int]] = {
        "unit": Counter(hit.unit_id for hit in hits),
        "topic": Counter(hit.topic_id for hit in hits if hit.topic_id),
        "entry": Counter(hit.entry_id for hit in hits if hit.entry_id),
        "kind": Counter(hit.kind for hit in hits),
        "validity": Counter(hit.validity for hit in hits),
        "year": Counter(hit.year for hit in hits),
    }
    return Tally(len(hits), counts, is_least)


def _of_all(items: ItemQuerySet) -> Tally:
    fields = items.order_by().values("unit_id", "topic_id", "entry_id", "kind", "validity", "published_at")
    sql, parameters = fields.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(BY_ALL.format(items=sql), [timezone.get_current_timezone_name(), *parameters])
        rows = cursor.fetchall()
    counts: dict[str, dict[object, int]] = {name: {} for name in COUNTED}
    total = 0
    for grouped, *values, number in rows:
        if grouped == NONE_OF_THEM:
            total = number
            continue
        place = next(place for place in range(len(COUNTED)) if not grouped & (1 << (len(COUNTED) - 1 - place)))
        if values[place] is not None:
            counts[COUNTED[place]][values[place]] = number
    return Tally(total, counts)
