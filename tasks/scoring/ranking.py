"""Places by total (名次): equal totals share a place, and the next place counts them all (1, 1, 3)."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal


def places(totals: Iterable[Decimal]) -> dict[Decimal, int]:
    """The place of each total, the highest first."""
    place, found = 1, {}
    for total, units in sorted(Counter(totals).items(), reverse=True):
        found[total] = place
        place += units
    return found
