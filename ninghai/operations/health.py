"""Is the portal well? One address for the office's monitoring: what answers, what waits, what is missing."""

import shutil
import tomllib
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError
from rq import Queue, Worker
from rq.utils import now
from rq.worker import BaseWorker

from ninghai.calendar import clock
from ninghai.files import virus_scan
from ninghai.models.job import KINDS, JobQueue
from ninghai.operations.backups.retention import hours_since_backup
from ninghai.operations.database.connections import somebody_leads
from ninghai.operations.redis import last_round, short_line
from ninghai.web.public_pages.replica import REPLICA

PATIENCE = 1  # seconds that each part may take to answer
LEAST_FREE = 1024**3  # bytes that uploads and reports need
LONGEST_SILENCE = 30  # seconds without a sign of life from a worker, which gives one every few seconds
LONGEST_ROUND = 120  # seconds between two rounds of the scheduler
CHECKS = ("trail", "content")
LONGEST_UNCHECKED = timedelta(hours=50)  # each night, and one night that nobody was there
LONGEST_LAG = 60  # seconds that the copy of the database may be behind
LAG = """
SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END
"""

LONGEST_WAIT = 900  # seconds that a due report may wait for a worker; the reports of the whole county take a while
SWEPT_WITHIN = 60  # seconds by which the scheduler has taken back a lost lease, or handed out what is due
JOBS = """
SELECT kind,
       count(*) FILTER (WHERE is_due),
       coalesce(extract(epoch FROM statement_timestamp() - min(next_try_at) FILTER (WHERE is_due)), 0),
       coalesce(extract(epoch FROM statement_timestamp() - min(queued_at) FILTER (WHERE status <> 'failed')), 0),
       count(*) FILTER (WHERE status = 'failed'),
       count(*) FILTER (WHERE status = 'running' AND lease_until < swept),
       count(*) FILTER (WHERE is_due AND next_try_at < swept AND coalesce(handed_out_at, next_try_at) < swept)
  FROM (SELECT *, status = 'queued' AND next_try_at <= statement_timestamp() AS is_due,
               statement_timestamp() - %s * interval '1 second' AS swept
          FROM ninghai_job WHERE status IN ('queued', 'running', 'failed')) AS open
 GROUP BY kind
"""

JOB_FIGURES = ("waiting", "queue_seconds", "oldest_seconds", "failed", "overdue")

