"""Everything personal in what the public would read of an item: its text fields, its files (each scan kept by the file's hash) and their names."""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath

from django.db import transaction
from django.db.models.functions import Now

from disclosure.items.public_copies import make_at_once
from disclosure.models import ContentScan, Item, Ruling
from ninghai.calendar import clock
from ninghai.files.public_copy import copy_of
from ninghai.files.sandbox.limits import BACKGROUND, LARGEST_AT_ONCE, Interrupted, Limits, TooCostly, at_once
from ninghai.jobs.claims import Claim
from ninghai.jobs.queue import queue_job, wake_after_commit
from ninghai.models import Job, JobQueue, JobStatus, StoredFile, User
from ninghai.personal_data.body import find_in_body
from ninghai.personal_data.hit import DataKind, Hit
from ninghai.personal_data.masking import masked
from ninghai.personal_data.reading.pdf import EMBEDDED
from ninghai.personal_data.scan import Looked, look_in_sandbox

# What the finder found in one file, and its words, kept by the file's hash.

logger = logging.getLogger(__name__)

FINDER = "2018.11"  # rises when detectors or readers change: what was found before is then looked for again
PATIENCE = 0.7  # seconds for which somebody waits, for all that is done with the new files of a page
PAUSE = timedelta(seconds=3)  # until another attempt, where one was ended on purpose or found no place
MOST_COSTLY = 2  # attempts that may run into a limit: a busy machine, and once more
TOO_COSTLY = "文件的结构太复杂，检查没有完成。请用办公软件打开后另存一份，或拆分后重新上传。"
INTERRUPTED = "检查多次没有做完，系统还会再试。着急的话，请用办公软件打开后另存一份，重新上传。"
AGAIN = timedelta(days=1)  # after which a file that was only interrupted gets another attempt


def key_of(file: StoredFile) -> str:
    """By which the result is kept: the bytes, how they are to be read, and who read them."""
    suffix = PurePosixPath(file.original_name).suffix.lower()
    return hashlib.sha256(f"{FINDER}:{suffix}:{file.sha256}".encode()).hexdigest()


def scan_of(file: StoredFile) -> ContentScan:
    """The result, or that the file waits (`scanned_at` is empty); nothing is parsed here."""
    return ContentScan.objects.get_or_create(content_hash=key_of(file), defaults={"file": file})[0]


def texts_of(files: Sequence[StoredFile]) -> list[str]:
    """The words that a reader sees in each, as far as it was looked into."""
    keys = [key_of(file) for file in files]
    texts = dict(ContentScan.objects.filter(content_hash__in=keys).values_list("content_hash", "text"))
    return [texts.get(key, "") for key in keys]


def look_at_once(files: Iterable[StoredFile], *, until: float | None = None) -> None:
    """Look into those that are new, for a moment. Never within a transaction: nothing else may wait for it."""
    end = time.monotonic() + PATIENCE if until is None else until
    for file in files:
        scan, limits = scan_of(file), at_once(end - time.monotonic())
        is_new = scan.scanned_at is None and scan.job_id is None and file.size <= LARGEST_AT_ONCE
        if is_new and limits:
            _look(scan, file, limits)


def _look(scan: ContentScan, file: StoredFile, limits: Limits) -> None:
    try:
        _keep(scan, look_in_sandbox(name=file.original_name, source=_path(file), limits=limits, patience=0.2))
    except (TooCostly, Interrupted) as reason:
        logger.info("file %s is left to a worker: %s", file.pk, reason)
        _queue(scan)


@transaction.atomic
def _queue(scan: ContentScan) -> None:
    job = queue_job("scan", scan.content_hash)
    ContentScan.objects.filter(pk=scan.pk).update(job=job)
    wake_after_commit(job)


def queue_scans() -> None:
    """A job for each file that nobody has looked into; what was only interrupted comes again a day later."""
    for scan in ContentScan.objects.filter(scanned_at=None, job=None).exclude(file=None):
        _queue(scan)
    for job in Job.objects.filter(kind="scan", status=JobStatus.FAILED, next_try_at__lt=Now() - AGAIN):
        job.retry(queue=JobQueue.BULK, by=None, at=clock.now())


def scan_file_in_background(claimed: Claim) -> timedelta | None:
    """Look into the file, however long that takes, and keep what was found."""
    scan = ContentScan.objects.select_related("file").get(job=claimed.job)
    if scan.file is None:
        return None
    try:
        looked = look_in_sandbox(name=scan.file.original_name, source=_path(scan.file), limits=BACKGROUND)
    except TooCostly:
        if claimed.job.tries < MOST_COSTLY:
            raise
        looked = Looked([], [TOO_COSTLY])
    except Interrupted as reason:
        if reason.on_purpose:
            return PAUSE
        raise
    with claimed.finish():
        _keep(scan, looked)
    return None


def give_up(job: Job, *, error: str, at: datetime, is_lost: bool) -> None:
    """Nothing is known of the content: that is said, too."""
    _keep(ContentScan.objects.select_related("file").get(job=job), Looked([], [INTERRUPTED]))


def known_hits(hits: list[dict[str, str | bool]], file: StoredFile) -> list[dict[str, str | bool]]:
    """The hits; that the portal's own papers bring their tables along as files hides nothing, for those are read too."""
    if file.stored_by_id is not None:
        return hits
    return [hit for hit in hits if (hit["kind"], hit["text"]) != (str(DataKind.HIDDEN_DATA), EMBEDDED)]


