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
from redis import RedisError
from rq import Queue, Worker

from ninghai.leadership import somebody_leads
from ninghai.redis_line import short_line
from ninghai.safe_keeping.age import hours_since_backup

PATIENCE = 1  # seconds that each part may take to answer
LEAST_FREE = 1024**3  # bytes that uploads and reports need

Part = dict[str, Any]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, whatever else is missing; 503 when the database is down."""
    parts = {**_database_and_scheduler(), **_queue_and_workers(), "disk": _disk(), **_backup()}
    is_served = parts["database"]["ok"]
    status = "ok" if all(part["ok"] for part in parts.values()) else "degraded" if is_served else "down"
    return JsonResponse({"status": status, **parts}, status=200 if is_served else 503)


def _database_and_scheduler() -> dict[str, Part]:
    """Over a fresh connection: the pool would wait ten seconds for a server that is down."""
    try:
        with closing(psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": PATIENCE})) as direct:
            leads = {"ok": somebody_leads(direct)}
            return {"database": {"ok": True}, "scheduler": leads, **_checks(direct)}
    except psycopg.Error:
        return {"database": {"ok": False}, "scheduler": {"ok": False}}


def _checks(direct: "psycopg.Connection[Any]") -> dict[str, Part]:
    """Whether the last looks at the audit trail and at what is public found all as it was written; what was wrong is told
    inside. Nothing in the minutes before a migration."""
    parts: dict[str, Part] = {}
    newest = "SELECT is_good, at FROM ninghai_safetycheck WHERE kind = %s ORDER BY at DESC, id DESC LIMIT 1"
    for kind in ("trail", "content"):
        try:
            row = direct.execute(newest, [kind]).fetchone()
        except psycopg.errors.UndefinedTable:
            return {}
        parts[kind] = {"ok": True, "checked_at": None}
        if row:
            parts[kind] = {"ok": row[0], "checked_at": row[1].isoformat(timespec="seconds")}
    return parts


def _backup() -> dict[str, Part]:
    """How old the newest complete backup is; nothing where the portal is not told where backups lie."""
    if not settings.BACKUP_DIR:
        return {}
    hours = hours_since_backup(settings.BACKUP_DIR)
    return {"backup": {"ok": hours is not None and hours <= settings.BACKUP_HOURS, "hours": hours}}


def _queue_and_workers() -> dict[str, Part]:
    redis = short_line(settings.REDIS_URL, seconds=PATIENCE)
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
