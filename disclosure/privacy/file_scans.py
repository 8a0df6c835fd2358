"""What the finder found in one file, kept by the file's hash; a large file is left to the scheduler.

A file that is scanned while somebody waits for the page takes about a second at most: the rest waits, and the gate
with it.
"""

import hashlib
import logging
from collections.abc import Callable
from pathlib import PurePosixPath

from django.db.models.functions import Now

from disclosure.models import ContentScan
from ninghai.models import StoredFile
from ninghai.personal_data.hit import Kind
from ninghai.personal_data.looking import Looked, is_quick, look, look_apart
from ninghai.personal_data.reading.pdf import EMBEDDED

logger = logging.getLogger(__name__)

FINDER = "2018.4"  # rises when detectors or readers change: what was found before is then looked for again
LARGEST_QUICK = 1_000_000  # bytes; a larger file is not even opened while somebody waits
MISSING = "文件已读不到，请重新上传。"


def key_of(file: StoredFile) -> str:
    """By which the result is kept: the bytes, how they are to be read, and who read them."""
    suffix = PurePosixPath(file.original_name).suffix.lower()
    return hashlib.sha256(f"{FINDER}:{suffix}:{file.sha256}".encode()).hexdigest()


def scan_of(file: StoredFile) -> ContentScan:
    """The result, at once for a small file; for a large one, that it waits (`scanned_at` is empty)."""
    scan, is_new = ContentScan.objects.get_or_create(content_hash=key_of(file), defaults={"file": file})
    if is_new and file.size <= LARGEST_QUICK:
        _fill(scan, file, look, may_wait=True)
    return scan


def scan_waiting() -> int:
    """Scan the files that wait, each in a process apart; return how many."""
    waiting = ContentScan.objects.filter(scanned_at=None).exclude(file=None).select_related("file").order_by("pk")
    scans = list(waiting)
    for scan in scans:
        if scan.file is not None:
            _fill(scan, scan.file, look_apart, may_wait=False)
    return len(scans)


def known_hits(hits: list[dict[str, str | bool]], file: StoredFile) -> list[dict[str, str | bool]]:
    """The hits; that the portal's own papers bring their tables along as files hides nothing, for those are read too."""
    if file.stored_by_id is not None:
        return hits
    return [hit for hit in hits if (hit["kind"], hit["text"]) != (str(Kind.HIDDEN_DATA), EMBEDDED)]


def _fill(scan: ContentScan, file: StoredFile, look_into: Callable[..., Looked], *, may_wait: bool) -> None:
    """Keep what is found; `may_wait` leaves to others what takes long."""
    try:
        with file.file.open("rb") as stored:
            data = stored.read()
    except OSError:
        logger.exception("file %s: cannot be read", file.pk)
        looked = Looked([], [MISSING])
    else:
        if may_wait and not is_quick(name=file.original_name, data=data):
            return
        looked = look_into(name=file.original_name, data=data)
    scan.hits, scan.unreadable = known_hits(looked.hits, file), looked.unreadable
    ContentScan.objects.filter(pk=scan.pk).update(hits=scan.hits, unreadable=scan.unreadable, scanned_at=Now())
    scan.refresh_from_db(fields=["scanned_at"])
