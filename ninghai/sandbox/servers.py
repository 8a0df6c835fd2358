"""The server of the sandbox that belongs to this process: started when it is first needed, and again when it is gone."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ninghai.sandbox.outcomes import Interrupted

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-W", "ignore", "-m", "ninghai.sandbox.server")
KEPT_VARIABLES = {
    "PATH",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "VIRTUAL_ENV",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
}
TRIES = 2  # the first one may find that the server was killed


def _environment() -> dict[str, str]:
    """Where programs and folders are, and no secret of the portal."""
    return {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}


class _Server:
    """At most one for each process: after a fork, as gunicorn does it, the new process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._owner = 0

    def hand_over(self, line: socket.socket) -> None:
        """Give the server this end of a line, on which a request will come."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    socket.send_fds(self._open_door(), [b"."], [line.fileno()])
                except OSError:
                    self._forget()
                else:
                    return
        raise Interrupted("the sandbox does not start")

    def start(self) -> None:
        with self._lock:
            self._open_door()

    def stop(self) -> None:
        with self._lock:
            if self._owner == os.getpid():
                self._forget()

    def _open_door(self) -> socket.socket:
        if self._door is None or self._owner != os.getpid():
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=ROOT, env=_environment()
                )
            self._door, self._owner = ours, os.getpid()
        return self._door

    def _forget(self) -> None:
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._door = None


_server = _Server()
atexit.register(_server.stop)


def start_ahead() -> None:
    """Start it before anybody has need of it, as a web process does when it starts."""
    with suppress(OSError):
        _server.start()


@contextmanager
def new_line() -> Iterator[socket.socket]:
    """A line to a new process of the sandbox, which ends with it at the latest."""
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise Interrupted(str(error)) from error
    with ours:
        with theirs:
            _server.hand_over(theirs)
        yield ours
