"""The fingerprint of what the public will read: SHA-256 over an item's public fields and its attachments' own hashes.

Every signed answer is bound to it: one changed byte of text or file, and the answers no longer hold.
"""

from disclosure.content import content_of
from disclosure.models import Item
from disclosure.models.public_content import hash_of

__all__ = ["content_hash", "hash_of"]


def content_hash(item: Item) -> str:
    """The hash (64 hex digits) of the item as the database holds it."""
    return hash_of(content_of(item))
