"""Bounds on the time and the memory that a piece of work may take, in the main thread of a process.

The kernel's own bound (RLIMIT_AS) is the last resort: a C library that gets no memory may end the whole process, and
whatever was to be said with it. So the work is ended a little before, while there is room to say why.
"""

import re
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

LOOK = 0.2  # seconds between two looks
AGAIN = 5.0  # seconds; whoever swallows the first reminder gets another
CLOSE = 0.9  # of the kernel's bound


class OutOfTime(Exception):
    """The work took longer than it may."""


@contextmanager
def within_bounds(*, seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after so many seconds, and MemoryError close to the process's bound of memory.

    Puts an alarm back that was set before. Signals reach the main thread only; elsewhere (a preview in a web server's
    thread) nothing is bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    began, silent_until = time.monotonic(), 0.0

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal silent_until
        now = time.monotonic()
        if now < silent_until:
            return
        if now >= began + seconds:
            silent_until = now + AGAIN
            raise OutOfTime
        if is_close_to_memory_bound():
            silent_until = now + AGAIN
            raise MemoryError

    left, every = signal.getitimer(signal.ITIMER_REAL)
    handler = signal.signal(signal.SIGALRM, look)
    try:
        signal.setitimer(signal.ITIMER_REAL, min(seconds, LOOK), LOOK)
        yield
    finally:
        silent_until = float("inf")
        signal.setitimer(signal.ITIMER_REAL, left, every)
        signal.signal(signal.SIGALRM, handler)


def is_close_to_memory_bound() -> bool:
    """Whether the process has at any time taken nearly as much address space as it may."""
    bound = resource.getrlimit(resource.RLIMIT_AS)[0]
    if bound == resource.RLIM_INFINITY:
        return False
    most = re.search(r"VmPeak:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return most is not None and int(most[1]) * 1024 > CLOSE * bound
