"""gunicorn's settings for the portal: `gunicorn --config python:ninghai.web.server ninghai.wsgi`.

gunicorn reads this module once, before anything of the portal: wrong settings end it here with one sentence, and the
processes that it will fork find the folder in which they count requests together (see `ninghai.operations.metrics`).
WEB_PROCESSES and WEB_THREADS say how many; the address comes with --bind, or from systemd's socket.
"""

import os
import resource
import shutil
import sys
import tempfile
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ninghai.files.sandbox.running import start_ahead
from ninghai.operations.environment import env_int
from ninghai.operations.production_checks import refuse_unfit_settings

COUNTS = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
OURS = "ninghai-counts-"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninghai.settings")
os.environ[COUNTS] = tempfile.mkdtemp(prefix=OURS)
try:
    django.setup()
    workers = env_int("WEB_PROCESSES", 2, least=1)  # one for each core
    pages = env_int("WEB_THREADS", 4, least=1)  # for what waits for the database
    threads = pages + settings.LONG_ANSWERS  # long downloads take none of those
    refuse_unfit_settings()
except (ImproperlyConfigured, SystemExit) as problem:
    shutil.rmtree(os.environ[COUNTS], ignore_errors=True)
    sys.exit(f"设置有误，网站没有启动：{problem}" if isinstance(problem, ImproperlyConfigured) else problem.code)

LINES = 1000  # at once in one process, most of them silent; a body on its way takes a file beside
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if 0 <= soft < 4 * LINES:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4 * LINES if hard < 0 else min(4 * LINES, hard), hard))

worker_connections = LINES
worker_class = "ninghai.web.gunicorn_worker.PatientWorker"
preload_app = True  # one copy in memory for all processes
timeout = 60  # seconds; then a process that hangs is replaced
graceful_timeout = 10
keepalive = 30  # seconds, as nginx holds the line: closed between two clicks, a line may take the second click with it
forwarded_allow_ips = ""  # whom to believe is said by the portal's own settings
control_socket_disable = True
logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],
        "gunicorn.error": {"level": settings.LOG_LEVEL, "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},  # ninghai.requests tells more
    },
}


def post_worker_init(worker: Any) -> None:
    """Nobody's first upload waits for the parsers to be loaded."""
    start_ahead()


def on_exit(server: Any) -> None:
    """What a process that ended has counted stays until here."""
    shutil.rmtree(os.environ[COUNTS], ignore_errors=True)
