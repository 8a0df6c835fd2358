"""The timed work on items, for the scheduler: release, expiry, scans, public copies, imports."""

from disclosure.items.lifecycle import expire_items
from disclosure.items.public_copies import make_waiting_copies, note_old_files
from disclosure.items.publication import release_due
from disclosure.legacy_import.worker import work_on_imports
from disclosure.privacy.nightly import check_public_items
from disclosure.privacy.scans import scan_waiting
from ninghai.calendar import clock

# The timed work of the catalogue, for the scheduler.


def release_items_when_due() -> None:
    """Publish what the office has set a time for (定时公开), never earlier."""
    release_due(at=clock.now())


def expire_items_when_due() -> None:
    """Let documents expire (失效) the day after their last one."""
    expire_items(at=clock.now())


def work_on_older_items() -> None:
    """Check and take over rows of older items (历史信息导入), some seconds at a time."""
    work_on_imports(at=clock.now())


# The timed work on personal data, for the scheduler.

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
