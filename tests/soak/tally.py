"""What became of the requests: numbers for each minute and for the whole, and the first of what went wrong."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

BROKEN = 500
EXAMPLES = 10  # of what went wrong, to be told


@dataclass
class Tally:
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)  # logins, reports, uploads
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, *, status: int, seconds: float, is_known: bool = False) -> None:
        with self.lock:
            self.seconds.append(seconds)
            self.statuses[status] += 1
            if status >= BROKEN:
                self.broken.append(what)
            elif not is_known:
                self.unknown.append(what)

    def did(self, what: str) -> None:
        with self.lock:
            self.done[what] += 1

    def since(self, before: int) -> list[float]:
        with self.lock:
            return self.seconds[before:]


def late(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000 if seconds else 0.0
