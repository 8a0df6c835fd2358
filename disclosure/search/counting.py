"""Items counted by everything that a list of them can be narrowed by, in one statement."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.utils import timezone

from ninghai.public_pages.replica import reads_from

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
