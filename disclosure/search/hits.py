"""What a query finds: the keys of the newest 10,000 hits, and whether there are more.

A frequent word stands in every other item of a million. Nobody reads beyond some pages, so nothing is asked of
PostgreSQL that grows with the number of hits: the newest month is looked at first, then as many more months as are
likely to fill the list. With 10,000 or fewer hits every month has been looked at, and all is exact. Of more, the newest
1,000 in titles come first, then the newest.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from disclosure.search.conditions import matches, title_matches
from disclosure.search.lexemes import month_lexeme

if TYPE_CHECKING:
    from disclosure.models.item import Item, ItemQuerySet

LIMIT = 10_000
RANKED = 1_000  # of more hits than are counted, the newest in titles come first
MOST_MONTHS = 120  # what is older is looked at in one go
SPARE = 1.5  # so much more than is likely to be needed
FIELDS = ("pk", "unit_id", "topic_id", "entry_id", "kind", "validity", "year")


class Hit(NamedTuple):
    """Whether it was found in title and numbers; its key; what it is counted by."""

    in_title: bool
    pk: int
    unit_id: int
    topic_id: int | None
    entry_id: int | None
    kind: str
    validity: str
    year: int


class Hits(NamedTuple):
    found: list[Hit]  # in order
    is_more: bool


Row = TypeVar("Row")


class Condition(Protocol):
    """A condition on items, of these months or of all."""

    def __call__(self, *, months: Sequence[str] = ()) -> Q: ...


def hits(items: "ItemQuerySet", words: str, *, at: datetime, by_date: bool = False) -> Hits:
    """Those in title and numbers first, each newest first; by date alone if that is wanted."""
    in_title = ExpressionWrapper(title_matches(words), output_field=BooleanField())
    told = items.annotate(in_title=in_title, year=ExtractYear("published_at"))
    rows = told.values_list("in_title", *FIELDS)
    with bitmaps_only():
        found = newest(rows, partial(matches, words), at=at, limit=LIMIT + 1)
        is_more = len(found) > LIMIT
        if is_more and not by_date:
            titles = newest(rows, partial(title_matches, words), at=at, limit=RANKED)
            first = {row[1] for row in titles}
            found = titles + [row for row in found if row[1] not in first]
    ordered = [Hit(*row) for row in found[:LIMIT]]
    if not by_date and not is_more:
        ordered.sort(key=itemgetter(0), reverse=True)  # both halves stay as they were, newest first
    return Hits(ordered, is_more)


def newest(rows: "QuerySet[Item, Row]", condition: Condition, *, at: datetime, limit: int) -> list[Row]:
    """The newest rows that fulfil the condition, month by month backwards: so many months as are likely to be enough."""
    rows = rows.order_by("-published_at", "-pk")
    found: list[Row] = []
    seen, size = 0, 1
    while seen < MOST_MONTHS and len(found) < limit:
        months = [month_lexeme(_months_before(at, back)) for back in range(seen, seen + size)]
        found += rows.filter(condition(months=months))[: limit - len(found)]
        seen += size
        per_month = len(found) / seen
        size = int((limit - len(found)) / per_month * SPARE) + 1 if per_month else MOST_MONTHS
        if size >= MOST_MONTHS:
            break
    if len(found) < limit:
        older = rows.filter(condition(), published_at__lt=_months_before(at, seen - 1))
        found += older[: limit - len(found)]
    return found


def _months_before(at: datetime, back: int) -> datetime:
    """The first moment of the month so many months before."""
    local = timezone.localtime(at)
    years, month = divmod(local.year * 12 + local.month - 1 - back, 12)
    return local.replace(year=years, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def bitmaps_only() -> Iterator[None]:
    """PostgreSQL shall ask the search indexes: it takes reading a long vector for cheap, and walks the table otherwise."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
