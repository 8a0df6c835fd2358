"""The outbox (发件): a worker sends what waits.

What was refused is tried again after a growing pause; what may have arrived is never sent a second time, unless the other
side can tell by its id that it has it.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest, Now

from ninghai.jobs.claims import Claim
from ninghai.models import Delivery, Job, JobStatus, Message
from ninghai.notifications import ChannelAway, NotSent, PerhapsSent
from ninghai.notifications.notify import CHANNELS

OLD = timedelta(days=14)  # what nobody was sent for so long, as its channel was off, stays in the inbox alone
CHANNEL_PAUSE = timedelta(minutes=1)  # everything waits so long for a channel that is away
BROKEN_OFF = "发送中意外中止，是否送达不明。"

Status = Delivery.Status


def send(claimed: Claim) -> None:
    """Send what is still to be told, and write down how it ended; what has ended already is not sent a second time."""
    delivery = Delivery.objects.select_related("recipient").get(job=claimed.job)
    if delivery.status != Status.WAITING:
        return None
    sender = CHANNELS[Delivery.Channel(delivery.channel)]
    messages = still_to_tell(delivery, at=claimed.now)
    if not messages or not sender.reaches(delivery.recipient):
        return _end(claimed, Status.DROPPED)
    try:
        sender.send(delivery=delivery, messages=messages)
    except NotSent as refused:
        if isinstance(refused, ChannelAway):
            _pause(claimed.job.kind)
        raise
    except Exception as broken:
        if delivery.channel == Delivery.Channel.WEBHOOK:
            raise
        return _end(claimed, Status.UNCERTAIN, error=str(broken) if isinstance(broken, PerhapsSent) else BROKEN_OFF)
    return _end(claimed, Status.SENT)


def still_to_tell(delivery: Delivery, *, at: datetime) -> list[Message]:
    """The messages that the person may still read, and that are news; nobody is told anything after they have left."""
    if not delivery.recipient.is_active:
        return []
    mine = Message.objects.visible_to(delivery.recipient).filter(created_at__gt=at - OLD)
    return list(mine.filter(deliveries=delivery).select_related("unit").order_by("created_at", "pk"))


def _end(claimed: Claim, status: Status, *, error: str = "") -> None:
    claimed.watch.struck = None  # whatever broke it off, how it ended is told
    with claimed.finish():
        Delivery.objects.filter(job=claimed.job).update(status=status, ended_at=claimed.now, error=error[:300])


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool) -> None:
    """What lost its sender may have arrived; of what was refused the inbox alone has it."""
    status = Status.UNCERTAIN if is_lost else Status.FAILED
    Delivery.objects.filter(job=job).update(status=status, ended_at=at, error=error[:300])


def _pause(kind: str) -> None:
    waiting = Job.objects.filter(kind=kind, status=JobStatus.QUEUED)
    waiting.update(next_try_at=Greatest(F("next_try_at"), Now() + CHANNEL_PAUSE))
