"""Is the portal well? One address for the office's monitoring: what answers, what waits, what is missing."""

import shutil
from contextlib import closing
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError
from rq import Queue, Worker

from ninghai.leadership import somebody_leads

PATIENCE = 1  # seconds that each part may take to answer
LEAST_FREE = 1024**3  # bytes that uploads and reports need

Part = dict[str, Any]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, whatever else is missing; 503 when the database is down."""
    parts = {**_database_and_scheduler(), **_queue_and_workers(), "disk": _disk()}
    is_served = parts["database"]["ok"]
    status = "ok" if all(part["ok"] for part in parts.values()) else "degraded" if is_served else "down"
    return JsonResponse({"status": status, **parts}, status=200 if is_served else 503)


def _database_and_scheduler() -> dict[str, Part]:
    """Over a fresh connection: the pool would wait ten seconds for a server that is down."""
    try:
        with closing(psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": PATIENCE})) as direct:
            return {"database": {"ok": True}, "scheduler": {"ok": somebody_leads(direct)}}
    except psycopg.Error:
        return {"database": {"ok": False}, "scheduler": {"ok": False}}


def _queue_and_workers() -> dict[str, Part]:
    redis = Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        waiting = sum(Queue(name, connection=redis).count for name in settings.RQ_QUEUES)
        workers = len(Worker.all(connection=redis))
    except RedisError:
        return {"queue": {"ok": False}, "workers": {"ok": False}}
    finally:
        redis.close()
    return {"queue": {"ok": True, "waiting": waiting}, "workers": {"ok": workers > 0, "count": workers}}


def _disk() -> Part:
    """The disk that holds the private files; a folder not made yet is measured where it will be."""
    folder = settings.BASE_DIR
    free = shutil.disk_usage(folder).free
    return {"ok": free >= LEAST_FREE, "free_bytes": free}
