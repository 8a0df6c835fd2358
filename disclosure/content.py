"""What of an item the public will read, as plain data: the thing that is signed for, hashed, kept and compared."""

from typing import TypedDict

from disclosure.models import Item

PUBLIC_FIELDS = (
    "unit_id",
    "title",
    "document_number",
    "kind",
    "topic_id",
    "entry_id",
    "category",
    "unified_number",
    "audience",
    "summary",
    "body",
    "formed_date",
    "source",
    "method",
    "method_reason",
    "method_explanation",
    "openness_mark",
    "validity",
    "effective_on",
    "expires_on",
    "explains_id",
    "original_published_on",
    "change_note",
    "hides_old_version",
)


class Content(TypedDict):
    """`files` are (label, SHA-256) in their order."""

    fields: dict[str, str]
    files: list[list[str]]


def content_of(item: Item) -> Content:
    """The content as the database holds it now, attachments in their order."""
    fields = Item.objects.filter(pk=item.pk).values(*PUBLIC_FIELDS).get()
    files = item.attachments.order_by("position", "pk").values_list("label", "file__sha256")
    return {
        "fields": {name: "" if value is None else str(value) for name, value in fields.items()},
        "files": [list(file) for file in files],
    }
