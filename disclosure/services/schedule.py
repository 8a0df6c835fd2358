"""Scheduled release (定时公开): the office sets the time, the scheduler publishes in its name when the time has come."""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.urls import reverse

from disclosure import rules
from disclosure.models import Item
from disclosure.services.holding import hold
from disclosure.services.publication import publish_item
from disclosure.states import ItemStatus
from ninghai.messaging.telling import Announcement, people_in, tell
from ninghai.models import Message, Role, User
from ninghai.moves import StaleError, TransitionError, require

LONGEST_WAIT = timedelta(days=366)
AT_ONCE = 100  # items released in one round

logger = logging.getLogger(__name__)


@transaction.atomic
def schedule_item(*, item: Item, release_at: datetime, by: User, at: datetime) -> Item:
    """Set, or alter, the time at which the item becomes public; whoever sets it answers for it."""
    locked = hold(item)
    require(rules.can_publish(by, locked), "您不能设定这条信息的公开时间：起草人不能公开自己起草的信息。")
    if not at < release_at <= at + LONGEST_WAIT:
        raise ValidationError({"release_at": "请填写从现在起一年以内的时间；要马上公开的，请点“公开”。"})
    locked.schedule(by=by, at=at, release_at=release_at)
    return locked


@transaction.atomic
def cancel_schedule(*, item: Item, by: User, at: datetime) -> Item:
    """Let the item wait for somebody to publish it (取消定时)."""
    locked = hold(item)
    require(rules.can_publish(by, locked))
    if locked.release_at is None:
        raise TransitionError("这条信息没有设定公开时间。")
    locked.schedule(by=by, at=at, release_at=None)
    return locked


def release_due(*, at: datetime) -> int:
    """Publish what was due by then, once each, however long nobody looked; returns how many became public."""
    due = Item.objects.filter(status=ItemStatus.APPROVED, release_at__lte=at).order_by("release_at", "pk")
    return sum(_released(pk, at=at) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


def _released(pk: int, *, at: datetime) -> bool:
    """Whatever one item stumbles over, those behind it become public at their time."""
    try:
        return _release(pk, at=at)
    except OperationalError:
        raise  # the database is away
    except Exception:
        logger.exception("item %s: could not be released at its time", pk)
        return False


@transaction.atomic
def _release(pk: int, *, at: datetime) -> bool:
    """Publish it in the name of whoever set the time, as far as that person still may and the answers still hold."""
    rows = Item.objects.select_for_update(of=["self"], skip_locked=True)
    item = rows.filter(pk=pk, status=ItemStatus.APPROVED, release_at__lte=at).first()
    if item is None:
        return False  # published, returned or put off meanwhile, or somebody is at it
    try:
        with transaction.atomic():
            publish_item(item=item, by=_scheduler_of(item), at=at)
    except (PermissionDenied, TransitionError, ValidationError) as refused:
        words = "".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        _put_off(item, why=words, at=at)
        return False
    except StaleError:
        return False
    return True


def _scheduler_of(item: Item) -> User:
    """Who set the time, in the role of then; PermissionDenied where the role or the account has ended."""
    membership = item.scheduled_by
    words = "设定公开时间的人已不在岗，请由在岗人员重新设定或直接公开。"
    require(membership is not None and membership.user.is_active, words)
    assert membership is not None  # noqa: S101 - said above
    user = membership.user
    user.acting = membership
    return user


def _put_off(item: Item, *, why: str, at: datetime) -> None:
    """It stays unpublished, without a time, and the office learns why."""
    logger.warning("item %s was not released at its time: %s", item.pk, why)
    version = item.version
    item.schedule(by=None, at=at, release_at=None, reason=why)
    tell(
        memberships=people_in(roles=[Role.OFFICE]),
        announcement=Announcement(
            kind=Message.Kind.ITEM,
            event=f"item-not-released:{item.pk}:{version}",
            subject=f"没有按时公开：{item.title}",
            text=f"{why}\n这条信息仍在待公开，定时已取消，请核对后重新设定或直接公开。",
            url=reverse("admin:disclosure_item_change", args=[item.pk]),
        ),
        at=at,
    )
