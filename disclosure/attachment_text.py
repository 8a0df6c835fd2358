"""The text of an item's attachments, for search: what stands in the public file, read when the item becomes public.

It is read anew at each publication: the file may have given way to a masked copy since it was uploaded, and what was
masked must not be found. A file that cannot be read, or of a kind without text, has none; that is no error.
"""

import logging

from disclosure.models import Attachment, Item
from ninghai.models import StoredFile
from ninghai.personal_data.looking import text_within_bounds

logger = logging.getLogger(__name__)

LARGEST_FILE = 20 * 1024 * 1024  # bytes; a larger one is rarely a text


def keep_attachment_texts(item: Item) -> list[str]:
    """Read the item's public files and keep their texts; returns them in the order of the attachments."""
    attachments = list(item.attachments.select_related("file"))
    for attachment in attachments:
        attachment.text = text_of(attachment.file)
    Attachment.objects.bulk_update(attachments, ["text"])
    return [attachment.text for attachment in attachments]


def text_of(file: StoredFile) -> str:
    """What a reader sees in the file, up to a bound; "" if it cannot be read."""
    if file.size > LARGEST_FILE:
        return ""
    try:
        with file.file.open("rb") as stream:
            data = stream.read()
    except OSError as error:
        logger.info("%s has no text for search: %s", file.pk, error)
        return ""
    return text_within_bounds(name=file.original_name, data=data)
