"""What search keeps of an item: written when it is published, and again whenever what the public reads changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from disclosure.attachment_text import keep_attachment_texts
from disclosure.models import Item
from disclosure.search import Searchable

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
        texts=(item.summary, item.body, *labels, *texts),
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
