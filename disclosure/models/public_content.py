"""What of an item the public will read, as plain data: the thing that is signed for, hashed, kept and compared."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypedDict

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
# Shown as well, and part of the fingerprint where they are set: those of items without them stay as they were.
SHOWN_WHERE_SET = ("next_review_date", "repealed_on", "replaced_by_id", "withdrawal_notice")
HASHED_FIELDS = (*PUBLIC_FIELDS, *SHOWN_WHERE_SET)


class Content(TypedDict):
    """`files` are (label, SHA-256) in their order."""

    fields: dict[str, str]
    files: list[list[str]]


def read_content(item: Any) -> Content:
    """The content of an item as the database holds it now, attachments in their order; for `Item.content`."""
    fields = type(item)._base_manager.filter(pk=item.pk).values(*HASHED_FIELDS).get()
    files = item.attachments.order_by("position", "pk").values_list("label", "file__sha256")
    return as_content(fields, [list(file) for file in files])


def as_content(fields: Mapping[str, Any], files: list[list[str]]) -> Content:
    """The same from columns that were read for many items at once."""
    as_text = {name: "" if fields[name] is None else str(fields[name]) for name in PUBLIC_FIELDS}
    set_besides = {name: str(fields[name]) for name in SHOWN_WHERE_SET if fields[name]}
    return {"fields": as_text | set_besides, "files": files}


def hash_of(content: Content) -> str:
    """The fingerprint (64 hex digits) of a content that was read or kept."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
