"""What scheduler and workers do between two acts, here and now."""

from disclosure.items.public_copies import queue_copies
from disclosure.privacy.scans import queue_scans
from ninghai.jobs.claims import run_due


def scan_waiting() -> int:
    """Look into the files whose turn it is; how many attempts that took."""
    queue_scans()
    return run_due("scan")


def make_waiting_copies() -> int:
    """Make the public copies whose turn it is; how many attempts that took."""
    queue_copies()
    return run_due("copy")
