"""The county office's pages of `tasks` in the admin: notices, assignments, periods, progress, petitions, spot checks, and its desk."""

from tasks.admin import assignments, desk, findings, notice, periods, petitions, progress, rubrics, spot_checks

__all__ = [
    "assignments",
    "desk",
    "findings",
    "notice",
    "periods",
    "petitions",
    "progress",
    "rubrics",
    "spot_checks",
]
