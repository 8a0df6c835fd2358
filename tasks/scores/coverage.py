"""Where `tasks` learns what units have made public (公开覆盖): `disclosure` registers a lookup when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LatePiece:
    """Something that was made public late, or is not public although its days are over; the record behind it."""

    words: str
    record_type: str
    record_id: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a unit had to make public in a year, as known on a day: how much in time, and each piece that was not."""

    in_time: int
    lapses: tuple[LatePiece, ...] = ()


class CoverageLookup(Protocol):
    """By the key of the unit; a unit of which nothing is known is absent."""

    def __call__(self, *, year: int, on: date) -> Mapping[int, Coverage]: ...


_lookups: list[CoverageLookup] = []


def register_coverage(lookup: CoverageLookup) -> None:
    """Called once, from the `ready()` of the app that keeps what is public."""
    _lookups[:] = [lookup]


def coverage(*, year: int, on: date) -> dict[int, Coverage]:
    """What each unit made public in the year, as of the end of that day."""
    return {unit: found for lookup in _lookups for unit, found in lookup(year=year, on=on).items()}
