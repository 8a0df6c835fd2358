"""/metrics: the portal's figures for the county's monitoring, in the form of Prometheus.

Request times are counted in each process of the web server, which share a folder (`ninghai.web.server` makes it), so
that whichever of them is asked answers for all. Everything else is read when asked, from the parts of /healthz.
"""

import ipaddress
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ninghai.operations import health
from ninghai.web.http import client_address, is_from_proxy

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})  # what else visitors make up is counted together
PROXY_HEADERS = ("X-Forwarded-For", "X-Real-IP", "Forwarded")

REQUEST_SECONDS = Histogram(
    "ninghai_request_seconds",
    "Seconds from a request to its answer, by name of the address, method and status",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)
PUBLIC_PAGES = Counter(
    "ninghai_public_pages",
    "Public pages that were taken from the cache (kept), or rendered from the primary or its copy (replica)",
    ["source"],
    registry=None,
)

# (part of /healthz, value): name, meaning
FIGURES = {
    ("queue", "waiting"): ("ninghai_queue_hints", "Hints to workers that wait in Redis"),
    ("workers", "count"): ("ninghai_workers", "Workers that are at work or wait for it"),
    ("reports", "waiting"): ("ninghai_reports_waiting", "Reports that are due and not yet taken by a worker"),
    ("reports", "queue_seconds"): ("ninghai_report_queue_age_seconds", "How long the oldest of them has been due"),
    ("reports", "oldest_seconds"): ("ninghai_report_oldest_open_seconds", "Age of the oldest unfinished report"),
    ("reports", "failed"): ("ninghai_reports_failed", "Reports and booklets that were given up"),
    ("reports", "overdue"): ("ninghai_reports_overdue", "Reports that the scheduler should have taken back or handed out"),
    ("jobs", "waiting"): ("ninghai_jobs_waiting", "Other jobs (imports, scans, sendings) that are due and not yet taken"),
    ("jobs", "failed"): ("ninghai_jobs_failed", "Other jobs that were given up"),
    ("jobs", "overdue"): ("ninghai_jobs_overdue", "Other jobs that the scheduler should have taken back or handed out"),
    ("rounds", "seconds"): ("ninghai_scheduler_round_age_seconds", "Since the scheduler's last whole round"),
    ("rounds", "took"): ("ninghai_scheduler_round_seconds", "What this round took"),
    ("rounds", "failed"): ("ninghai_scheduler_failed_duties", "Duties that failed in it"),
    ("replica", "lag_seconds"): ("ninghai_replica_lag_seconds", "How far the copy of the database is behind"),
    ("disk", "free_bytes"): ("ninghai_disk_free_bytes", "Free on the disk of the private files"),
    ("backup", "hours"): ("ninghai_backup_age_hours", "Age of the newest whole backup"),
}  # fmt: skip


def observe(request: HttpRequest, response: HttpResponse, *, seconds: float) -> str:
    """Count the answer, and return the name under which it counts."""
    match = request.resolver_match
    if match is not None:
        view = match.view_name or "(unnamed)"
    elif request.path.startswith(settings.STATIC_URL):
        view = "(static)"
    else:
        view = "(kept)" if response.has_header("ETag") else "(none)"
    method = request.method if request.method in METHODS else "other"
    REQUEST_SECONDS.labels(view, method, response.status_code).observe(seconds)
    return view


def count_page(*, source: str) -> None:
    PUBLIC_PAGES.labels(source).inc()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For METRICS_ALLOWED only; for anybody else there is nothing here."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    if SHARED_FOLDER in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUEST_SECONDS)
        registry.register(PUBLIC_PAGES)
    registry.register(PartsOfHealth())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """A request that a proxy handed on without being set up shows the proxy's address as if it were the visitor's."""
    is_named = is_from_proxy(request) and settings.CLIENT_ADDRESS_HEADER in request.headers
    if not is_named and any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ALLOWED)


class PartsOfHealth(Collector):
    """What /healthz says, as figures."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        parts = health.parts()
        well = GaugeMetricFamily("ninghai_part_ok", "1 where this part of the portal is well", labels=["part"])
        for name, part in parts.items():
            well.add_metric([name], float(part["ok"]))
        yield well
        yield _checks(parts)
        for (name, key), (metric, meaning) in FIGURES.items():
            if (value := parts.get(name, {}).get(key)) is not None:
                yield GaugeMetricFamily(metric, meaning, value=float(value))


def _checks(parts: dict[str, dict[str, Any]]) -> GaugeMetricFamily:
    ages = GaugeMetricFamily(
        "ninghai_check_age_seconds", "Since the audit trail (trail) or what is public (content) was last verified",
        labels=["check"],
    )  # fmt: skip
    for name in health.CHECKS:
        if when := parts.get(name, {}).get("checked_at"):
            ages.add_metric([name], (datetime.now(UTC) - datetime.fromisoformat(when)).total_seconds())
    return ages