Part = dict[str, Any]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, whatever else is missing; 503 when the database is down. Names the version that runs."""
    found = parts()
    is_served = found["database"]["ok"]
    status = "ok" if all(part["ok"] for part in found.values()) else "degraded" if is_served else "down"
    return JsonResponse({"status": status, "version": version(), **found}, status=200 if is_served else 503)


@cache
def version() -> str:
    """The version of `pyproject.toml`, which is where it is counted up."""
    project = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(project)["project"]["version"])


def parts() -> dict[str, Part]:
    """Each part of the portal, whether it is well (`ok`), and figures that say more."""
    here = {"disk": _disk(), "scanner": _scanner()}
    return {**_database_and_scheduler(), **_queue_and_workers(), **here, **_replica(), **_backup()}


def _database_and_scheduler() -> dict[str, Part]:
    try:
        with closing(_direct(DEFAULT_DB_ALIAS)) as direct:
            leads = {"ok": somebody_leads(direct)}
            return {"database": {"ok": True}, "scheduler": leads, **_checks(direct), **open_jobs(direct)}
    except psycopg.Error:
        return {"database": {"ok": False}, "scheduler": {"ok": False}}


def _checks(direct: "psycopg.Connection[Any]") -> dict[str, Part]:
    """Whether the last looks at the audit trail and at what is public found all as it was written; what was wrong is told
    inside. Nothing in the minutes before a migration."""
    found: dict[str, Part] = {}
    newest = "SELECT is_good, at FROM ninghai_safetycheck WHERE kind = %s ORDER BY at DESC, id DESC LIMIT 1"
    for kind in CHECKS:
        try:
            row = direct.execute(newest, [kind]).fetchone()
        except psycopg.errors.UndefinedTable:
            return {}
        found[kind] = {"ok": True, "checked_at": None}
        if row:
            is_fresh = clock.now() - row[1] < LONGEST_UNCHECKED  # an old "well" says nothing of tonight
            found[kind] = {"ok": row[0] and is_fresh, "checked_at": row[1].isoformat(timespec="seconds")}
    return found


def open_jobs(direct: "psycopg.Connection[Any]") -> dict[str, Part]:
    """Well as long as no report waits too long and the scheduler has forgotten nothing; what failed waits for a person.
    Nothing in the minutes before a migration."""
    try:
        found = {kind: counts for kind, *counts in direct.execute(JOBS, [SWEPT_WITHIN]).fetchall()}
    except psycopg.errors.UndefinedTable:
        direct.rollback()
        return {}
    open_parts: dict[str, Part] = {}
    for kind in KINDS.values():
        waiting, queue_seconds, oldest, failed, lost, forgotten = found.get(kind.name, [0] * 6)
        if not kind.is_on():  # its jobs wait on purpose
            waiting = queue_seconds = oldest = forgotten = 0
        part = open_parts.setdefault(kind.health_part, {"ok": True, **dict.fromkeys(JOB_FIGURES, 0)})
        part["waiting"] += waiting
        part["queue_seconds"] = max(part["queue_seconds"], round(float(queue_seconds), 1))
        part["oldest_seconds"] = max(part["oldest_seconds"], round(float(oldest), 1))
        part["failed"] += failed
        part["overdue"] += lost + (0 if kind.is_heavy else forgotten)  # what may not run yet is not handed out
        part["ok"] = not part["overdue"] and (kind.health_part != "reports" or part["queue_seconds"] < LONGEST_WAIT)
    return open_parts


def _replica() -> dict[str, Part]:
    """How far the copy of the database is behind, where there is one; the portal goes on without it."""
    if REPLICA not in settings.DATABASES:
        return {}
    try:
        with closing(_direct(REPLICA)) as direct:
            row = direct.execute(LAG).fetchone()
    except psycopg.Error:
        return {"replica": {"ok": False}}
    lag = float(row[0]) if row else 0.0
    return {"replica": {"ok": lag < LONGEST_LAG, "lag_seconds": round(lag, 1)}}


def _direct(alias: str) -> "psycopg.Connection[Any]":
    """A fresh connection: the pool would wait ten seconds for a server that is down."""
    return psycopg.connect(**{**connections[alias].get_connection_params(), "connect_timeout": PATIENCE})


def _backup() -> dict[str, Part]:
    """How old the newest complete backup is; nothing where the portal is not told where backups lie."""
    if not settings.BACKUP_DIR:
        return {}
    hours = hours_since_backup(settings.BACKUP_DIR)
    return {"backup": {"ok": hours is not None and hours <= settings.BACKUP_HOURS, "hours": hours}}


def _scanner() -> Part:
    """The virus scanner; that there is none is said, and a matter of the county's."""
    return {"ok": virus_scan.answers() if virus_scan.is_on() else True, "on": virus_scan.is_on()}


def _queue_and_workers() -> dict[str, Part]:
    redis = short_line(settings.REDIS_URL, seconds=PATIENCE)
    try:
        waiting = sum(Queue(name, connection=redis).count for name in settings.RQ_QUEUES)
        workers = [worker for worker in Worker.all(connection=redis) if _lives(worker)]
        served = {name for worker in workers for name in worker.queue_names()}
        last = last_round(redis)
    except RedisError:
        return {"queue": {"ok": False}, "workers": {"ok": False}}
    finally:
        redis.close()
    workers_part = {"ok": served >= _needed(), "count": len(workers)}
    found = {"queue": {"ok": True, "waiting": waiting}, "workers": workers_part}
    return found if last is None else found | {"rounds": {"ok": last["seconds"] < LONGEST_ROUND, **last}}


def _needed() -> set[str]:
    """The queues that somebody must serve: that of the outbox only where a channel is on."""
    return {str(kind.queue) for kind in KINDS.values() if kind.is_on()} | {JobQueue.PROMPT.value}


def _lives(worker: BaseWorker) -> bool:
    """Whether it gave a sign of life a moment ago; one that was killed stands in the list for two minutes."""
    last = worker.last_heartbeat
    return last is not None and (now() - last).total_seconds() < LONGEST_SILENCE


def _disk() -> Part:
    """The disk that holds the private files; a folder not made yet is measured where it will be."""
    folder = Path(storages["private"].path(""))
    free = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
    return {"ok": free >= LEAST_FREE, "free_bytes": free}
