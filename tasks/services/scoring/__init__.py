"""考核: schemes, what the office records, and the scores as of a day."""

from tasks.services.scoring.computing import circulate_scores, compute_scores, is_current, sheets_of
from tasks.services.scoring.entries import cancel_entry, import_results, record_entry
from tasks.services.scoring.schemes import (
    add_rule,
    change_rule,
    change_scheme,
    copy_scheme,
    make_scheme,
    propose_scheme,
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
