"""The fingerprint of what the public will read: SHA-256 over an item's public fields and its attachments' own hashes.

Every signed answer is bound to it: one changed byte of text or file, and the answers no longer hold.
"""

import hashlib
import json

from disclosure.content import Content, content_of
from disclosure.models import Item


def content_hash(item: Item) -> str:
    """The hash (64 hex digits) of the item as the database holds it."""
    return hash_of(content_of(item))


def hash_of(content: Content) -> str:
    """The hash of a content that was read or kept."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
