"""Does every stored file still hold its bytes (防篡改), and does every one have its row? Bytes without a row (游离文件) are set aside."""

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from ninghai.calendar import clock
from ninghai.models import PublicCopy, SafetyCheck, StoredFile
from ninghai.models.files import private_storage
from ninghai.operations.safety_checks import keep_result

# 防篡改: does every stored file still hold the bytes that were stored? Nothing is repaired.

PIECE = 1024 * 1024


def changed_files() -> Iterator[str | None]:
    """For each stored file nothing, or a sentence that says what is wrong with it."""
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        try:
            found = _digest(stored)
        except OSError as error:  # a bad sector, a mount that went away: the others are still looked at
            yield f"{_named(stored)}读不出来：{error.strerror or error}。"
            continue
        if found is None:
            yield _unless_discarded(stored)
        else:
            yield None if found == stored.sha256 else f"{_named(stored)}的内容与存入时的散列值不一致。"


def changed_copies() -> Iterator[str | None]:
    """For each public copy nothing, or a sentence where its chain of hashes (散列链) does not hold."""
    made = PublicCopy.objects.exclude(copy=None).select_related("original", "copy").order_by("pk")
    for each in made.iterator(chunk_size=500):
        if each.copy is None or (each.original.sha256, each.copy.sha256) == (each.original_sha256, each.copy_sha256):
            yield None
        else:
            yield f"{_named(each.copy)}与登记的公开副本不一致。"


def _digest(stored: StoredFile) -> str | None:
    digest = hashlib.sha256()
    try:
        with stored.file.open("rb") as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def _unless_discarded(stored: StoredFile) -> str | None:
    """A file that was discarded meanwhile is missed by nobody."""
    return f"{_named(stored)}已经不在磁盘上。" if StoredFile.objects.filter(pk=stored.pk).exists() else None


def _named(stored: StoredFile) -> str:
    return f"文件“{stored.original_name}”（{stored.file.name}）"


# Strays (游离文件): bytes without a row, as a process leaves them that was killed between writing and committing.

GRACE = 24 * 3600.0  # seconds; by then whoever wrote the file has committed or is gone
FEW, SHARE = 20, 50  # so many strays are a crash or two; more than one in so many files are not
QUARANTINE = "quarantine"
KIND = SafetyCheck.Kind.STRAYS
WHAT_TO_DO = "这些文件都没有动。请核对连接的是不是正确、最新的数据库，确认无误后执行 manage.py stray_files --confirm。"
logger = logging.getLogger(__name__)


def stray_files(*, older_than: float = GRACE) -> Iterator[Path]:
    """Files that no row names, written longer ago than so many seconds by the machine's own clock."""
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]")):
        found = {path.name: path for path in folder.iterdir() if _is_a_name(path.name)}
        for name in found.keys() - _named_by_rows(found):
            with suppress(FileNotFoundError):
                if time.time() - found[name].stat().st_mtime >= older_than:
                    yield found[name]


def set_strays_aside() -> int:
    """The daily round: bring back what is named again, set strays aside; return how many were.

    Where something speaks against it nothing is touched, and the auditor and the security administrator are told.
    """
    bring_back()
    strays = list(stray_files())
    why_not = obstacle(strays)
    if why_not:
        logger.error("%s strays stay where they are: %s", len(strays), why_not)
        _note(len(strays), words=f"{why_not}{WHAT_TO_DO}", is_good=False)
        return 0
    if (newest := SafetyCheck.objects.newest(KIND)) and not newest.is_good:
        _note(len(strays), words="游离文件已在正常范围内。", is_good=True)
    return set_aside(strays, at=clock.now())


def confirm() -> int:
    """Set aside all strays because a person has looked at them; the daily round goes on from now on."""
    bring_back()
    strays = list(stray_files())
    count = set_aside(strays, at=clock.now())
    _note(count, words=f"已由人工确认，隔离游离文件{count}个。", is_good=True)
    return count


def obstacle(strays: list[Path]) -> str:
    """Why these may not be set aside without a person, in a sentence; empty where they may."""
    if not strays:
        return ""
    known = StoredFile.objects.count()
    if not known:
        return f"数据库里没有任何文件记录，文件目录里却有{len(strays)}个文件。"
    if len(strays) > max(FEW, known // SHARE):
        return f"数据库里有{known}个文件记录，没有记录的文件却有{len(strays)}个，比例异常。"
    if _waits_for_confirmation():
        return f"数据恢复之后还没有人核对过，发现{len(strays)}个没有记录的文件。"
    return ""


def set_aside(strays: list[Path], *, at: datetime) -> int:
    """Move them into the folder of the day, where only a person deletes them; return how many are there now."""
    folder = _root() / QUARANTINE / f"{timezone.localdate(at)}"
    for stray in strays:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            stray.rename(folder / stray.name)
            logger.warning("a file that no row names was set aside: %s", folder / stray.name)
    return len(strays)


def bring_back() -> int:
    """Put back what a row names again, such as after the right database was connected; return how many."""
    count = 0
    for folder in sorted((_root() / QUARANTINE).glob("*")):
        found = {path.name: path for path in folder.iterdir() if _is_a_name(path.name)}
        for name in _named_by_rows(found):
            count += _put_back(found[name])
    return count


def _put_back(path: Path) -> bool:
    place = _root() / path.name[:2] / path.name
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place)  # never over a file that is there
    except FileExistsError:
        return False
    path.unlink()
    logger.warning("a file that a row names again was brought back: %s", place)
    return True


def _waits_for_confirmation() -> bool:
    """Whether nobody has looked at the strays since the last restore."""
    restored = SafetyCheck.objects.newest(SafetyCheck.Kind.RESTORE)
    if restored is None:
        return False
    return not SafetyCheck.objects.filter(kind=KIND, is_good=True, pk__gt=restored.pk).exists()


def _note(count: int, *, words: str, is_good: bool) -> None:
    url = reverse("admin:ninghai_auditentry_chain")
    keep_result(kind=KIND, at=clock.now(), is_good=is_good, looked_at=count, words=words, url=url)


def _named_by_rows(found: dict[str, Path]) -> set[str]:
    return {pk.hex for pk in StoredFile.objects.filter(pk__in=found).values_list("pk", flat=True)}


def _is_a_name(name: str) -> bool:
    return len(name) == 32 and not set(name) - set("0123456789abcdef")


def _root() -> Path:
    return Path(private_storage().path(""))
