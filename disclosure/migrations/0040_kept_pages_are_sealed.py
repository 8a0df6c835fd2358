import hashlib
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import migrations, transaction

from ninghai.sealed import cipher

OCTETS = "application/octet-stream"


def seal_kept_pages(apps: Any, schema_editor: Any) -> None:
    """What was kept as it was found goes under the key of its case; the hash of what was found stays."""
    for event in _with_copy(apps):
        kept = event.copy
        content = _content(kept)
        event.copy_type, event.copy_sha256 = kept.media_type, kept.sha256
        _put(event, cipher.encrypt(_secret(event), content, about=_place(event)), name="sealed", media_type=OCTETS)


def open_kept_pages(apps: Any, schema_editor: Any) -> None:
    for event in _with_copy(apps):
        content = cipher.decrypt(_secret(event), _content(event.copy), about=_place(event))
        _put(event, content, name="网页留存", media_type=event.copy_type)


def _with_copy(apps: Any) -> Any:
    events = apps.get_model("disclosure", "OpinionEvent").objects.exclude(copy=None)
    return events.filter(data_key__destroyed_at=None).select_related("copy", "data_key")


def _content(kept: Any) -> bytes:
    with kept.file.open("rb") as stored:
        return bytes(stored.read())


def _secret(event: Any) -> bytes:
    key = event.data_key
    return cipher.unwrap(bytes(key.wrapped), master=key.master, about=f"data-key:{key.pk}")


def _place(event: Any) -> str:
    return f"opinion-copy:{event.pk}:{event.data_key_id}"


def _put(event: Any, content: bytes, *, name: str, media_type: str) -> None:
    """In a file of its own; the one before it goes once nothing can fail any more."""
    before, made = event.copy, uuid.uuid4()
    kept = type(before)(id=made, original_name=name, media_type=media_type, size=len(content))
    kept.stored_by_id, kept.stored_at = before.stored_by_id, before.stored_at
    kept.sha256 = hashlib.sha256(content).hexdigest()
    kept.file.name = before.file.storage.save(f"{made.hex[:2]}/{made.hex}", ContentFile(content))
    kept.save(force_insert=True)
    event.copy = kept
    event.save(update_fields=["copy", "copy_type", "copy_sha256"])
    storage, path = before.file.storage, before.file.name
    before.delete()
    transaction.on_commit(lambda: storage.delete(path))


class Migration(migrations.Migration):
    """The page that was kept of a post is sealed, as its words are."""

    dependencies = [("disclosure", "0039_opinions_are_opened_again")]

    operations = [migrations.RunPython(seal_kept_pages, open_kept_pages)]
