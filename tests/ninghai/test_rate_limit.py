"""How often one address may ask: each number ends with its while, and none outlives it."""

import pytest
from django.core.cache import cache

from ninghai.web.rate_limit import RateLimit

pytestmark = pytest.mark.usefixtures("private_services")
LIMIT = RateLimit("test", most=2, seconds=60)
ADDRESS = "203.0.113.7"


def ttl() -> int:
    client = cache._cache.get_client(write=True)
    return client.ttl(cache.make_and_validate_key(LIMIT._key(ADDRESS)))


def test_a_number_counts_up_and_ends_with_the_while_of_its_first():
    assert [LIMIT.count(ADDRESS) for _ in range(3)] == [1, 2, 3]
    assert 0 < ttl() <= 60
    assert LIMIT.is_reached(ADDRESS)
    assert not LIMIT.is_reached("203.0.113.8")


def test_a_number_that_has_lost_its_end_gets_one_with_the_next_count():
    """As the cache's own `incr` leaves it, when the while ends between its two steps."""
    cache._cache.get_client(write=True).set(cache.make_and_validate_key(LIMIT._key(ADDRESS)), 7)
    assert ttl() == -1

    assert LIMIT.count(ADDRESS) == 8
    assert 0 < ttl() <= 60
