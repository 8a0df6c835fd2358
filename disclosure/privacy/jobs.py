"""The timed work on personal data, for the scheduler."""

from disclosure.privacy.file_scans import scan_waiting
from disclosure.privacy.nightly import check_public_items
from disclosure.public_copies import make_waiting_copies, note_old_files
from ninghai import clock

NIGHT = range(1, 5)  # hours


def make_public_copies() -> None:
    """Write anew for the public what waits for it, and what was public before files were written anew."""
    note_old_files()
    make_waiting_copies()


def scan_waiting_files() -> None:
    """Scan the files that were too large to be scanned while somebody waited."""
    scan_waiting()


def check_what_is_public() -> None:
    """Look again at what is public, at night."""
    now = clock.now()
    if now.hour in NIGHT:
        check_public_items(at=now)
