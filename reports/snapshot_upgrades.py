"""Snapshots of older schemas, read as if they had been frozen today: what was not frozen then is left out of the paper.

A snapshot is kept for ever and must be readable for ever, so every change of the schema adds a step here, and a
snapshot of the old schema to tests/data/snapshots.
"""

from collections.abc import Callable, Mapping
from typing import Any

from reports.snapshot_schema import SCHEMA

Step = Callable[[dict[str, Any]], dict[str, Any]]


def upgraded(snapshot: Mapping[str, Any]) -> dict[str, Any] | None:
    """In today's schema; None for a schema that nobody here has ever written."""
    current = dict(snapshot)
    while (schema := current.get("schema", 0)) != SCHEMA:
        if schema not in STEPS:
            return None
        current = STEPS[schema](current) | {"schema": schema + 1}
    return current


def _without_months(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 did not tell how the work went on month by month."""
    return {"months": [], **snapshot}


def _missing_untold(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 told no late reports apart from missing ones and named none of them; what was made up is told as nought."""
    sums = {name: {**snapshot[name], **NOTHING_MADE_UP} for name in ("totals", "county") if name in snapshot}
    return snapshot | sums


NOTHING_MADE_UP = {"reports_made_up": 0, "made_up_pending": 0}
STEPS: dict[Any, Step] = {1: _without_months, 2: _missing_untold}
