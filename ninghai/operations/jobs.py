"""The timed work of the portal itself, for the scheduler: sessions, the audit trail, messages, kept pages."""

from ninghai.accounts.audit import anchors, refusals, sealing
from ninghai.accounts.audit.checking import check_trail
from ninghai.accounts.login_throttle import forget_old_tries
from ninghai.accounts.sessions import forget_old_sessions
from ninghai.calendar import clock
from ninghai.models import SafetyCheck
from ninghai.operations.safety_checks import is_due
from ninghai.web.public_pages.revision import forget_old_changes


def forget_what_is_over() -> None:
    """Sessions that ended, and tries that no longer count."""
    forget_old_sessions(at=clock.true_now())
    forget_old_tries(at=clock.true_now())


NIGHT = range(1, 5)  # hours


def seal_trail() -> None:
    """Seal what is new, and note where the chain ends; with every round."""
    if sealing.seal_new_rows(at=clock.now()):
        anchors.note_head(at=clock.now())


def record_refusals() -> None:
    """What was refused again and again within an hour, as one row."""
    refusals.record_sums(at=clock.now())


def seal_latecomers() -> None:
    """Seal what a long transaction has made visible late."""
    sealing.seal_new_rows(at=clock.now(), look_back=sealing.LATE)


def anchor_trail() -> None:
    """Note outside the database where the chain ends."""
    anchors.drop_anchor_when_due(at=clock.now())


def check_trail_by_night() -> None:
    """Walk the whole chain, once a night."""
    now = clock.now()
    if now.hour in NIGHT and is_due(SafetyCheck.Kind.TRAIL, at=now):
        check_trail(at=now)


def forget_changes() -> None:
    forget_old_changes(at=clock.now())
