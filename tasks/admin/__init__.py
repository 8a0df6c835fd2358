"""The county office's pages of `tasks` in the admin: notices, assignments, progress, spot checks, and its desk."""

from tasks.admin import assignments, desk, notices, progress, spot_checks

__all__ = ["assignments", "desk", "notices", "progress", "spot_checks"]
