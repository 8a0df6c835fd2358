"""防篡改: does every stored file still hold the bytes that were stored? Nothing is repaired."""

import hashlib
from collections.abc import Iterator

from ninghai.models import PublicCopy, StoredFile

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
