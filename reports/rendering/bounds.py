"""Bounds on the time and the memory that a piece of work may take, in the main thread of a process.

The kernel's own bound (RLIMIT_AS) is the last resort: a C library that gets no memory may end the whole process, and
whatever was to be said with it. So the work is ended a little before, while there is room to say why.
"""

import errno
import re
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.conf import settings

from reports.pdf import TypesettingError
from reports.rendering.claims import MOST_TRIES

LOOK = 0.2  # seconds between two looks
AGAIN = 5.0  # seconds; whoever swallows the first reminder gets another
CLOSE = 0.9  # of the kernel's bound


class OutOfTime(Exception):
    """The work took longer than it may."""


HoldBack = Callable[[], AbstractContextManager[None]]


@contextmanager
def within_bounds(*, seconds: float) -> Iterator[HoldBack]:
    """Raises OutOfTime in the block after so many seconds, and MemoryError close to the process's bound of memory.

    A block that swallows it, as WeasyPrint does in the midst of a picture, gets it again, at its end at the latest:
    what it made lacks whatever was broken off. Not within `with hold_back():` of what it yields, but at the next look:
    a query that is broken off in its midst leaves a connection over which nobody can be told why. Puts an alarm back
    that was set before. Signals reach the main thread only; elsewhere (a preview in a web server's thread) nothing is
    bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield nullcontext
        return
    watch = _Watch(ends=time.monotonic() + seconds)
    with _alarm(watch.look, first=min(seconds, LOOK)):
        try:
            yield watch.hold_back
            watch.close()
        except Exception:
            watch.close()
            raise
        finally:
            watch.silent_until = float("inf")


@dataclass(slots=True)
class _Watch:
    """When the work must have ended, and when nothing is to be said of it; by the monotonic clock."""

    ends: float
    silent_until: float = 0.0
    is_held_back: bool = False
    struck: Exception | None = None  # what was raised in the block

    @contextmanager
    def hold_back(self) -> Iterator[None]:
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


# Why something could not be printed (失败原因): said to a clerk, and how often it is worth another try.

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def reason_for_screen(error: Exception) -> str:
    """What a clerk can do about it."""
    if isinstance(error, TypesettingError):
        return str(error)
    if isinstance(error, OutOfTime):
        return f"生成超过{settings.REPORT_SECONDS}秒，已中止。请缩短内容后重试，仍不成功请联系系统管理员。"
    if wanted_memory(error):
        return "生成所需的内存超过上限，已中止。请缩短内容后重试，仍不成功请联系系统管理员。"
    if isinstance(error, OSError) and error.errno in FULL:
        return "存放文件的磁盘空间不足，文件没有存下来。请系统管理员清理磁盘，然后重新生成。"
    return "生成时发生意外错误，详情已记入系统日志。请稍后重试，仍不成功请联系系统管理员。"


def tries_for(error: Exception) -> int:
    """What was too long or too large for its bounds hardly becomes smaller."""
    return 2 if isinstance(error, OutOfTime) or wanted_memory(error) else MOST_TRIES


def wanted_memory(error: Exception) -> bool:
    """Close to the bound, libraries written in C call it all sorts of things."""
    if isinstance(error, MemoryError):
        return True
    return not isinstance(error, TypesettingError | OutOfTime | OSError) and is_close_to_memory_bound()
