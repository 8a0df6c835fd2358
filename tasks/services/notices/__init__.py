"""What the office does with a notice of work points: import it, correct it, resolve its names, issue it or discard it."""

from tasks.services.notices.correcting import (
    add_point,
    add_responsibility,
    edit_facts,
    edit_point,
    edit_responsibility,
    remove_point,
    remove_responsibility,
)
from tasks.services.notices.discarding import discard_notice
from tasks.services.notices.importing import import_notice, notices_like
from tasks.services.notices.issuing import NoticeIncomplete, issue_notice, obstacles, preview_assignments
from tasks.services.notices.resolving import resolve_responsibility

__all__ = [
    "NoticeIncomplete",
    "add_point",
    "add_responsibility",
    "discard_notice",
    "edit_facts",
    "edit_point",
    "edit_responsibility",
    "import_notice",
    "issue_notice",
    "notices_like",
    "obstacles",
    "preview_assignments",
    "remove_point",
    "remove_responsibility",
    "resolve_responsibility",
]
