"""Publication (公开): what enters the catalogue, now or at a set time (定时公开), and how a reviewed revision replaces what is public (并入)."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse

from disclosure.catalogue.search.renewal import search_columns
from disclosure.items import rules
from disclosure.items.index_numbers import accept_imported_number, allocate_index_number, expected_index_number
from disclosure.items.undisclosed import must_say_nothing_more
from disclosure.models import Attachment, Item, PublicVersion, Ruling, VersionFile
from disclosure.models.public_content import PUBLIC_FIELDS, hash_of
from disclosure.models.states import DisclosureMethod, ItemStatus
from disclosure.privacy.gate import PassingObstacle, look_before, require_clean
from disclosure.privacy.scans import open_hits, scan_item
from ninghai.models import AuditEntry, Message, Role, Unit, User
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.notifications.notify import notify, people_in
from ninghai.operations.database.connections import DATABASE_AWAY
from tasks.progress.evidence import CatalogueItem

# Merging (并入): a reviewed revision becomes the content of the item that it revises; what stood there becomes a version.

# A revision changes what is said. Whether it holds, and since when it is public, stays the item's own.
NOT_REVISED = frozenset(
    {"unit_id", "validity", "effective_on", "expires_on", "original_published_on", "change_note", "hides_old_version"}
)
REVISED = tuple(name for name in PUBLIC_FIELDS if name not in NOT_REVISED)
ALSO_REVISED = ("next_review_date", "owes_interpretation")


def merge_revision(revision: Item, *, by: User, at: datetime) -> Item:
    """Let the public read the revision under the number and first date of what it revises; returns that item.

    The old content is kept as a public version with its files. It is hidden, with all older ones, when the revision
    says so, when the item is not disclosed any more, or unless it is known that nothing personal in it is open.
    """
    rows = Item.objects.select_for_update(of=["self"]).select_related("unit", "topic")
    original = rows.defer("title_vector", "text_vector", "search_text").get(revisions=revision)
    if original.status != ItemStatus.PUBLISHED:
        raise TransitionError("所修订的信息已经撤回，修订稿不能公开。请把修订稿退回起草人。")
    _take_rulings(original, revision)
    _keep_version(original, revision, at=at)
    found_by = search_columns(revision, index_number=str(original.index_number), at=original.published_at or at)
    _replace_files(original, revision)
    content: dict[str, Any] = {name: getattr(revision, name) for name in (*REVISED, *ALSO_REVISED)}
    if _was_linked_since(original, revision):
        content["explains_id"] = original.explains_id
    reviewed = {"reviewed_after_at": at} if original.is_emergency and original.reviewed_after_at is None else {}
    original.take_over(revision, by=by, at=at, **content, **reviewed, **found_by)
    revision.merge(by=by, at=at)
    return original


def _keep_version(original: Item, revision: Item, *, at: datetime) -> None:
    content = original.content()
    last = original.public_versions.aggregate(last=Max("number"))["last"] or 0
    is_hidden = revision.hides_old_version or revision.method != DisclosureMethod.PROACTIVE or _gives_away(original)
    version = PublicVersion.objects.create(
        item=original,
        number=last + 1,
        content=content,
        content_hash=hash_of(content),
        public_from=original.updated_at or original.published_at or at,
        public_until=at,
        change_note=revision.change_note,
        is_hidden=is_hidden,
    )
    if is_hidden:
        original.public_versions.update(is_hidden=True)
    VersionFile.objects.bulk_create(
        VersionFile(
            version=version,
            file_id=each.file_id,
            original_id=each.original_id,
            label=each.label,
            position=each.position,
        )
        for each in original.attachments.all()
    )


def _gives_away(original: Item) -> bool:
    """Whether personal data is open in what the public reads until now, or nobody can say so yet.

    A revision that masks it must not leave it there, and a file that is still to be looked at may hold anything.
    """
    scan = scan_item(original, may_look=False)
    return bool(scan.waiting or scan.unreadable or open_hits(scan.hits, original))


def _was_linked_since(original: Item, revision: Item) -> bool:
    """Whether somebody said which policy the item explains (关联解读) after the revision had copied what it was before."""
    linked = AuditEntry.objects.about(original).filter(action=AuditEntry.Action.LINK_INTERPRETATION)
    return linked.filter(at__gte=revision.drafted_at).exists()


def _replace_files(original: Item, revision: Item) -> None:
    original.attachments.all().delete()
    copy_files(revision, to=original)


def _take_rulings(original: Item, revision: Item) -> None:
    """What was ruled on the revision's hits holds for the item that says the same now."""
    rulings = list(revision.rulings.all())
    for ruling in rulings:
        ruling.pk, ruling.item = None, original
    Ruling.objects.bulk_create(rulings, ignore_conflicts=True)


def copy_files(source: Item, *, to: Item) -> None:
    """The same stored files belong to the other item too."""
    Attachment.objects.bulk_create(
        Attachment(
            item=to,
            file_id=each.file_id,
            original_id=each.original_id,
            label=each.label,
            position=each.position,
            text=each.text,
        )
        for each in source.attachments.all()
    )


