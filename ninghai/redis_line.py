"""A line to Redis for whoever must not wait: one try within its seconds, then redis.RedisError.

Whether redis-py tries ten times by itself depends on how its client is made; here it is said.
"""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ONCE = Retry(NoBackoff(), 0)


def short_line(url: str, *, seconds: float) -> Redis:
    return Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=ONCE)
