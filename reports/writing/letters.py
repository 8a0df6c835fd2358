"""Which letter each kind of report is written as."""

from collections.abc import Callable
from typing import Any

from reports.writing.circulars import progress_letter, spot_check_letter
from reports.writing.letter import Letter
from reports.writing.overdue import overdue_letter
from reports.writing.score import score_letter
from reports.writing.unit_progress import unit_progress_letter

LETTERS: dict[str, Callable[[Any], Letter]] = {
    "progress": progress_letter,
    "unit-progress": unit_progress_letter,
    "spot-check": spot_check_letter,
    "score": score_letter,
    "overdue": overdue_letter,
}
