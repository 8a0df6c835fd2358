"""Pages by a cursor: where the last page ended, in a form that nobody needs to understand.

Without words the list is walked along its order, however long it is. What words find is ordered by relevance: there the
cursor counts, up to the 10,000 that search orders.
"""

import base64
import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import Q

from disclosure.api.errors import Refused
from disclosure.listing import COUNT_LIMIT, Found
from disclosure.models import Item

LONGEST = 100  # characters of a cursor
Page = tuple[list[Item], str | None]


def page_of(found: Found, *, cursor: str, size: int) -> Page:
    """The page and the cursor of the next one."""
    return _counted(found, cursor, size) if found.words else _walked(found, cursor, size)


def _counted(found: Found, cursor: str, size: int) -> Page:
    start = 0
    if cursor:
        start = _read(cursor).get("after", -1)
        if not isinstance(start, int) or not 0 <= start <= COUNT_LIMIT:
            raise _broken()
    end = start + size
    return found[start:end], _written({"after": end}) if end < found.count() else None


def _walked(found: Found, cursor: str, size: int) -> Page:
    items = found.items
    if cursor:
        last = _read(cursor)
        try:
            at, pk = datetime.fromisoformat(last["at"]), int(last["pk"])
            before = at.tzinfo is not None and 0 <= pk < 2**63
        except (KeyError, TypeError, ValueError, OverflowError):
            before = False
        if not before:
            raise _broken()
        items = items.filter(~Q(published_at=at, pk__gte=pk), published_at__lte=at)
    page = list(items.newest_first().for_list()[: size + 1])
    if len(page) <= size:
        return page, None
    last_item = page[size - 1]
    assert last_item.published_at is not None  # noqa: S101 - a published item has its moment
    return page[:size], _written({"at": last_item.published_at.isoformat(), "pk": last_item.pk})


def _written(place: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> dict[str, Any]:
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise _broken() from None
    if not isinstance(place, dict):
        raise _broken()
    return place


def _broken() -> Refused:
    message = "参数 cursor 不是本接口给出的游标，请使用上一页的 next，或从第一页开始。"
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_parameters", message, ["cursor"])
