"""The timed work on items, for the scheduler (release, expiry, the nightly look), and the kinds of background jobs."""

from datetime import timedelta

from disclosure.items.lifecycle import expire_items
from disclosure.items.publication import release_due
from disclosure.privacy.nightly import check_public_items
from ninghai.calendar import clock
from ninghai.models import JobKind


def release_items_when_due() -> None:
    """Publish what the office has set a time for (定时公开), never earlier."""
    release_due(at=clock.now())


def expire_items_when_due() -> None:
    """Let documents expire (失效) the day after their last one."""
    expire_items(at=clock.now())


NIGHT = range(1, 5)  # hours


def check_what_is_public() -> None:
    """Look again at what is public, at night."""
    now = clock.now()
    if now.hour in NIGHT:
        check_public_items(at=now)


JOB_KINDS = (
    JobKind(
        name="import",
        handler="disclosure.legacy_import.worker.work_on_import",
        record="item_import",
        verb="导入",
        given_up="disclosure.legacy_import.worker.give_up",
        forgives=True,
        most_lost=10,  # a row that ends every attempt gives up itself
        waits_for_room=True,
        is_heavy=True,
        seconds=3600,  # of one row with all its files, that is
    ),
    JobKind(
        name="scan",
        handler="disclosure.privacy.scans.scan_file_in_background",
        record="scan",
        verb="检查",
        given_up="disclosure.privacy.scans.give_up",
        back_off=[timedelta(minutes=pause) for pause in (1, 5, 30, 120)],
        waits_for_room=True,
        is_heavy=True,
        seconds=2500,  # longer than the sandbox takes at most
    ),
    JobKind(
        name="copy",
        handler="disclosure.items.public_copies.make_in_background",
        record="public_copy",
        given_up="disclosure.items.public_copies.give_up",
        back_off=[timedelta(minutes=4**pause) for pause in range(4)],  # a disk that is away for an hour refuses nothing
        waits_for_room=True,
        is_heavy=True,
        seconds=2500,
    ),
)
