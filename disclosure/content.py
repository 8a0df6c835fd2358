"""What of an item the public will read, as plain data: the thing that is signed for, hashed, kept and compared."""

from disclosure.models import Item
from disclosure.models.public_content import PUBLIC_FIELDS, Content, read_content

__all__ = ["PUBLIC_FIELDS", "Content", "content_of"]


def content_of(item: Item) -> Content:
    """The content as the database holds it now, attachments in their order."""
    return read_content(item)