# Preview (预览): how it would be read, before it is public.


def as_published(item: Item, *, at: datetime) -> Item:
    """The item as the public would read it from that moment on (or the one set for it), with its number; nothing is stored.

    A revision is read under the number, first date and links of the item that it revises.
    """
    moment, shown = item.release_at or at, item.revises
    if shown is None:
        item.index_number, item.published_at = expected_index_number(item, at=moment), moment
        return item
    for name in REVISED:
        setattr(shown, name, getattr(item, name))
    shown.updated_at = moment
    return shown


# Publication (公开): what enters the public catalogue.


def publish_item(*, item: Item, by: User, at: datetime, imported_number: str = "") -> Item:
    """Give the reviewed item its index number (索引号) and put it into the catalogue.

    Its files are looked into before, without a lock. The number is drawn last, in the same transaction: two publishers
    publish once, a failure draws none. An item that was public elsewhere keeps the number it had there. A revision
    becomes the content of the item that it revises, which is returned. Raises StaleError when somebody was faster,
    TransitionError when the three answers do not hold for what would become public.
    """
    look_before(item)
    return _publish(item, by=by, at=at, imported_number=imported_number)


@transaction.atomic
def _publish(item: Item, *, by: User, at: datetime, imported_number: str) -> Item:
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_publish(by, locked), "您不能公开这条信息：起草人不能公开自己起草的信息。")
    if not rules.is_fully_answered(locked, locked.content_hash()):
        raise TransitionError("这条信息的内容在审查之后有改动，三项审查意见不再有效，请退回重新审查。")
    require_clean(locked)
    must_say_nothing_more(locked)
    if locked.revises_id:
        return merge_revision(locked, by=by, at=at)
    number = accept_imported_number(imported_number) if imported_number else ""
    number = number or allocate_index_number(locked, at=at)
    locked.publish(by=by, at=at, index_number=number, **search_columns(locked, index_number=number, at=at))
    return locked


# Scheduled release (定时公开): the office sets the time, the scheduler publishes in its name when the time has come.

LONGEST_WAIT = timedelta(days=366)
AT_ONCE = 100  # items released in one round
LONG = timedelta(minutes=15)  # beyond its time, until the office learns that an item waits

logger = logging.getLogger(__name__)


@transaction.atomic
def schedule_item(*, item: Item, release_at: datetime, by: User, at: datetime) -> Item:
    """Set, or alter, the time at which the item becomes public; whoever sets it answers for it."""
    locked = Item.objects.lock(item.pk, seen=item.version)
    require(rules.can_publish(by, locked), "您不能设定这条信息的公开时间：起草人不能公开自己起草的信息。")
    if not at < release_at <= at + LONGEST_WAIT:
        raise ValidationError({"release_at": "请填写从现在起一年以内的时间；要马上公开的，请点“公开”。"})
    locked.schedule(by=by, at=at, release_at=release_at)
    return locked


@transaction.atomic
def cancel_schedule(*, item: Item, by: User, at: datetime) -> Item:
    """Let the item wait for somebody to publish it (取消定时)."""
    locked = Item.objects.lock(item.pk, seen=item.version)
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
        _notify_office(item, event="item-release-waits", subject="推迟公开", text=text, at=at)


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
    _notify_office(item, event="item-not-released", subject="没有按时公开", text=text, at=at, version=version)


def _notify_office(
    item: Item, *, event: str, subject: str, text: str, at: datetime, version: int | None = None
) -> None:
    notify(
        people_in(Role.OFFICE),
        kind=Message.Kind.ITEM,
        event=f"{event}:{item.pk}:{version or item.version}",
        subject=f"{subject}：{item.title}",
        text=text,
        url=reverse("admin:disclosure_item_change", args=[item.pk]),
        at=at,
    )


# Published items as evidence of progress: `tasks` asks here, through the lookup that the app registers when it starts.


def published_items(index_numbers: Collection[str], *, at: datetime) -> dict[str, CatalogueItem]:
    """The items published at that moment among these index numbers (索引号)."""
    items = Item.objects.published(at).filter(index_number__in=index_numbers).only("index_number", "title")
    return _as_evidence(items)


MOST_OF_A_TITLE = 8


def items_by_title(words: str, *, unit: Unit, at: datetime) -> dict[str, CatalogueItem]:
    """The newest items that this unit has published, or one whose work it took over: of this title, else those in whose title
    these words stand."""
    own = Item.objects.published(at).filter(unit__in=Unit.objects.inherited_by(unit)).newest_first()
    own = own.only("index_number", "title")
    return _as_evidence(own.filter(title=words)[:MOST_OF_A_TITLE]) or _as_evidence(
        own.filter(title__icontains=words)[:MOST_OF_A_TITLE]
    )


def _as_evidence(items: Iterable[Item]) -> dict[str, CatalogueItem]:
    return {str(item.index_number): CatalogueItem(title=item.title, url=item.get_absolute_url()) for item in items}
