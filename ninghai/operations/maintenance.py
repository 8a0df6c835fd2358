"""Closing the portal for a while (停机维护): `manage.py maintenance on`, and `off` afterwards.

While the file lies in var/ every page answers 503 and says until when; what was typed meanwhile is shown once more, to be
copied. /healthz, /metrics and the style sheets stay. The file needs no database and no restart, and several web servers that see the
same file (MAINTENANCE_FILE) close together. An empty file closes, too.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ninghai.calendar import clock
from ninghai.web.http import API, refusal_as_json
from ninghai.web.posted import typed_text

STAYS = ("/healthz", "/metrics")
ASK_AGAIN = 600  # seconds, where nobody said until when
LEAST = 60  # seconds


@dataclass(frozen=True, slots=True)
class Closing:
    """Why the portal is closed, and until when as far as it is known (ISO, the county's time)."""

    until: str = ""
    reason: str = ""

    @property
    def ends(self) -> datetime | None:
        with suppress(ValueError):
            return datetime.fromisoformat(self.until).replace(tzinfo=clock.true_now().tzinfo)
        return None

    def asks_again_after(self, *, at: datetime) -> int:
        """In how many seconds a browser or a search engine may come back."""
        return max(LEAST, round((self.ends - at).total_seconds())) if self.ends else ASK_AGAIN


def closing() -> Closing | None:
    """How the portal is closed now; nothing while it is open."""
    try:
        text = _file().read_text(encoding="utf-8")
    except OSError:
        return None
    try:
        fields = json.loads(text)
        return Closing(until=str(fields.get("until", "")), reason=str(fields.get("reason", "")))
    except (ValueError, AttributeError):
        return Closing()


def is_closed() -> bool:
    return _file().exists()


def close(closing: Closing) -> None:
    """Close, whole or not at all: no request reads half a file."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(asdict(closing), ensure_ascii=False), encoding="utf-8")
    written.chmod(0o644)
    written.replace(file)


def reopen() -> bool:
    """Open again; whether it was closed."""
    try:
        _file().unlink()
    except FileNotFoundError:
        return False
    return True


def _file() -> Path:
    return Path(settings.MAINTENANCE_FILE)


class MaintenanceMiddleware:
    """Stands before everything that asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        closed = None if request.path in STAYS else closing()
        return self.get_response(request) if closed is None else _closed_page(request, closed)


def _closed_page(request: HttpRequest, closed: Closing) -> HttpResponse:
    if request.path.startswith(API):
        response = refusal_as_json("系统正在维护，请稍后再试。", code="maintenance", status=503)
    else:
        context = {"is_maintenance": True, "closing": closed, "typed": typed_text(request)}
        response = render(request, "503.html", context, status=503)
    response.headers["Retry-After"] = str(closed.asks_again_after(at=clock.true_now()))
    response.headers["Cache-Control"] = "no-store"
    return response
