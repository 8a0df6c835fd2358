"""What the office does with a notice of work points: import it, correct and reshape it, resolve its names, issue, revoke or discard it."""

from tasks.notices.carrying_over import carriable, carry_over
from tasks.notices.correcting import (
    add_point,
    add_responsibility,
    change_choice,
    choices_for,
    edit_facts,
    edit_point,
    edit_responsibility,
    remove_point,
    remove_responsibility,
    resolve_responsibility,
)
from tasks.notices.importing import import_notice, notices_like
from tasks.notices.issuing import (
    NoticeIncomplete,
    count_assignments,
    discard_notice,
    issue_notice,
    obstacles,
    obstacles_to_revoking,
    preview_assignments,
    revoke_notice,
)
from tasks.notices.reshaping import (
    SplitShare,
    halves_to_be,
    head_point,
    merge_points,
    move_point,
    split_point,
    step_point,
)

__all__ = [
    "NoticeIncomplete",
    "SplitShare",
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
