"""The fingerprint of what the public will read: SHA-256 over an item's public fields and its attachments' own hashes.

Every signed answer is bound to it: one changed byte of text or file, and the answers no longer hold.
"""

import hashlib
import json

from disclosure.models import Item

PUBLIC_FIELDS = (
    "unit_id",
    "title",
    "document_number",
    "kind",
    "topic_id",
    "entry_id",
    "summary",
    "body",
    "formed_date",
    "source",
    "method",
    "openness_mark",
    "validity",
    "original_published_on",
)


def content_hash(item: Item) -> str:
    """The hash (64 hex digits) of the item as the database holds it, attachments in their order."""
    fields = Item.objects.filter(pk=item.pk).values_list(*PUBLIC_FIELDS).get()
    files = item.attachments.order_by("position", "pk").values_list("label", "file__sha256")
    content = [[str(value) for value in fields], [list(file) for file in files]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
