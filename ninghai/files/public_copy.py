"""What the public gets of a stored file (公开副本): written anew in the sandbox, and the chain of hashes that leads to it.

The portal's own papers are public byte for byte, or nobody could verify them; a public copy is its own copy.
"""

import hashlib
import logging
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.db import transaction

from ninghai.calendar import clock
from ninghai.files.full_disk import is_full
from ninghai.files.sandbox.limits import Interrupted, Limits, ParsingFailed, ParsingRefused, TooCostly
from ninghai.files.sandbox.running import parse_in_sandbox
from ninghai.files.sanitizing import MADE_BY
from ninghai.files.sanitizing.plain import REWRITERS as PLAIN
from ninghai.files.storing import is_made_here, store_bytes
from ninghai.models import PublicCopy, StoredFile, User
from ninghai.personal_data.reading.content import UnreadableFile

How = PublicCopy.How
REWRITE = "ninghai.files.sanitizing.rewriting:rewritten"
LARGEST_PLAIN = 5 * 1024 * 1024  # bytes of text that are written anew on the spot
CHANGED = "文件与上传时不一致或已读不到，不能公开。请重新上传。"
TOO_COSTLY = "文件的结构太复杂，没有能够重新写出。请用办公软件打开后另存一份，或拆分后重新上传。"
MOST_ATTEMPTS, MOST_COSTLY = 5, 2
UNFINISHED = "重新写出多次没有做完。请用办公软件打开后另存一份，重新上传。"
FAILED = "重新写出时发生意外错误。请用办公软件打开后另存一份，重新上传。"
# After how many attempts a copy is refused, and with what sentence.
GIVES_UP: dict[type[Exception], tuple[int, str]] = {
    TooCostly: (MOST_COSTLY, TOO_COSTLY),
    Interrupted: (MOST_ATTEMPTS, UNFINISHED),
    OSError: (MOST_ATTEMPTS, CHANGED),
}
NOT_YET = tuple(GIVES_UP)
logger = logging.getLogger(__name__)


def copy_of(file: StoredFile) -> PublicCopy:
    """What is known of the file's public copy, made at once where that parses nothing; else it waits."""
    known = PublicCopy.objects.filter(copy=file).order_by("-pk").first()
    known = known or PublicCopy.objects.filter(original=file).exclude(how=How.MASKED).first()
    if known is None:
        values = {"original_sha256": file.sha256}
        known, _ = PublicCopy.objects.exclude(how=How.MASKED).get_or_create(original=file, defaults=values)
    return _made_on_the_spot(known) if known.copy_id is None and not known.refusal else known


def is_waiting(copy: PublicCopy) -> bool:
    return copy.copy_id is None and not copy.refusal


def make(copy: PublicCopy, *, limits: Limits, at: datetime, tries: int = 0) -> PublicCopy:
    """One attempt to write the file anew, never within a transaction: nothing else may wait for it.

    Raises one of NOT_YET where that says nothing for good; what ends every attempt is refused after so many `tries`.
    """
    try:
        if not _is_as_stored(copy.original):
            return _refused(copy, CHANGED)
        data = rewritten(name=copy.original.original_name, source=Path(copy.original.file.path), limits=limits)
    except UnreadableFile as refused:
        return _refused(copy, str(refused))
    except NOT_YET as ended:
        most, sentence = next(limit for kind, limit in GIVES_UP.items() if isinstance(ended, kind))
        if tries < most or is_full(ended) or (isinstance(ended, Interrupted) and ended.on_purpose):
            raise
        return _refused(copy, sentence)
    return _kept(copy, data, at=at)


def refuse_unfinished(copy: PublicCopy) -> PublicCopy:
    """What cost a worker each time is refused at last."""
    return _refused(copy, UNFINISHED)


def rewritten(*, name: str, source: bytes | Path, limits: Limits) -> bytes:
    """The file written anew. Raises UnreadableFile with a sentence, TooCostly or Interrupted."""
    try:
        return parse_in_sandbox(REWRITE, source, limits=limits, arguments={"name": name}).data
    except ParsingRefused as refused:
        raise UnreadableFile(str(refused)) from None
    except ParsingFailed as failed:
        logger.warning("a file could not be written anew: %s", failed)
        raise UnreadableFile(FAILED) from None


def note_copy(original: StoredFile, copy: StoredFile, *, how: PublicCopy.How, at: datetime) -> PublicCopy:
    """Keep the chain of a copy that was made otherwise."""
    made = {"copy": copy, "copy_sha256": copy.sha256, "how": how, "made_by": MADE_BY, "made_at": at}
    return PublicCopy.objects.create(original=original, original_sha256=original.sha256, **made)


def store_with_copy(*, data: bytes, copy: bytes, name: str, media_type: str, by: User, at: datetime) -> PublicCopy:
    """Keep a file and the copy that was made of it already."""
    original = store_bytes(data=data, name=name, media_type=media_type, by=by, at=at)
    if copy == data:
        return note_copy(original, original, how=How.UNCHANGED, at=at)
    stored = store_bytes(data=copy, name=name, media_type=media_type, by=by, at=at)
    return note_copy(original, stored, how=How.REWRITTEN, at=at)


def _made_on_the_spot(copy: PublicCopy) -> PublicCopy:
    """The portal's own papers, and texts, of which nothing is parsed but the characters."""
    file = copy.original
    if is_made_here(file.sha256):
        return _is_its_own(copy, How.MADE_HERE)
    rewrite = PLAIN.get(PurePosixPath(file.original_name).suffix.lower())
    if rewrite is None or file.size > LARGEST_PLAIN:
        return copy
    try:
        with file.file.open("rb") as stored:
            return _kept(copy, rewrite(stored.read()), at=clock.now())
    except OSError as error:  # the next attempt reads it again
        logger.warning("no public copy of %s yet: %s", file.pk, error)
        return copy
    except UnreadableFile as refused:
        return _refused(copy, str(refused))


@transaction.atomic
def _kept(copy: PublicCopy, data: bytes, *, at: datetime) -> PublicCopy:
    """Once, whoever else has made it meanwhile."""
    still = PublicCopy.objects.select_for_update().get(pk=copy.pk)
    if not is_waiting(still):
        return still
    original = copy.original
    if hashlib.sha256(data).hexdigest() == original.sha256:
        return _is_its_own(still, How.UNCHANGED)
    name, media_type = original.original_name, original.media_type
    made = store_bytes(data=data, name=name, media_type=media_type, by=original.stored_by, at=at)
    still.copy, still.copy_sha256, still.made_by, still.made_at = made, made.sha256, MADE_BY, at
    still.save()
    return still


def _is_its_own(copy: PublicCopy, how: PublicCopy.How) -> PublicCopy:
    copy.copy, copy.copy_sha256, copy.how = copy.original, copy.original.sha256, how
    copy.made_by, copy.made_at = MADE_BY, clock.now()
    copy.save()
    return copy


def _refused(copy: PublicCopy, why: str) -> PublicCopy:
    PublicCopy.objects.filter(pk=copy.pk, copy=None).update(refusal=why)
    copy.refresh_from_db()
    return copy


def _is_as_stored(file: StoredFile) -> bool:
    with file.file.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest() == file.sha256
