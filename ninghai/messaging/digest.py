"""The digest (每日汇总): what a person has not read yet, once a day over each channel that is on."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from ninghai.messaging import email, webhook
from ninghai.messaging.telling import send_together
from ninghai.models import Delivery, Message, User
from ninghai.models.message import MessageQuerySet

OVERLAP = timedelta(days=1)  # what was written while they were gathered, and committed after; nothing goes twice
CHANNELS = {Delivery.Channel.EMAIL: email, Delivery.Channel.WEBHOOK: webhook}


def gather_digests(*, on: date, at: datetime, since: datetime | None = None) -> int:
    """Put each person's fresh unread messages into one sending of that day; returns how many sendings there are.

    What failed for good goes again with the next day's, as long as it is fresh and unread. `since` is when they were
    gathered last.
    """
    fresh = Message.objects.fresh(at=at, since=since - OVERLAP if since else None)
    return sum(
        _gather(channel, fresh, on=on, reaches=sender.reaches) for channel, sender in CHANNELS.items() if sender.is_on()
    )


def _gather(channel: Delivery.Channel, fresh: MessageQuerySet, *, on: date, reaches: Callable[[User], bool]) -> int:
    has_one = Delivery.objects.filter(channel=channel, event=f"digest:{on}").values("recipient")
    unsent = (
        fresh.filter(recipient__is_active=True)
        .exclude(deliveries__in=Delivery.objects.filter(channel=channel).exclude(status=Delivery.Status.FAILED))
        .exclude(recipient__in=has_one)
        .select_related("recipient")
        .order_by("recipient", "created_at", "pk")
    )
    by_person = [(person, list(each)) for person, each in groupby(unsent, key=attrgetter("recipient"))]
    reached = [messages for person, messages in by_person if reaches(person)]
    for messages in reached:
        send_together(channel=channel, event=f"digest:{on}", messages=messages)
    return len(reached)
