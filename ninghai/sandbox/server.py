"""The program that has Python and its parsers ready, and forks a process for each file that it is handed (预热进程).

It knows neither the database nor Django's apps, so it is small and has nothing to give away; it parses nothing itself.
Whoever started it hands over one socket for each file, and it ends when nobody holds the other end any more.
"""

import gc
import importlib
import logging
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from ninghai.sandbox import job

PRELOADED = (
    "ninghai.personal_data.scan",
    "ninghai.personal_data.reading.visible",
    "ninghai.personal_data.rewriting.rewriter",
    "ninghai.sanitizing.rewriting",
    "ninghai.files.upload",
)
PREFERRED_VICTIM = "1000"  # for the kernel, when memory runs out: rather this process than the portal


def main() -> None:
    """Load the parsers, then fork for each file."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for module in PRELOADED:
        importlib.import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who watch are waited for by nobody
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever started it
    door = _door()
    while True:
        message, handed, _, _ = socket.recv_fds(door, 16, 1)
        if not message:
            return
        if os.fork() == 0:
            door.close()
            _leave(_watch, handed[0])
        os.close(handed[0])


def _door() -> socket.socket:
    """Where files come in; held by nobody else here, so that it is known when this program is gone."""
    door = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return door


def _leave(do: Callable[[int], None], line: int) -> NoReturn:
    """Do it in this forked process, and never come back."""
    try:
        do(line)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _watch(line: int) -> None:
    """Fork the process that parses; tell how it ended, and end it when nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    tempfile.tempdir = tempfile.mkdtemp(prefix="ninghai-sandbox-")
    worker = os.fork()
    if worker == 0:
        _leave(_work, line)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # when the whole service stops, somebody tells how it ended
    ended, gone = os.pidfd_open(worker), select.poll()
    gone.register(ended, select.POLLIN)
    gone.register(line, select.POLLHUP)
    while not any(descriptor == ended for descriptor, _ in gone.poll()):
        os.kill(worker, signal.SIGKILL)
        gone.unregister(line)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    with suppress(BrokenPipeError, ConnectionResetError), socket.socket(fileno=line) as teller:
        teller.sendall(f"\n{status}".encode())
    os._exit(0)


def _work(line: int) -> None:
    _prefer_as_victim()
    gone = suppress(BrokenPipeError, ConnectionResetError)  # nobody listens any more
    with gone, socket.socket(fileno=line) as teller, teller.makefile("rwb") as stream:
        job.work(stream)
    os._exit(0)


def _prefer_as_victim() -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(PREFERRED_VICTIM)


if __name__ == "__main__":
    main()
