"""Keeping a file: under a random name, with its hash; and letting go of one that nothing needs any more."""

import hashlib
import logging
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError

from ninghai.accounts.request_limits import require_upload_allowed
from ninghai.files.kinds import KINDS, FileKind, Purpose, UnacceptableFile, clean_label
from ninghai.files.sandbox.limits import UPLOAD, Interrupted, ParsingFailed, ParsingRefused, TooCostly
from ninghai.files.sandbox.running import parse_in_sandbox, source_of
from ninghai.files.virus_scan import look_into_upload, note_clean
from ninghai.models import StoredFile, User
from ninghai.models.files import random_name
from ninghai.operations.backups.file_lock import may_discard

# The portal's own papers (本平台生成的文件), known again by their bytes.

PDF = "application/pdf"


def is_made_here(sha256: str) -> bool:
    """Whether the portal itself has made this very file; one byte changed, and it is somebody else's.

    It makes PDFs alone: a document that a command has imported is somebody else's, too.
    """
    return StoredFile.objects.filter(sha256=sha256, stored_by=None, media_type=PDF).exists()


# Looking at an upload in the sandbox (上传检查), before it is taken.

logger = logging.getLogger(__name__)

TOO_COSTLY = "文件的结构太复杂，检查没有完成。请用办公软件打开后另存一份，或拆分后再上传。"
BROKEN = "检查文件时发生意外错误。请用办公软件打开后另存一份，再上传。"
BUSY = "服务器正忙，文件没有检查完，没有保存。请过一会儿再上传一次。"


class NotLookedInto(UnacceptableFile):
    """Nothing is known of the file: the look was interrupted. It may be looked into again."""


def inspect(stream: IO[bytes], *, label: str, purpose: Purpose) -> FileKind:
    """The file's kind. Raises UnacceptableFile unless content, structure and name agree and nothing in it is active."""
    asked = {"label": label, "purpose": purpose.value}
    try:
        found = parse_in_sandbox("ninghai.files.upload:inspected", source_of(stream), limits=UPLOAD, arguments=asked)
    except ParsingRefused as refused:
        raise UnacceptableFile(str(refused)) from None
    except TooCostly as limit:
        logger.warning("an upload was refused, it costs too much: %s", limit)
        raise UnacceptableFile(TOO_COSTLY) from None
    except ParsingFailed as failed:
        logger.warning("an upload could not be looked into: %s", failed)
        raise UnacceptableFile(BROKEN) from None
    except Interrupted as interrupted:
        logger.warning("an upload was not looked into: %s", interrupted)
        raise NotLookedInto(BUSY) from None
    _refuse_files_inside(found.value["holding"])
    return KINDS[found.value["extension"]]


def _refuse_files_inside(holding: dict[str, str]) -> None:
    """Files in a PDF, unless the portal itself has made it: its circulars bring their tables along."""
    for sha256, sentence in holding.items():
        if not is_made_here(sha256):
            raise UnacceptableFile(sentence)


def store_upload(*, upload: UploadedFile[Any], purpose: Purpose, by: User, at: datetime) -> StoredFile:
    """Keep what a person has uploaded, once its content was found acceptable. Raises UnacceptableFile."""
    label, size = clean_label(upload.name or ""), upload.size or 0
    if not size:
        raise UnacceptableFile(f"“{label}”是空文件，请重新选择。")
    if size > settings.UPLOAD_LIMIT:
        raise UnacceptableFile(
            f"“{label}”超过{settings.UPLOAD_LIMIT // 1024**2}MB。请压缩图片、拆分文件，或改为填写已公开信息的索引号。"
        )
    require_upload_allowed(by=by, size=size, at=at)
    kind = inspect(cast(IO[bytes], upload), label=label, purpose=purpose)
    return _keep_looked_into(upload, label=label, media_type=kind.media_type, by=by, at=at)


def store_looked_into(*, upload: UploadedFile[Any], media_type: str, by: User, at: datetime) -> StoredFile:
    """Keep an upload that the caller has looked into by rules of its own. Raises UnacceptableFile for a virus."""
    label = clean_label(upload.name or "")
    require_upload_allowed(by=by, size=upload.size or 0, at=at)
    return _keep_looked_into(upload, label=label, media_type=media_type, by=by, at=at)


def store_bytes(*, data: bytes, name: str, media_type: str, by: User | None, at: datetime) -> StoredFile:
    """Keep what the portal itself has made."""
    return _keep(ContentFile(data), label=clean_label(name), media_type=media_type, by=by, at=at)


def discard(stored: StoredFile) -> bool:
    """Delete the file unless a record still needs it, or a backup copies it; the bytes go when the transaction is through."""
    storage, path = stored.file.storage, str(stored.file.name)
    try:
        with transaction.atomic():
            if not may_discard():
                return False
            stored.delete()
    except ProtectedError:
        return False
    transaction.on_commit(lambda: storage.delete(path))
    return True


def _keep_looked_into(upload: UploadedFile[Any], *, label: str, media_type: str, by: User, at: datetime) -> StoredFile:
    """Once the virus scanner had its look, where there is one."""
    is_clean = look_into_upload(cast(IO[bytes], upload), label=label)
    stored = _keep(upload, label=label, media_type=media_type, by=by, at=at)
    if is_clean:
        note_clean(stored.sha256)
    return stored


def _keep(content: "File[bytes]", *, label: str, media_type: str, by: User | None, at: datetime) -> StoredFile:
    stored = StoredFile(id=uuid.uuid4(), original_name=label, media_type=media_type, stored_by=by, stored_at=at)
    stored.sha256, stored.size = _digest(content.chunks())
    content.seek(0)
    try:
        stored.file.save(label, content, save=False)
        _settle(stored)
        stored.save(force_insert=True)
    except BaseException:  # no room, no database: half a file helps nobody
        stored.file.storage.delete(random_name(stored, label))
        raise
    return stored


def _settle(stored: StoredFile) -> None:
    """On the disk before the row says so: a row outlives a power cut."""
    file = os.open(stored.file.path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _digest(chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
