"""What the finder found in one file, kept by the file's hash; a large file is left to the scheduler.

A file that is scanned while somebody waits for the page must be small: the rest waits, and the gate with it.
"""

import hashlib
import logging
from itertools import islice
from pathlib import PurePosixPath

from django.db.models.functions import Now

from disclosure.models import ContentScan
from ninghai.models import StoredFile
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.scan import Found, findings

logger = logging.getLogger(__name__)

FINDER = "2018.1"  # rises when detectors or readers change: what was found before is then looked for again
MOST_HITS = 20_000  # in one file; nobody rules on more
SMALL = 1024 * 1024  # bytes that are scanned at once
TOO_MANY = f"发现的个人信息超过{MOST_HITS}处，请去标识化后重新上传。"
MISSING = "文件暂时读不到，请稍后再试；仍不成功请重新上传。"
UNEXPECTED = "检查时发生意外错误。请用办公软件打开后另存一份，重新上传。"


def key_of(file: StoredFile) -> str:
    """By which the result is kept: the bytes, how they are to be read, and who read them."""
    suffix = PurePosixPath(file.original_name).suffix.lower()
    return hashlib.sha256(f"{FINDER}:{suffix}:{file.sha256}".encode()).hexdigest()


def scan_of(file: StoredFile) -> ContentScan:
    """The result, at once for a small file; for a large one, that it waits (`scanned_at` is empty)."""
    scan = ContentScan.objects.filter(content_hash=key_of(file)).first()
    if scan is None:
        scan, _ = ContentScan.objects.get_or_create(content_hash=key_of(file), defaults={"file": file})
    if scan.scanned_at is None and file.size <= SMALL:
        fill(scan, file)
    return scan


def fill(scan: ContentScan, file: StoredFile) -> None:
    """Scan the file and keep what was found."""
    try:
        with file.file.open("rb") as stored:
            data = stored.read()
    except OSError:
        logger.exception("file %s: cannot be read", file.pk)
        scan.unreadable = [MISSING]
        return
    scan.hits, scan.unreadable = looked_into(name=file.original_name, data=data)
    ContentScan.objects.filter(pk=scan.pk).update(hits=scan.hits, unreadable=scan.unreadable, scanned_at=Now())
    scan.refresh_from_db(fields=["scanned_at"])


def looked_into(*, name: str, data: bytes) -> tuple[list[dict[str, str | bool]], list[str]]:
    """(hits, why it cannot be looked into): files within an archive are named, the file itself is not."""
    try:
        found = list(islice(findings(name=name, data=data), MOST_HITS + 1))
    except UnreadableFile as refused:
        return [], [str(refused)]
    except Exception:  # of a broken file no parser promises how it fails
        logger.exception("a file could not be scanned")
        return [], [UNEXPECTED]
    if len(found) > MOST_HITS:
        return [], [TOO_MANY]
    return [_kept(each, name) for each in found], []


def _kept(found: Found, name: str) -> dict[str, str | bool]:
    kept = {**found.as_json(), "file": found.file.removeprefix(name).lstrip("/")}
    return {key: storable(value) if isinstance(value, str) else value for key, value in kept.items()}


def storable(text: str) -> str:
    """What PostgreSQL can keep: a PDF may hold characters that are none."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()
