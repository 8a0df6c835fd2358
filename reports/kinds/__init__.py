"""The kinds of report (报告种类): what each is asked about, when it can be made, and what it freezes.

A new kind is a module here, its words in `reports.letters`, and a line in KINDS and in `writing.letters.LETTERS`.
"""

from reports.kinds import overdue, progress, score, spot_check, unit_progress
from reports.kinds.kind import ReportKind
from reports.kinds.request import ReportContext, Request

KINDS: dict[str, ReportKind] = {
    "progress": progress.KIND,
    "unit-progress": unit_progress.KIND,
    "spot-check": spot_check.KIND,
    "score": score.KIND,
    "overdue": overdue.KIND,
}

__all__ = ["KINDS", "ReportContext", "ReportKind", "Request"]
