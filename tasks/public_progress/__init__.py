"""How the points of a notice stand, as the public may know it: from accepted reports only, in released words only.

By part and section (`parts`), by unit, and for one unit or one point each assignment (`assignments`). Units count once
in completed, in progress (a report was accepted) or not begun; overdue is said of those besides.
"""

from tasks.public_progress.counts import Counts, PublicWords, total
from tasks.public_progress.standing import (
    AssignmentStanding,
    PartStanding,
    UnitStanding,
    of_point,
    of_unit,
    public_progress,
    public_units,
)

__all__ = [
    "AssignmentStanding",
    "Counts",
    "PartStanding",
    "PublicWords",
    "UnitStanding",
    "of_point",
    "of_unit",
    "public_progress",
    "public_units",
    "total",
]
