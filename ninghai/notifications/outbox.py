"""The outbox (发件): sends what waits, safe when several run at once or one is killed on the way.

A sending is taken under a lease. What was refused is tried again after a growing pause; what may have arrived is never
sent a second time, unless the other side can tell by its id that it has it.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from ninghai.models import Delivery, Message
from ninghai.notifications.errors import ChannelAway, NotSent, PerhapsSent
from ninghai.notifications.notify import CHANNELS

LEASE = timedelta(minutes=3)  # longer than any channel's time-outs together: ten steps of SMTP, ten seconds each
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_TRIES = len(BACK_OFF) + 1
OLD = timedelta(days=14)  # what nobody was sent for so long, as its channel was off, stays in the inbox alone
CHANNEL_PAUSE = timedelta(minutes=1)  # everything waits so long for a channel that is away

Status = Delivery.Status

logger = logging.getLogger(__name__)


def send_waiting(*, at: datetime, seconds: float) -> int:
    """Send what is due, for about so many seconds; returns how many were sent."""
    end = time.monotonic() + seconds
    give_up_lost(at=at)
    sent = 0
    for channel in (channel for channel, sender in CHANNELS.items() if sender.is_on()):
        while time.monotonic() < end and (delivery := claim_next(channel)):
            status = send_one(delivery, at=at)
            sent += status == Status.SENT
    return sent


def claim_next(channel: Delivery.Channel) -> Delivery | None:
    """Take the sending that has waited longest; None when nothing is due, or what is due is somebody else's."""
    due = Delivery.objects.filter(channel=channel, status=Status.WAITING, next_try_at__lte=Now())
    with transaction.atomic():
        delivery = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()
        if delivery is None:
            return None
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Status.SENDING, attempt=F("attempt") + 1, lease_until=Now() + LEASE
        )
    return Delivery.objects.select_related("recipient").get(pk=delivery.pk)


def send_one(delivery: Delivery, *, at: datetime) -> Status:
    """Send what is still to be told, and write down how it ended."""
    sender = CHANNELS[Delivery.Channel(delivery.channel)]
    messages = still_to_tell(delivery, at=at)
    if not messages or not sender.reaches(delivery.recipient):
        return _end(delivery, Status.DROPPED, at=at)
    try:
        sender.send(delivery=delivery, messages=messages)
    except PerhapsSent as broken:
        return _end(delivery, Status.UNCERTAIN, at=at, error=str(broken))
    except ChannelAway as away:
        _pause(delivery.channel)
        return _try_again(delivery, at=at, error=str(away))
    except NotSent as refused:
        return _try_again(delivery, at=at, error=str(refused))
    return _end(delivery, Status.SENT, at=at)


def still_to_tell(delivery: Delivery, *, at: datetime) -> list[Message]:
    """The messages that the person may still read, and that are news; nobody is told anything after they have left."""
    if not delivery.recipient.is_active:
        return []
    mine = Message.objects.visible_to(delivery.recipient).filter(created_at__gt=at - OLD)
    return list(mine.filter(deliveries=delivery).select_related("unit").order_by("created_at", "pk"))


def give_up_lost(*, at: datetime) -> None:
    """What lost its sender may have arrived: a document of the webhook goes again, as the other side knows its id."""
    lost = Delivery.objects.filter(status=Status.SENDING, lease_until__lt=Now())
    again = lost.filter(channel=Delivery.Channel.WEBHOOK, attempt__lt=MOST_TRIES)
    again.update(status=Status.WAITING, lease_until=None, next_try_at=Now())
    given_up = lost.update(status=Status.UNCERTAIN, lease_until=None, ended_at=at, error="发送程序中途停止。")
    if given_up:
        logger.warning("%s sendings lost their sender and may have arrived", given_up)


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, while this attempt still holds it."""
    return Delivery.objects.filter(pk=delivery.pk, status=Status.SENDING, attempt=delivery.attempt)


def _end(delivery: Delivery, status: Status, *, at: datetime, error: str = "") -> Status:
    _held(delivery).update(status=status, lease_until=None, ended_at=at, error=error[:300])
    return status


def _try_again(delivery: Delivery, *, at: datetime, error: str) -> Status:
    """After a growing pause; after the last try it has failed, and the inbox alone has it."""
    logger.warning("%s, attempt %s: %s", delivery.pk, delivery.attempt, error)
    if delivery.attempt >= MOST_TRIES:
        return _end(delivery, Status.FAILED, at=at, error=error)
    pause = BACK_OFF[delivery.attempt - 1]
    _held(delivery).update(status=Status.WAITING, lease_until=None, next_try_at=Now() + pause, error=error[:300])
    return Status.WAITING


def _pause(channel: str) -> None:
    waiting = Delivery.objects.filter(channel=channel, status=Status.WAITING)
    waiting.update(next_try_at=Greatest(F("next_try_at"), Now() + CHANNEL_PAUSE))
