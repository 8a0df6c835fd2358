"""The timed work of the public pages, for the scheduler."""

from ninghai import clock
from ninghai.public_pages.revision import forget_old_changes


def forget_changes() -> None:
    forget_old_changes(at=clock.now())
