"""Masked copies (脱敏副本): what the public gets instead of a file or a text with personal data in it."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import cast

from django.db import transaction

from disclosure.items import rules
from disclosure.items.drafting import ItemFields, edit_item
from disclosure.models import Attachment, Item
from disclosure.privacy.scans import TEXT_FIELDS, ItemHit, open_hits, places_of, scan_item
from ninghai.files import store_bytes
from ninghai.files.public_copy import note_copy
from ninghai.models import AuditEntry, PublicCopy, User
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.personal_data.hit import Hit
from ninghai.personal_data.masking import replaced
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.reader import suffix
from ninghai.personal_data.rewriting.rewriter import REWRITERS, masked_in_sandbox

LARGEST = 5 * 1024 * 1024  # bytes; a copy is made while somebody waits


def can_be_masked(attachment: Attachment) -> bool:
    """Whether the portal can write a masked copy of this kind of file."""
    return suffix(attachment.file.original_name) in REWRITERS


def mask_attachment(*, item: Item, attachment: Attachment, version: int, by: User, at: datetime) -> Attachment:
    """Put a masked copy without metadata in the file's place; the file as it was uploaded stays, and stays private."""
    require(rules.can_edit(by, item), "信息已经提交，不能再制作脱敏副本。请先退回修改。")
    if attachment.file.size > LARGEST:
        raise TransitionError(f"“{attachment.label}”超过5MB，请在本机去标识化后重新上传。")
    file = attachment.file
    try:
        data = masked_in_sandbox(name=file.original_name, source=Path(file.file.path))
    except UnreadableFile as refused:
        raise TransitionError(f"“{attachment.label}”不能制作脱敏副本。{refused}") from refused
    return _put_in_place(item, attachment, data, version=version, by=by, at=at)


@transaction.atomic
def _put_in_place(
    item: Item, attachment: Attachment, data: bytes, *, version: int, by: User, at: datetime
) -> Attachment:
    item.edit(by=by, at=at, version=version)
    file = attachment.file
    attachment.original = attachment.original or file
    attachment.file = store_bytes(data=data, name=attachment.public_name, media_type=file.media_type, by=by, at=at)
    note_copy(attachment.original, attachment.file, how=PublicCopy.How.MASKED, at=at)
    attachment.text = ""
    attachment.save(update_fields=["file", "original", "text"])
    AuditEntry.objects.record(
        action=AuditEntry.Action.MASK,
        target=item,
        by=by,
        at=at,
        detail={"file": attachment.label, "before": file.sha256, "after": attachment.file.sha256},
    )
    return attachment


@transaction.atomic
def mask_text(*, item: Item, version: int, by: User, at: datetime) -> Item:
    """Mask what is open in the fields and the names of files, where nobody has ruled that it may stay."""
    require(rules.can_edit(by, item), "信息已经提交，不能再修改正文。请先退回修改。")
    left = [hit for hit in open_hits(scan_item(item, may_look=False).hits, item) if not hit.attachment_id]
    if not left:
        raise StaleError(item)
    fields = {name: _masked(getattr(item, name), left, name) for name in TEXT_FIELDS}
    changed = {name: text for name, text in fields.items() if text != getattr(item, name)}
    edited = edit_item(item=item, version=version, by=by, at=at, **cast(ItemFields, changed))
    for attachment in item.attachments.all():
        label = _masked(attachment.label, left, "")
        if label != attachment.label:
            attachment.label = label
            attachment.save(update_fields=["label"])
    AuditEntry.objects.record(action=AuditEntry.Action.MASK, target=item, by=by, at=at, detail={"fields": [*changed]})
    return edited


def _masked(text: str, left: list[ItemHit], field: str) -> str:
    """The text with those of its hits masked that are among these; of sensitive columns what is below their heads goes."""
    open_now, digest = {hit.fingerprint for hit in left}, hashlib.sha256(text.encode()).hexdigest()

    def is_meant(words: str, hit: Hit) -> bool:
        return any(each.fingerprint in open_now for each in places_of(hit, words, field=field, digest=digest))

    return replaced(text, meant=is_meant)
