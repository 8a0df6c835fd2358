"""What the office does with a notice of work points: import it, correct and reshape it, resolve its names, issue, revoke or discard it."""

from tasks.services.notices.carrying_over import carriable, carry_over
from tasks.services.notices.choices import change_choice, choices_for
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
from tasks.services.notices.issuing import NoticeIncomplete, count_assignments, issue_notice, preview_assignments
from tasks.services.notices.moving import head_point, move_point, step_point
from tasks.services.notices.obstacles import obstacles
from tasks.services.notices.resolving import resolve_responsibility
from tasks.services.notices.revoking import obstacles_to_revoking, revoke_notice
from tasks.services.notices.splitting import Share, halves_to_be, merge_points, split_point

__all__ = [
    "NoticeIncomplete",
    "Share",
    "add_point",
    "add_responsibility",
    "carriable",
    "carry_over",
    "change_choice",
    "choices_for",
    "count_assignments",
    "discard_notice",
    "edit_facts",
    "edit_point",
    "edit_responsibility",
    "halves_to_be",
    "head_point",
    "import_notice",
    "issue_notice",
    "merge_points",
    "move_point",
    "notices_like",
    "obstacles",
    "obstacles_to_revoking",
    "preview_assignments",
    "remove_point",
    "remove_responsibility",
    "resolve_responsibility",
    "revoke_notice",
    "split_point",
    "step_point",
]
