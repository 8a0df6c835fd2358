"""The timed work of the catalogue, for the scheduler."""

from disclosure.older_items.rounds import work_on_imports
from disclosure.services.schedule import release_due
from disclosure.services.validity import expire_items
from ninghai import clock


def release_items_when_due() -> None:
    """Publish what the office has set a time for (定时公开), never earlier."""
    release_due(at=clock.now())


def expire_items_when_due() -> None:
    """Let documents expire (失效) the day after their last one."""
    expire_items(at=clock.now())


def work_on_older_items() -> None:
    """Check and take over rows of older items (历史信息导入), some seconds at a time."""
    work_on_imports(at=clock.now())
