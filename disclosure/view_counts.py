"""浏览次数: each view is one increment in Redis; the scheduler carries the sums to the database. A page never waits for it."""

from functools import cache
from typing import cast

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F

from disclosure.models import Item
from ninghai.redis_line import short_line

PENDING, MOVING = "disclosure:views", "disclosure:views:moving"
PATIENCE = 0.2  # seconds


@cache
def counters() -> "redis.Redis":
    return short_line(settings.REDIS_URL, seconds=PATIENCE)


def count_view(item: Item) -> int:
    """Count one view and tell the sum so far; without Redis, the sum that the database knows."""
    try:
        return item.view_count + counters().hincrby(PENDING, str(item.pk), 1)
    except redis.RedisError:
        return item.view_count


def flush_view_counts() -> int:
    """Add the pending views to the items; return how many views were carried over.

    The pending hash is set aside first, so that views of the meantime are counted in a new one; what was set aside and
    not carried over comes with the next round. It is let go before the sums are committed: when Redis goes away in
    between, nothing is carried, and nothing twice.
    """
    store = counters()
    if store.exists(PENDING) and not store.exists(MOVING):
        store.rename(PENDING, MOVING)
    pending = cast(dict[bytes, bytes], store.hgetall(MOVING))
    with transaction.atomic():
        for pk, views in pending.items():
            Item.objects.filter(pk=int(pk)).update(view_count=F("view_count") + int(views))
        store.delete(MOVING)
    return sum(map(int, pending.values()))
