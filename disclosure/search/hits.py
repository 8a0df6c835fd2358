"""What a query finds: the keys of the newest 10,000 hits, and whether there are more.

A frequent word stands in every other item of a million. Nobody reads beyond some pages, so nothing is asked of
PostgreSQL that grows with the number of hits: the newest month is looked at first, then as many more months as are
likely to fill the list. With 10,000 or fewer hits every month has been looked at, and all is exact.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from disclosure.search.conditions import matches, title_matches
from disclosure.search.lexemes import month_lexeme

if TYPE_CHECKING:
    from disclosure.models.item import ItemQuerySet

LIMIT = 10_000
MOST_MONTHS = 120  # what is older is looked at in one go
SPARE = 1.5  # so much more than is likely to be needed
FIELDS = ("published_at", "pk", "unit_id", "topic_id", "entry_id", "kind", "validity")


class Hit(NamedTuple):
    """What sorts an item, in this order, greatest first; then what it is counted by."""

    in_title: bool
    published_at: datetime
    pk: int
    unit_id: int
    topic_id: int | None
    entry_id: int | None
    kind: str
    validity: str


class Hits(NamedTuple):
    found: list[Hit]  # in order
    is_more: bool


Condition = Callable[[Sequence[str]], Q]


def hits(items: "ItemQuerySet", words: str, *, at: datetime, by_date: bool = False) -> Hits:
    """Those in title and numbers first, each newest first; by date alone if that is wanted."""

    def anywhere(months: Sequence[str]) -> Q:
        return matches(words, months=months)

    def in_title(months: Sequence[str]) -> Q:
        return title_matches(words, months=months)

    with bitmaps_only():
        found = newest(items, anywhere, words=words, at=at)
        is_more = len(found) > LIMIT
        if is_more and not by_date:
            titles = newest(items, in_title, words=words, at=at)
            found = titles + [hit for hit in found if not hit.in_title]
    found.sort(key=(lambda hit: hit[1:3]) if by_date else (lambda hit: hit[:3]), reverse=True)
    return Hits(found[:LIMIT], is_more)


def newest(items: "ItemQuerySet", condition: Condition, *, words: str, at: datetime) -> list[Hit]:
    """The newest hits, one more than the limit at most, month by month backwards."""
    flagged = items.annotate(in_title=ExpressionWrapper(title_matches(words), output_field=BooleanField()))
    rows = flagged.order_by("-published_at", "-pk").values_list("in_title", *FIELDS)
    found: list[Hit] = []
    seen, size = 0, 1
    while seen < MOST_MONTHS and len(found) <= LIMIT:
        months = [_months_before(at, back) for back in range(seen, seen + size)]
        part = rows.filter(condition([month_lexeme(month) for month in months]))
        found += [Hit(*row) for row in part[: LIMIT + 1 - len(found)]]
        seen += size
        missing = LIMIT + 1 - len(found)
        per_month = len(found) / seen
        size = int(missing / per_month * SPARE) + 1 if per_month else MOST_MONTHS
        if size >= MOST_MONTHS:
            break
    if len(found) <= LIMIT:
        older = rows.filter(condition(()), published_at__lt=_months_before(at, seen - 1))
        found += [Hit(*row) for row in older[: LIMIT + 1 - len(found)]]
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
