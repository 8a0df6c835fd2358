"""The text of an item's attachments, for search: what stands in the public file, known since it was looked into.

It is taken anew at each publication: the file may have given way to a masked copy since it was uploaded, and what was
masked must not be found. A file that cannot be read, or of a kind without text, has none; that is no error.
"""

from disclosure.models import Attachment, Item
from disclosure.privacy.file_scans import texts_of


def keep_attachment_texts(item: Item) -> list[str]:
    """Keep the texts of the item's public files with them; returns them in the order of the attachments."""
    attachments = list(item.attachments.select_related("file"))
    texts = texts_of([attachment.file for attachment in attachments])
    for attachment, text in zip(attachments, texts, strict=True):
        attachment.text = text
    Attachment.objects.bulk_update(attachments, ["text"])
    return texts
