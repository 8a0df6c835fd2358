"""What the finder found in one file, and its words, kept by the file's hash.

A file is looked into while somebody waits for the page, in the sandbox and for a moment only; what takes longer is left
to the scheduler, and the gate waits with it. Only what is known of the content is kept: a process that was ended, or a
file that could not be read just then, says nothing. So each attempt is written down before it is made, and a file that
ends every attempt is at last called unreadable.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from disclosure.models import ContentScan
from ninghai.models import StoredFile, User
from ninghai.personal_data.hit import Kind
from ninghai.personal_data.looking import Looked, look_in_sandbox
from ninghai.personal_data.reading.pdf import EMBEDDED
from ninghai.sandbox.limits import AT_ONCE, BACKGROUND
from ninghai.sandbox.outcomes import Interrupted, TooCostly

logger = logging.getLogger(__name__)

FINDER = "2018.11"  # rises when detectors or readers change: what was found before is then looked for again
PATIENCE = 0.7  # seconds for which somebody waits, for all the new files of a page
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))  # between attempts
MOST_ATTEMPTS = len(PAUSES) + 1
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


def look_at_once(files: Iterable[StoredFile]) -> None:
    """Look into those that are new, for a moment. Never within a transaction: nothing else may wait for it."""
    end = time.monotonic() + PATIENCE
    for file in files:
        scan = scan_of(file)
        if scan.scanned_at is None and scan.started_at is None and time.monotonic() < end and _claim(scan, attempts=0):
            try:
                _keep(
                    scan,
                    file,
                    look_in_sandbox(name=file.original_name, source=_path(file), limits=AT_ONCE, patience=0.2),
                )
            except (TooCostly, Interrupted) as reason:
                logger.info("file %s is left to the scheduler: %s", file.pk, reason)


def scan_waiting() -> int:
    """Look into the files whose turn it is, those with the fewest attempts first; return how many there were."""
    scans = list(_due().select_related("file").order_by("attempts", "pk"))
    for scan in scans:
        if scan.file is not None and _claim(scan, attempts=scan.attempts + 1):
            _attempt(scan, scan.file)
    return len(scans)


def known_hits(hits: list[dict[str, str | bool]], file: StoredFile) -> list[dict[str, str | bool]]:
    """The hits; that the portal's own papers bring their tables along as files hides nothing, for those are read too."""
    if file.stored_by_id is not None:
        return hits
    return [hit for hit in hits if (hit["kind"], hit["text"]) != (str(Kind.HIDDEN_DATA), EMBEDDED)]


def _due() -> QuerySet[ContentScan]:
    """What waits and has had its pause; what was only interrupted comes again a day later."""
    pauses = Q(attempts=0) | Q(started_at=None)
    for attempts, pause in enumerate(PAUSES, start=1):
        pauses |= Q(attempts=attempts, started_at__lt=Now() - pause)
    interrupted = Q(unreadable=[INTERRUPTED], started_at__lt=Now() - AGAIN)
    return ContentScan.objects.exclude(file=None).filter(Q(scanned_at=None) & pauses | interrupted)


def _claim(scan: ContentScan, *, attempts: int) -> bool:
    """Write the attempt down before it is made; False when another process was faster."""
    rows = ContentScan.objects.filter(pk=scan.pk, started_at=scan.started_at, attempts=scan.attempts)
    is_ours = bool(rows.update(started_at=Now(), attempts=attempts))
    if is_ours:
        scan.refresh_from_db(fields=["started_at", "attempts"])
    return is_ours


def _attempt(scan: ContentScan, file: StoredFile) -> None:
    try:
        looked = look_in_sandbox(name=file.original_name, source=_path(file), limits=BACKGROUND)
    except TooCostly as limit:
        logger.warning("file %s: attempt %s ran into its limit: %s", file.pk, scan.attempts, limit)
        if scan.attempts >= MOST_COSTLY:
            _keep(scan, file, Looked([], [TOO_COSTLY]))
    except Interrupted as reason:
        logger.warning("file %s: attempt %s was interrupted: %s", file.pk, scan.attempts, reason)
        if reason.on_purpose:
            ContentScan.objects.filter(pk=scan.pk).update(started_at=None, attempts=F("attempts") - 1)
        elif scan.attempts >= MOST_ATTEMPTS:
            _keep(scan, file, Looked([], [INTERRUPTED]))
    else:
        _keep(scan, file, looked)


def _path(file: StoredFile) -> Path:
    return Path(file.file.path)


def _keep(scan: ContentScan, file: StoredFile, looked: Looked) -> None:
    found = {"hits": known_hits(looked.hits, file), "unreadable": looked.unreadable, "text": looked.text}
    ContentScan.objects.filter(pk=scan.pk).update(**found, scanned_at=Now())


def files_waiting(by: User) -> int:
    """How many files of this person the scheduler has still to look into."""
    return ContentScan.objects.filter(scanned_at=None, file__stored_by=by).count()
