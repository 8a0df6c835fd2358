"""Bounds on the time and the memory that a piece of work may take, in the main thread of a process.

The kernel's own bound (RLIMIT_AS) is the last resort: a C library that gets no memory may end the whole process, and
whatever was to be said with it. So the work is ended a little before, while there is room to say why.
"""

import re
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

LOOK = 0.2  # seconds between two looks
AGAIN = 5.0  # seconds; whoever swallows the first reminder gets another
CLOSE = 0.9  # of the kernel's bound


class OutOfTime(Exception):
    """The work took longer than it may."""


@contextmanager
def within_bounds(*, seconds: float) -> Iterator["Watch"]:
    """Raises OutOfTime in the block after so many seconds, and MemoryError close to the process's bound of memory.

    A block that swallows it, as WeasyPrint does in the midst of a picture, gets it again, at its end at the latest:
    what it made lacks whatever was broken off. Not within `with watch.held_back():`, but at the next look: a query that is
    broken off in its midst leaves a connection over which nobody can be told why. Puts an alarm back that was set before.
    Signals reach the main thread only; elsewhere (a preview in a web server's thread) nothing is bounded.
    """
    watch = Watch(ends=time.monotonic() + seconds)
    if threading.current_thread() is not threading.main_thread():
        yield watch
        return
    with _alarm(watch.look, first=min(seconds, LOOK)):
        try:
            yield watch
            watch.close()
        except Exception:
            watch.close()
            raise
        finally:
            watch.silent_until = float("inf")


@dataclass(slots=True)
class Watch:
    """When the work must have ended, and when nothing is to be said of it; by the monotonic clock."""

    ends: float
    silent_until: float = 0.0
    is_held_back: bool = False
    struck: Exception | None = None  # what was raised in the block

    @contextmanager
    def held_back(self) -> Iterator[None]:
        self.is_held_back = True
        try:
            yield
        finally:
            self.is_held_back = False

    def look(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.is_held_back or now < self.silent_until:
            return
        is_late = now >= self.ends
        if is_late or is_close_to_memory_bound():
            self.silent_until = now + AGAIN
            self.struck = OutOfTime() if is_late else MemoryError()
            raise self.struck

    def close(self) -> None:
        """Nothing is raised from here on but what struck before, if it was swallowed or came out as something else."""
        self.silent_until = float("inf")
        if self.struck:
            raise self.struck


@contextmanager
def _alarm(look: Callable[[int, FrameType | None], None], *, first: float) -> Iterator[None]:
    """`look` is called after `first` seconds and again and again; afterwards the alarm is as it was before."""
    left, every = signal.getitimer(signal.ITIMER_REAL)
    handler = signal.signal(signal.SIGALRM, look)
    try:
        signal.setitimer(signal.ITIMER_REAL, first, LOOK)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, every)
        signal.signal(signal.SIGALRM, handler)


def is_close_to_memory_bound() -> bool:
    """Whether the process has at any time taken nearly as much address space as it may."""
    bound = resource.getrlimit(resource.RLIMIT_AS)[0]
    if bound == resource.RLIM_INFINITY:
        return False
    most = re.search(r"VmPeak:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return most is not None and int(most[1]) * 1024 > CLOSE * bound
