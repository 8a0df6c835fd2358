"""What the public gets of an item's attachments (公开副本): made before the item is handed in, so that everybody reviews it.

An attachment names the public copy as its file, and the file as it was uploaded as its private original. What was public
before there were copies is given its copy in the background; until then the old file is served.
"""

import logging
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from disclosure.models import Attachment, ContentStamp, Item, VersionFile
from disclosure.models.item import ItemQuerySet
from ninghai.calendar import clock
from ninghai.files.public_copy import NOT_YET, copy_of, is_waiting, make, refuse_unfinished
from ninghai.files.sandbox.limits import BACKGROUND, LARGEST_AT_ONCE, Interrupted, Limits, at_once
from ninghai.jobs.claims import Claim
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import AuditEntry, Job, PublicCopy, StoredFile, User

PAUSE = timedelta(seconds=3)  # until another attempt, where one was ended on purpose or found no place
OLD_ONES = 100  # files that were public before there were copies, looked up in one round
logger = logging.getLogger(__name__)


def readable(at: datetime) -> ItemQuerySet:
    """What the public can read at that moment: the catalogue, and what keeps its text at its own address."""
    return Item.objects.published(at) | Item.objects.kept()


def obstacle(item: Item) -> str:
    """What keeps the item from being handed in, in a sentence: a copy that waits, or cannot be made."""
    for attachment in item.attachments.select_related("file").order_by("position", "pk"):
        copy = copy_of(attachment.file)
        if copy.refusal:
            return f"附件“{attachment.label}”不能公开：{copy.refusal}"
        if is_waiting(copy):
            return f"附件“{attachment.label}”正在生成公开副本（去掉隐藏内容，重新写出），请过几秒再提交。"
    return ""


def make_at_once(item: Item, *, at: datetime, until: float, once_more: bool = False) -> None:
    """Make the copies of new files while somebody waits for the page, `until` then (monotonic); what takes longer is left
    to a worker. Never within a transaction. `once_more` is for the act that needs them: also those tried before.
    """
    for copy in waiting_copies(item):
        limits = at_once(until - time.monotonic())
        if limits and (once_more or copy.job_id is None) and copy.original.size <= LARGEST_AT_ONCE:
            _try(copy, limits=limits, at=at)


def make_all(item: Item, *, at: datetime, limits: Limits = BACKGROUND) -> None:
    """Make every copy that the item waits for, however long it takes."""
    for copy in waiting_copies(item):
        _try(copy, limits=limits, at=at)


def _try(copy: PublicCopy, *, limits: Limits, at: datetime) -> None:
    """One attempt; what takes longer is left to a worker."""
    try:
        put_in_place(make(copy, limits=limits, at=at), by=None, at=at)
    except NOT_YET as reason:
        logger.info("the public copy of %s is left to a worker: %s", copy.original_id, reason)
        if copy.job_id is None:
            _queue(copy)


def waiting_copies(item: Item) -> list[PublicCopy]:
    files = [attachment.file for attachment in item.attachments.select_related("file")]
    return [copy for copy in map(copy_of, files) if is_waiting(copy)]


@transaction.atomic
def _queue(copy: PublicCopy) -> None:
    job = queue_job("copy", copy.pk)
    PublicCopy.objects.filter(pk=copy.pk).update(job=job)
    wake_after_commit(job)


def queue_copies() -> None:
    """A job for each copy that waits, also of what was public before files were written anew."""
    note_old_files()
    for copy in PublicCopy.objects.waiting().filter(job=None):
        _queue(copy)


def make_in_background(claimed: Claim) -> timedelta | None:
    """Make the copy, and let everything name it."""
    copy, at = PublicCopy.objects.select_related("original").get(job=claimed.job), claimed.now
    try:
        made = make(copy, limits=BACKGROUND, at=at, tries=claimed.job.tries) if is_waiting(copy) else copy
    except Interrupted as reason:
        if reason.on_purpose:
            return PAUSE
        raise
    put_in_place(made, by=None, at=at)
    return None


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool) -> None:
    refuse_unfinished(PublicCopy.objects.get(job=job))


def note_old_files() -> int:
    """Let files wait for their copy that were public before there were copies; return how many."""
    now = clock.now()
    public = readable(now).values("pk")
    named = Attachment.objects.filter(item__in=public, file=OuterRef("pk"))
    earlier = VersionFile.objects.filter(version__item__in=public, version__is_hidden=False, file=OuterRef("pk"))
    known = PublicCopy.objects.filter(original=OuterRef("pk")), PublicCopy.objects.filter(copy=OuterRef("pk"))
    files = StoredFile.objects.filter(Exists(named) | Exists(earlier), *(~Exists(each) for each in known))
    found = [copy_of(file) for file in files.order_by("-stored_at")[:OLD_ONES]]
    for copy in found:
        put_in_place(copy, by=None, at=now)
    return len(found)


def put_in_place(copy: PublicCopy, *, by: User | None, at: datetime) -> None:
    """Let everything that named the original as what the public gets name the copy."""
    if copy.copy_id is None or copy.copy_id == copy.original_id:
        return
    for attachment in Attachment.objects.filter(file=copy.original_id).select_related("file"):
        _put(attachment, copy, by=by, at=at)
    VersionFile.objects.filter(file=copy.original_id).update(file=copy.copy_id, original=copy.original_id)


@transaction.atomic
def _put(attachment: Attachment, copy: PublicCopy, *, by: User | None, at: datetime) -> None:
    """In one item. What is public is stamped anew, unless it had been changed behind the portal's back."""
    item = Item.objects.lock(attachment.item_id)
    is_public = readable(at).filter(pk=item.pk).exists()
    if is_public and not _is_as_stamped(item):
        logger.error("item %s differs from its fingerprint, its files stay as they are", item.pk)
        return
    attachments = Attachment.objects.filter(pk=attachment.pk, file=copy.original_id)
    if not attachments.update(file=copy.copy_id, original=attachment.original_id or copy.original_id):
        return
    if is_public:
        PublicCopy.objects.filter(pk=copy.pk).update(was_public=True)
        ContentStamp.objects.create(item=item, content_hash=item.content_hash(), stamped_at=at)
    record_copy(item, attachment.label, copy, by=by, at=at)


def _is_as_stamped(item: Item) -> bool:
    stamp = item.stamps.order_by("-pk").first()
    return stamp is None or stamp.content_hash == item.content_hash()


def record_copy(item: Item, label: str, copy: PublicCopy, *, by: User | None, at: datetime) -> None:
    """The chain of hashes, in the trail."""
    detail = {
        "file": label,
        "before": copy.original_sha256,
        "after": copy.copy_sha256,
        "how": copy.how,
        "made_by": copy.made_by,
    }
    AuditEntry.objects.record(action=AuditEntry.Action.PUBLIC_COPY, target=item, by=by, at=at, detail=detail)


def copies_of(files: "QuerySet[Attachment]") -> dict[UUID | None, PublicCopy]:
    """The chains of these attachments, by what the public gets."""
    return {each.copy_id: each for each in PublicCopy.objects.filter(copy__in=files.values("file")).order_by("pk")}
