"""The county office's pages of `tasks` in the admin, by subject, and its desk; the hand-over is the security administrator's."""

from tasks.admin import (
    assignments,
    desk,
    findings,
    handover,
    notice,
    periods,
    petitions,
    progress,
    rubrics,
    scores,
    spot_checks,
    unit_choices,
    unit_reform,
)

__all__ = [
    "assignments",
    "desk",
    "findings",
    "handover",
    "notice",
    "periods",
    "petitions",
    "progress",
    "rubrics",
    "scores",
    "spot_checks",
    "unit_choices",
    "unit_reform",
]
