"""Scheduled release (定时公开): the office sets the time, the scheduler publishes in its name when the time has come."""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from disclosure import rules
from disclosure.models import Item
from disclosure.privacy.gate import PassingObstacle
from disclosure.services.holding import hold
from disclosure.services.publication import publish_item
from disclosure.states import ItemStatus
from ninghai.database_away import DATABASE_AWAY
from ninghai.messaging.telling import Announcement, people_in, tell
from ninghai.models import Message, Role, User
from ninghai.moves import StaleError, TransitionError, require

LONGEST_WAIT = timedelta(days=366)
AT_ONCE = 100  # items released in one round
LONG = timedelta(minutes=15)  # beyond its time, until the office learns that an item waits

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
    except DATABASE_AWAY:
        if not connection.is_usable():
            raise  # the database is away
        logger.exception("item %s: waits for the next round", pk)
    except Exception:
        logger.exception("item %s: could not be released at its time", pk)
    return False


def _release(pk: int, *, at: datetime) -> bool:
    """Publish it in the name of whoever set the time, as far as that person still may and the answers still hold.

    What only has to wait, for a look into a file or for the virus scanner, keeps its time and comes again.
    """
    due = Item.objects.filter(pk=pk, status=ItemStatus.APPROVED, release_at__lte=at)
    item = due.without_search().select_related("scheduled_by__user").first()
    if item is None:
        return False  # published, returned or put off meanwhile
    try:
        publish_item(item=item, by=_scheduler_of(item), at=at)
    except PassingObstacle as reason:
        _wait(item, why=str(reason), at=at)
        return False
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


def _wait(item: Item, *, why: str, at: datetime) -> None:
    """The office learns of it once, when it has taken long."""
    logger.info("item %s waits beyond its time: %s", item.pk, why)
    if item.release_at and at - item.release_at > LONG:
        text = f"{why}\n定时仍然有效，检查完成后会自动公开。着急的话，请联系系统管理员。"
        _tell_office(item, event="item-release-waits", subject="推迟公开", text=text, at=at)


@transaction.atomic
def _put_off(item: Item, *, why: str, at: datetime) -> None:
    """It stays unpublished, without a time, and the office learns why; nothing where somebody was faster."""
    rows = Item.objects.select_for_update(of=["self"], skip_locked=True).filter(pk=item.pk, version=item.version)
    if not rows.exists():
        return
    logger.warning("item %s was not released at its time: %s", item.pk, why)
    version = item.version
    item.schedule(by=None, at=at, release_at=None, reason=why)
    text = f"{why}\n这条信息仍在待公开，定时已取消，请核对后重新设定或直接公开。"
    _tell_office(item, event="item-not-released", subject="没有按时公开", text=text, at=at, version=version)


def _tell_office(item: Item, *, event: str, subject: str, text: str, at: datetime, version: int | None = None) -> None:
    tell(
        memberships=people_in(roles=[Role.OFFICE]),
        announcement=Announcement(
            kind=Message.Kind.ITEM,
            event=f"{event}:{item.pk}:{version or item.version}",
            subject=f"{subject}：{item.title}",
            text=text,
            url=reverse("admin:disclosure_item_change", args=[item.pk]),
        ),
        at=at,
    )
