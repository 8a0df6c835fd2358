"""What of an item the public will read, as plain data, and its fingerprint: what is signed for, hashed, kept and compared."""

from disclosure.models import Item
from disclosure.models.public_content import Content, hash_of, read_content

# What of an item the public will read, as plain data: the thing that is signed for, hashed, kept and compared.


def content_of(item: Item) -> Content:
    """The content as the database holds it now, attachments in their order."""
    return read_content(item)


# The fingerprint of what the public will read: SHA-256 over an item's public fields and its attachments' own hashes.


def content_hash(item: Item) -> str:
    """The hash (64 hex digits) of the item as the database holds it."""
    return hash_of(content_of(item))
