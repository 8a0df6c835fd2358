"""How often one address may do something within a while, counted in the capped cache.

Redis is a hint here too: while it is down nobody is refused.
"""

from contextlib import suppress
from dataclasses import dataclass

import redis
from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many times within so many seconds of the first, for each address."""

    name: str
    most: int
    seconds: int

    def is_reached(self, address: str) -> bool:
        with suppress(redis.RedisError):
            return int(cache.get(self._key(address)) or 0) >= self.most
        return False

    def count(self, address: str) -> None:
        with suppress(redis.RedisError, ValueError):  # ValueError: the while has just ended
            if not cache.add(self._key(address), 1, timeout=self.seconds):
                cache.incr(self._key(address))

    def _key(self, address: str) -> str:
        return f"rate:{self.name}:{address}"
