"""The timed work on the audit trail, for the scheduler."""

from ninghai import clock
from ninghai.audit_trail import anchors, refusals, sealing
from ninghai.audit_trail.checking import check_trail
from ninghai.models import SafetyCheck
from ninghai.safety_checks import is_due

NIGHT = range(1, 5)  # hours


def seal_trail() -> None:
    """Seal what is new, and note where the chain ends; with every round."""
    if sealing.seal_new_rows(at=clock.now()):
        anchors.note_head(at=clock.now())


def tell_refusals() -> None:
    """What was refused again and again within an hour, as one row."""
    refusals.tell_sums(at=clock.now())


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
