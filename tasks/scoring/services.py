"""考核: schemes, what the office records, and the scores as of a day."""

from tasks.scoring.computing import circulate_scores, compute_scores, is_current, sheets_of
from tasks.scoring.schemes import (
    add_rule,
    cancel_entry,
    change_rule,
    change_scheme,
    copy_scheme,
    import_results,
    make_scheme,
    propose_scheme,
    record_entry,
    remove_rule,
)

__all__ = [
    "add_rule",
    "cancel_entry",
    "change_rule",
    "change_scheme",
    "circulate_scores",
    "compute_scores",
    "copy_scheme",
    "import_results",
    "is_current",
    "make_scheme",
    "propose_scheme",
    "record_entry",
    "remove_rule",
    "sheets_of",
]
