"""How often one address may do something within a while, counted in the capped cache.

Redis is a hint here too: while it is down nobody is refused.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ninghai.web.http import API, client_address, network_of, refusal_as_json, too_often

# Count and end in one step: a number that has lost its end would refuse its visitor for good, and gets one here.
COUNT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many times within so many seconds of the first, for each visitor's address or network."""

    name: str
    most: int
    seconds: int

    def is_reached(self, address: str) -> bool:
        with suppress(redis.RedisError):
            return int(cache.get(self._key(address)) or 0) >= self.most
        return False

    def count(self, address: str, *, by: int = 1) -> int:
        """Count once more, or so often; how often it was by now."""
        if not by:
            return 0
        with suppress(redis.RedisError):
            return int(_client().eval(COUNT, 1, cache.make_and_validate_key(self._key(address)), self.seconds, by))
        return 0

    def _key(self, address: str) -> str:
        return f"rate:{self.name}:{network_of(address)}"


def _client() -> Any:
    """Redis as the cache reaches it."""
    return cache._cache.get_client(write=True)  # type: ignore[attr-defined]


View = Callable[..., HttpResponseBase]
WORDS = {
    "search": "检索",
    "export": "下载",
    "receipt": "查询受理编号",
    "request": "提交申请",
    "calendar": "更新日历",
    "follow": "提交订阅",
    "helped": "评价",
}


def limited(name: str, *, counts: Callable[[HttpRequest], bool] = lambda request: True) -> Callable[[View], View]:
    """A view that one address may ask as often as RATE_LIMITS says under this name; then 429 says when to go on.

    Requests that do not count are never refused.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limit = limit_called(name)
            if limit and counts(request) and limit.count(client_address(request)) > limit.most:
                return refused(request, limit)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def limit_called(name: str) -> RateLimit | None:
    """As the settings say; None where they set no bound."""
    most, seconds = settings.RATE_LIMITS[name]
    return RateLimit(name, most, seconds) if most else None


def refused(request: HttpRequest, limit: RateLimit) -> HttpResponse:
    """429: for people a page, for programs the API's shape; both say when it goes on."""
    minutes = -(-limit.seconds // 60)
    if not request.path.startswith(API):
        return too_often(request, what=WORDS[limit.name], minutes=minutes)
    message = f"查询过于频繁，请{minutes}分钟后再试。"
    response = refusal_as_json(message, code="too_often", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


def searches(request: HttpRequest) -> bool:
    """Whether words are looked for; turning pages and filters costs little."""
    return bool(request.GET.get("q", "").strip())
