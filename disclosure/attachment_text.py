"""The text of an item's attachments, for search: what stands in the public file, read when the item becomes public.

It is read anew at each publication: the file may have given way to a masked copy since it was uploaded, and what was
masked must not be found. Comments, deleted words and properties are left out. A file that cannot be read, or of a kind
without text, has none; that is no error.
"""

import logging
from collections.abc import Iterator

from disclosure.models import Attachment, Item
from ninghai.models import StoredFile
from ninghai.personal_data.reading.content import ENTRY_NAME, SHEET_NAME, Grid, Passage, UnreadableFile
from ninghai.personal_data.reading.reader import contents

logger = logging.getLogger(__name__)

LARGEST_FILE = 20 * 1024 * 1024  # bytes; a larger one is rarely a text
LONGEST_TEXT = 100_000  # characters of one attachment
# How the places of what is no text begin.
PROPERTIES = ("文件属性", "文件的自定义属性", "图片属性", "名称", SHEET_NAME, ENTRY_NAME)


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
    text, length = [], 0
    try:
        with file.file.open("rb") as stream:
            data = stream.read()
        for piece in _pieces(file.original_name, data):
            text.append(piece)
            length += len(piece)
            if length > LONGEST_TEXT:
                break
    except (UnreadableFile, OSError) as error:
        logger.info("%s has no text for search: %s", file.pk, error)
    return "\n".join(text)[:LONGEST_TEXT].replace("\x00", "")


def _pieces(name: str, data: bytes) -> Iterator[str]:
    for _, content in contents(name, data):
        if isinstance(content, Grid):
            yield from ("\t".join(row) for row in content.rows)
        elif isinstance(content, Passage) and is_text(content):
            yield content.text


def is_text(passage: Passage) -> bool:
    return not passage.hidden and not passage.place.startswith(PROPERTIES)
