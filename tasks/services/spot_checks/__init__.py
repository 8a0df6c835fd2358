"""Spot checks (抽查), in the order of the work: drawn, dealt to inspectors, inspected and recorded."""

from tasks.services.spot_checks.drawing import draw_spot_check, plan_draw, redraw
from tasks.services.spot_checks.findings import record_finding
from tasks.services.spot_checks.inspectors import (
    assign_inspector,
    dealt_inspectors,
    draw_inspectors,
    inspectors,
    named_by_hand,
    took_part,
)
from tasks.services.spot_checks.population import population, stratum_of

__all__ = [
    "assign_inspector",
    "dealt_inspectors",
    "draw_inspectors",
    "draw_spot_check",
    "inspectors",
    "named_by_hand",
    "plan_draw",
    "population",
    "record_finding",
    "redraw",
    "stratum_of",
    "took_part",
]
