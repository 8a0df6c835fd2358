"""What /healthz and /metrics say of reports: what waits, what was given up, and whether the scheduler sweeps."""

from typing import Any

from psycopg import Connection

from ninghai.calendar import clock

LONGEST_WAIT = 900  # seconds that a due report may wait for a worker; the reports of the whole county take a while
SWEPT_WITHIN = 60  # seconds by which the scheduler has taken back a lost lease, or handed out what is due

REPORTS = """
SELECT count(*) FILTER (WHERE rendering = 'queued' AND next_try_at <= statement_timestamp()),
       coalesce(extract(epoch FROM statement_timestamp() - min(next_try_at) FILTER (WHERE rendering = 'queued' AND next_try_at <= statement_timestamp())), 0),
       coalesce(extract(epoch FROM %(now)s - min(requested_at) FILTER (WHERE rendering IN ('queued', 'rendering'))), 0),
       count(*) FILTER (WHERE rendering = 'failed') + (SELECT count(*) FROM reports_bookletmaking WHERE has_failed),
       count(*) FILTER (WHERE rendering = 'rendering' AND lease_until < statement_timestamp() - %(swept)s * interval '1 second'
                           OR rendering = 'queued' AND next_try_at < statement_timestamp() - %(swept)s * interval '1 second'
                          AND coalesce(handed_out_at, next_try_at) < statement_timestamp() - %(swept)s * interval '1 second')
  FROM reports_report WHERE rendering <> 'ready'
"""


def open_reports(direct: "Connection[Any]") -> dict[str, dict[str, Any]]:
    """Well as long as nothing waits too long and nothing was forgotten by the scheduler; what failed waits for a person."""
    row = direct.execute(REPORTS, {"now": clock.now(), "swept": SWEPT_WITHIN}).fetchone()
    waiting, queue_seconds, oldest, failed, overdue = row or (0, 0, 0, 0, 0)
    return {
        "reports": {
            "ok": queue_seconds < LONGEST_WAIT and not overdue,
            "waiting": waiting,
            "queue_seconds": round(float(queue_seconds), 1),
            "oldest_seconds": round(float(oldest), 1),
            "failed": failed,
            "overdue": overdue,
        }
    }