def _path(file: StoredFile) -> Path:
    return Path(file.file.path)


def _keep(scan: ContentScan, looked: Looked) -> None:
    hits = known_hits(looked.hits, scan.file) if scan.file else looked.hits
    found = {"hits": hits, "unreadable": looked.unreadable, "text": looked.text}
    ContentScan.objects.filter(pk=scan.pk).update(**found, scanned_at=Now())


def files_waiting(by: User) -> int:
    """How many files of this person workers have still to look into."""
    return ContentScan.objects.filter(scanned_at=None, file__stored_by=by).count()


# Everything personal in what the public would read of an item: its text fields, its files and their names.

TEXT_FIELDS = (
    "title",
    "document_number",
    "summary",
    "body",
    "source",
    "unified_number",
    "audience",
    "method_explanation",
    "openness_mark",
    "change_note",
)
WHOLE = frozenset(
    {DataKind.HIDDEN_DATA, DataKind.PICTURE, DataKind.SENSITIVE_COLUMN}
)  # their words alone do not tell what is there


@dataclass(frozen=True, kw_only=True)
class ItemHit:
    """A hit and where it stands: in a field of the item, or in a file (`file` as it is called on the page)."""

    kind: DataKind
    text: str
    place: str
    certain: bool
    field: str = ""
    start: int = 0
    end: int = 0
    file: str = ""
    file_hash: str = ""
    attachment_id: int | None = None
    printed: str = ""  # what masking puts in its place; of a value in several places in the first one alone

    @cached_property
    def fingerprint(self) -> str:
        """By which a ruling knows the hit again: kind, file and words; of a picture or hidden part, the very file."""
        exactly = [self.file_hash, self.place] if self.kind in WHOLE else []
        facts = json.dumps([self.kind, self.file, self.text, *exactly], ensure_ascii=False)
        return hashlib.sha256(facts.encode()).hexdigest()


@dataclass(slots=True)
class ItemScan:
    """`unreadable` are (file, why); `waiting` are the files that nobody has looked at yet."""

    hits: list[ItemHit] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def scan_item(item: Item, *, may_look: bool = True) -> ItemScan:
    """The item as the database holds it now; `may_look` into new files for a moment, which nobody may within a transaction."""
    if may_look:
        look_into_files(item)
    scan = ItemScan()
    texts = Item.objects.filter(pk=item.pk).values(*TEXT_FIELDS).get()
    for name, text in texts.items():
        scan.hits += hits_in_field(name, text or "")
    for attachment in item.attachments.select_related("file").order_by("position", "pk"):
        scan.hits += hits_in_field("", attachment.label)
        copy = copy_of(attachment.file)
        if copy.copy_id == attachment.file_id:
            scan_file(scan, attachment.file, label=attachment.label, attachment_id=attachment.pk)
        elif copy.refusal:
            scan.unreadable.append((attachment.label, copy.refusal))
        else:
            scan.waiting.append(attachment.label)
    return scan


def look_into_files(item: Item, *, once_more: bool = False) -> None:
    """Before anything is decided about the item: make the public copies of its files, and look into those. For both
    somebody waits once, and twice as long for an act that tries `once_more` what was tried before."""
    until = time.monotonic() + PATIENCE * (2 if once_more else 1)
    make_at_once(item, at=clock.now(), until=until, once_more=once_more)
    files = (each.file for each in item.attachments.select_related("file").order_by("position", "pk"))
    look_at_once((file for file in files if copy_of(file).copy_id == file.pk), until=until)


def hits_in_field(name: str, text: str) -> Iterator[ItemHit]:
    """The hits in a text of the item; without a name, it is what a file is called."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    for hit in find_in_body(text):
        yield from places_of(hit, text, field=name, digest=digest)


def places_of(hit: Hit, text: str, *, field: str, digest: str) -> Iterator[ItemHit]:
    """The hit in each place where a part of it stands."""
    place = str(Item._meta.get_field(field).verbose_name) if field else "附件名称"  # type: ignore[union-attr]
    for at, (start, end) in enumerate(hit.stretches):
        yield ItemHit(
            kind=hit.kind,
            text=text[start:end],
            place=place,
            certain=hit.certain,
            field=field,
            file_hash=digest,
            start=start,
            end=end,
            printed="" if at else masked(hit),
        )


def open_hits(hits: Iterable[ItemHit], item: Item) -> list[ItemHit]:
    """Those on which nobody has ruled, for this item or for the one of which it is another edition.

    What was ruled on a revision counts for the item when that is merged, not before: until then nobody has reviewed it.
    """
    rulings = Ruling.objects.filter(item__in=[item.pk, *([item.revises_id] if item.revises_id else [])])
    ruled = set(rulings.values_list("fingerprint", flat=True))
    return [hit for hit in hits if hit.fingerprint not in ruled]


def scan_file(scan: ItemScan, file: StoredFile, *, label: str, attachment_id: int | None = None) -> None:
    """Add to the scan what is in the file; `attachment_id` is where it can be masked."""
    found = scan_of(file)
    if found.scanned_at is None:
        scan.waiting.append(label)
    scan.unreadable += [(label, str(why)) for why in found.unreadable]
    for hit in found.hits:
        scan.hits.append(
            ItemHit(
                kind=DataKind(hit["kind"]),
                text=hit["text"],
                place=hit["place"],
                certain=hit["certain"],
                file=f"{label}/{hit['file']}" if hit["file"] else label,
                file_hash=file.sha256,
                attachment_id=attachment_id,
            )
        )
