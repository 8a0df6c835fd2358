"""The portal as it runs for its users: the web server, and the workers and scheduler behind it, as processes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from http import HTTPStatus
from pathlib import Path

ROOT = Path(__file__).parents[2]
TODAY = "2018-11-20"
YESTERDAY = "2018-11-19"  # on which the clock has run: today it stands at its last moment, at whatever hour tests run
PATIENT = "--worker-class=ninghai.web.gunicorn_worker.PatientWorker"
STARTED_WITHIN = 60  # seconds


@contextmanager
def served(*options: str, **of_another: str) -> Iterator[str]:
    """The web server with its static files, on a free port, with options of gunicorn, and where it is `of_another` day or kind
    with these variables; yields its address."""
    address = f"127.0.0.1:{free_port()}"
    environment = environment_of(address) | of_another
    collect_static_files(environment)
    command = ["gunicorn", "ninghai.wsgi", "--threads=8", "--no-control-socket", f"--bind={address}", PATIENT, *options]
    with _process([sys.executable, "-m", *command], environment) as web:
        _wait_for(address, web)
        yield f"http://{address}"


def collect_static_files(environment: dict[str, str]) -> None:
    """collectstatic, once for all workers of a run: they share the folder, and compressing the files takes long."""
    folder = (Path(environment["VAR_DIR"]) / "static").resolve()
    collected = folder.with_suffix(".collected")
    with folder.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not collected.exists():
            command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
            collected.touch()


@contextmanager
def running(command: str, *, address: str) -> Iterator[None]:
    """`manage.py COMMAND` (worker, scheduler) beside the web server at `address`."""
    with _process([sys.executable, "manage.py", command], environment_of(address)):
        yield


def environment_of(address: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ninghai.settings",
        "CLOCK_DATE": TODAY,
        "CLOCK_SINCE": YESTERDAY,
        "SITE_URL": f"http://{address.removeprefix('http://')}",
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A process in a group of its own, ended with whatever it has forked."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(address: str, web: subprocess.Popen) -> None:
    """Until the server answers; a server that ended says why on the terminal."""
    began = time.monotonic()
    while not _answers(address):
        assert web.poll() is None, "the web server ended"
        assert time.monotonic() - began < STARTED_WITHIN, "the web server did not start"
        time.sleep(0.1)


def _answers(address: str) -> bool:
    line = http.client.HTTPConnection(address, timeout=5)
    try:
        line.request("GET", "/robots.txt")
        return line.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()
