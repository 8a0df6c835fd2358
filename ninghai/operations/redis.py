"""A line to Redis for whoever must not wait, and the scheduler's heartbeat that is noted there."""

import json
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

# A line to Redis for whoever must not wait: one try within its seconds, then redis.RedisError.

ONCE = Retry(NoBackoff(), 0)


def short_line(url: str, *, seconds: float) -> Redis:
    return Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=ONCE)


# When the scheduler (调度) last went its whole round, and how that went: a note in Redis, for /healthz and /metrics.

KEY = "ninghai:scheduler-round"


def note_round(*, took: float, failed: Sequence[str]) -> None:
    """A note, no more: a queue that is away keeps nobody from the next round."""
    noted = json.dumps({"at": time.time(), "took": round(took, 3), "failed": list(failed)})
    with suppress(RedisError), closing(short_line(settings.REDIS_URL, seconds=settings.REDIS_TIMEOUT)) as redis:
        redis.set(KEY, noted)


def last_round(redis: Redis) -> dict[str, Any] | None:
    """Seconds since then, seconds that it took, duties that failed; None where no scheduler has been round yet."""
    noted = redis.get(KEY)
    if not isinstance(noted, bytes):
        return None
    kept = json.loads(noted)
    return {"seconds": round(time.time() - kept["at"], 1), "took": kept["took"], "failed": len(kept["failed"])}
