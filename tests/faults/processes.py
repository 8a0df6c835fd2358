"""Workers and scheduler as processes of their own, as a supervisor would start them, and how they are killed."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ninghai.operations.devservices.services import Redis
from tests.faults.counts import TWO_MINUTES

ROOT = Path(__file__).parents[2]


def start(command: str, *, queue: Redis, largest_file: int = 0, **environment: str) -> subprocess.Popen:
    """`manage.py COMMAND` with its options in a session of its own; `largest_file` bounds the bytes of what it writes."""
    ours = {"REDIS_URL": queue.url(), "DJANGO_SETTINGS_MODULE": "ninghai.settings", "LOG_LEVEL": "CRITICAL"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env={**os.environ, **ours, **environment},
        start_new_session=True,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file,) * 2)) if largest_file else None,
    )


@contextmanager
def running(command: str, *, queue: Redis, largest_file: int = 0, **environment: str) -> Iterator[subprocess.Popen]:
    process = start(command, queue=queue, largest_file=largest_file, **environment)
    try:
        yield process
    finally:
        kill_all(process)


@contextmanager
def crew(size: int, *, queue: Redis, **environment: str) -> Iterator[list[subprocess.Popen]]:
    """So many workers; whoever kills one puts another in its place."""
    workers = [start("worker", queue=queue, **environment) for _ in range(size)]
    try:
        yield workers
    finally:
        for worker in workers:
            kill_all(worker)


def kill_all(process: subprocess.Popen) -> None:
    """kill -9 for the process and its work-horse, as the kernel or a supervisor's control group would."""
    for pid in session_of(process.pid):
        send(signal.SIGKILL, pid)
    process.wait()


def work_horse(worker: subprocess.Popen) -> int | None:
    """The process that the worker has forked for a report, if there is one."""
    return next((pid for pid in session_of(worker.pid) if pid != worker.pid), None)


def send(what: signal.Signals, pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def session_of(leader: int) -> list[int]:
    """RQ's work-horse leaves the process group, but not the session."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if os.getsid(int(folder.name)) == leader:
                members.append(int(folder.name))
    return members


def wait_until(holds: Callable[[], object], *, seconds: float = TWO_MINUTES) -> float:
    began = time.monotonic()
    while not holds():
        waited = time.monotonic() - began
        assert waited < seconds, f"did not happen within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def comes_true(holds: Callable[[], object], *, seconds: float = TWO_MINUTES) -> bool:
    """The same without complaint, for those who count how often."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True
