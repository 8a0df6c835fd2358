"""How things are timed: ours and the peer in turns, so that both meet the same weather."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds of ours and of the peer, one for each time it was done."""

    name: str
    peer_name: str
    ours: list[float]
    peer: list[float]

    @property
    def ratio(self) -> float:
        """Time of ours ÷ time of the peer, by their medians."""
        return median(self.ours) / median(self.peer)


def timed(work: Work) -> float:
    """Milliseconds that the work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def compared(name: str, ours: Sequence[Work], *, peer_name: str, peer: Sequence[Work], rounds: int) -> Figure:
    """Do the works in pairs, round after round; who begins changes. The first round warms up and does not count."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for pair in zip(ours, peer, strict=True):
            for side in (0, 1) if number % 2 else (1, 0):
                milliseconds = timed(pair[side])
                if number:
                    took[side].append(milliseconds)
    return Figure(name, peer_name, *took)


def late(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[-1]
