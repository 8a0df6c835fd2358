"""What each process of the portal holds for itself, and by how much it grew since it was warm."""

import time
from collections.abc import Iterable
from pathlib import Path

MIB = 1024  # KiB, as /proc says
LOOKS, BETWEEN = (
    5,
    0.4,
)  # a password that is being checked takes 100 MiB for a moment (Argon2): the least of these counts


def family(roots: dict[str, int]) -> dict[int, str]:
    """These processes and all that they have started, by number, each with the name of its root."""
    parents = dict(_everybody())
    named = {pid: name for name, pid in roots.items()}
    for pid in list(parents):
        line, above = [], pid
        while above in parents and above not in named:
            line.append(above)
            above = parents[above]
        if above in named:
            named |= dict.fromkeys(line, named[above])
    return named


def held(pid: int) -> float | None:
    """MiB of its own, not shared with the process that it was forked from; None when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["RssAnon"].split()[0]) / MIB if "RssAnon" in lines else None


class Memory:
    """Processes that live from the first look on are watched; a work-horse of one report is not there to the end."""

    def __init__(self, roots: dict[str, int]) -> None:
        self.roots = roots
        self.warm: dict[int, float] = {}
        self.names: dict[int, str] = {}

    def look(self) -> dict[str, list[float]]:
        """MiB of each process, by name."""
        now = self._now()
        return {name: [each for pid, each in now.items() if self._name(pid) == name] for name in self.roots}

    def is_warm(self) -> None:
        """From here on growth counts."""
        self.warm = self._now()

    def growth(self) -> dict[str, float]:
        """The most that one process of each name has grown."""
        grown: dict[str, float] = {}
        now = self._now()
        for pid, then in self.warm.items():
            if pid in now:
                grown[self._name(pid)] = max(grown.get(self._name(pid), -then), now[pid] - then)
        return grown

    def _now(self) -> dict[int, float]:
        self.names = family(self.roots)
        least: dict[int, float] = {}
        for _ in range(LOOKS):
            for pid in self.names:
                if (mib := held(pid)) is not None:
                    least[pid] = min(mib, least.get(pid, mib))
            time.sleep(BETWEEN)
        return least

    def _name(self, pid: int) -> str:
        return self.names.get(pid, "")


def _everybody() -> Iterable[tuple[int, int]]:
    """Every process and its parent."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(entry.parent.name), int(after_name[1])
