"""Notifying people (通知): each person of a unit, in the roles that it concerns, once for an event; and once a day what they have not read yet (每日汇总)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import Delivery, Membership, Message, Role, Unit, User
from ninghai.models.message import MessageQuerySet
from ninghai.models.state_machine import TransitionError
from ninghai.notifications import email, webhook

UNIT_ROLES = (Role.EDITOR, Role.REVIEWER)
SKEW = timedelta(seconds=5)  # between the clocks of web and database: what was on hold is visible when its sender looks
NAMED = 3  # so many units without people stand in the subject, the others in the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a message says; `event` names what happened, `url` is where one does something about it."""

    kind: Message.Kind
    event: str
    subject: str
    text: str = ""
    url: str


@transaction.atomic
def notify(
    to: Unit | Iterable[Membership],
    *,
    kind: Message.Kind,
    event: str,
    subject: str,
    text: str = "",
    url: str,
    roles: Collection[Role] = UNIT_ROLES,
    hold: timedelta = timedelta(),
    at: datetime,
) -> None:
    """Write a message, at once, to a unit's people in these roles, or to these people; nobody reads twice of an event.

    Of a unit without anybody the office learns that instead. What may be taken back is on `hold` for so long: nobody
    reads it and nothing is sent, and `withdraw` makes it as if it had never been.
    """
    message = Announcement(kind=kind, event=event, subject=subject, text=text, url=url)
    people = people_in(*roles).filter(unit=to) if isinstance(to, Unit) else to
    if isinstance(to, Unit) and not people:
        people, message = people_in(Role.OFFICE), unheard([(to, message)], event=event)
    written = _write([(membership, message) for membership in people], at=clock.later(at, hold))
    if webhook.is_on():
        for each in written.exclude(deliveries__channel=Delivery.Channel.WEBHOOK):
            send_together(channel=Delivery.Channel.WEBHOOK, event=f"message:{each.pk}", messages=[each], hold=hold)


def withdraw(*, event: str, at: datetime) -> None:
    """Take back what is told of the event and still on hold; its sendings find nothing to tell.

    TransitionError where somebody has read it, as may be on a day that is lived again (`clock.later`).
    """
    told = Message.objects.filter(event__in=[event, _nobody_of(event)])
    if told.filter(read_at__isnull=False).exists():
        raise TransitionError("已经有人看到这条消息，不能撤销了。")
    told.filter(created_at__gte=at).delete()


def notify_in_digest(
    announcements: Iterable[tuple[Unit, Announcement]],
    *,
    event: str,
    roles: Collection[Role] = UNIT_ROLES,
    at: datetime,
) -> int:
    """Write to units what goes into the day's digest, and to the office whom nothing reached; `event` names the round.

    Returns how many messages were written.
    """
    people: defaultdict[int, list[Membership]] = defaultdict(list)
    for membership in people_in(*roles):
        people[membership.unit_id].append(membership)
    announcements = list(announcements)
    messages = [(each, announcement) for unit, announcement in announcements for each in people[unit.pk]]
    if missed := [(unit, announcement) for unit, announcement in announcements if not people[unit.pk]]:
        messages += [(each, unheard(missed, event=event)) for each in people_in(Role.OFFICE)]
    return _write(messages, at=at).count()


def people_in(*roles: Role) -> QuerySet[Membership]:
    """Who holds one of these roles, with an account that is open; a person with two of them in a unit, once."""
    held = Membership.objects.filter(role__in=roles, user__is_active=True)
    return held.order_by("unit_id", "user_id", "pk").distinct("unit_id", "user_id").select_related("user", "unit")


def unheard(missed: Sequence[tuple[Unit, Announcement]], *, event: str) -> Announcement:
    """What the office learns of units without anybody to notify."""
    units = list(dict.fromkeys(str(unit) for unit, _ in missed))
    named = "、".join(units[:NAMED]) + (f"等{len(units)}个单位" if len(units) > NAMED else "")
    lines = [f"{unit}：{announcement.subject}" for unit, announcement in missed]
    return Announcement(
        kind=Message.Kind.NOBODY,
        event=_nobody_of(event),
        subject=f"{named}没有可以通知的人员",
        text="\n".join(["下列提醒没有人收到。请联系单位确定人员，由安全管理员开通账号。", *lines]),
        url=reverse("admin:ninghai_unit_changelist"),
    )


def _nobody_of(event: str) -> str:
    return f"nobody:{event}"


def send_together(
    *, channel: Delivery.Channel, event: str, messages: list[Message], hold: timedelta = timedelta()
) -> Delivery:
    """Put messages of one person into one sending, and wake a worker for it; one on `hold` the scheduler hands out."""
    delivery = Delivery(channel=channel, recipient_id=messages[0].recipient_id, event=event)
    delivery.job = queue_job(channel, delivery.pk, after=hold + SKEW if hold else hold)
    delivery.save(force_insert=True)
    delivery.messages.set(messages)
    wake_after_commit(delivery.job)
    return delivery


def _write(addressed: Iterable[tuple[Membership, Announcement]], *, at: datetime) -> MessageQuerySet:
    """Write the messages and return them; who has one of the event is left alone."""
    messages = [
        Message(
            recipient_id=membership.user_id,
            unit_id=membership.unit_id,
            role=membership.role,
            kind=announcement.kind,
            event=announcement.event,
            subject=announcement.subject[:200],
            text=announcement.text,
            url=announcement.url,
            created_at=at,
        )
        for membership, announcement in addressed
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return Message.objects.filter(event__in={message.event for message in messages}, created_at=at)


# The digest (每日汇总): what a person has not read yet, once a day over each channel that is on.

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
