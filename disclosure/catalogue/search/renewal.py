"""What search keeps of an item and its files: written at publication, and again whenever what the public reads changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from disclosure.catalogue.search.lexemes import Searchable
from disclosure.items.body.writing import plain_words
from disclosure.models import Attachment, Item
from disclosure.privacy.scans import texts_of

# The text of an item's attachments, for search: what stands in the public file, known since it was looked into.


def keep_attachment_texts(item: Item) -> list[str]:
    """Keep the texts of the item's public files with them; returns them in the order of the attachments."""
    attachments = list(item.attachments.select_related("file"))
    texts = texts_of([attachment.file for attachment in attachments])
    for attachment, text in zip(attachments, texts, strict=True):
        attachment.text = text
    Attachment.objects.bulk_update(attachments, ["text"])
    return texts


# What search keeps of an item: written when it is published, and again whenever what the public reads changes.

PIECE = 500


def search_columns(item: Item, *, index_number: str, at: datetime) -> dict[str, Any]:
    """The search columns of an item that becomes public at that moment; its attachments' texts are read and kept."""
    return searchable(item, index_number=index_number, at=at, texts=keep_attachment_texts(item)).columns()


def searchable(item: Item, *, index_number: str, at: datetime, texts: Iterable[str]) -> Searchable:
    labels = item.attachments.values_list("label", flat=True)
    return Searchable(
        title=item.title,
        document_number=item.document_number,
        index_number=index_number,
        texts=(item.summary, plain_words(item.body), *labels, *texts),
        published_at=at,
    )


def renew_search() -> int:
    """Write the search columns of all published items anew; returns how many there are."""
    number = 0
    for item in Item.objects.exclude(index_number=None).exclude(published_at=None).iterator(PIECE):
        columns = search_columns(item, index_number=item.index_number or "", at=item.published_at)  # type: ignore[arg-type]
        Item.objects.filter(pk=item.pk).update(**columns)
        number += 1
    return number
