"""The timed work of messages, for the scheduler."""

from ninghai import clock
from ninghai.messaging.outbox import send_waiting

SECONDS = 2.0  # of a round of the scheduler; what is left waits for the next


def send_messages() -> None:
    """Send e-mails and documents that wait; one mail server may take its time-outs long."""
    send_waiting(at=clock.now(), seconds=SECONDS)
