"""The timed work of the doors, for the scheduler."""

from ninghai import clock
from ninghai.accounts.sessions import forget_old_sessions
from ninghai.accounts.tries import forget_old_tries


def forget_what_is_over() -> None:
    """Sessions that ended, and tries that no longer count."""
    forget_old_sessions(at=clock.true_now())
    forget_old_tries(at=clock.true_now())
