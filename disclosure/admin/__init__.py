"""The office's side of disclosure, one module for each subject."""

from disclosure.admin import (
    basic_catalogue,
    corrections,
    coverage,
    items,
    items_desk,
    older_items,
    review,
    site_pages,
    topics,
)

__all__ = [
    "basic_catalogue",
    "corrections",
    "coverage",
    "items",
    "items_desk",
    "older_items",
    "review",
    "site_pages",
    "topics",
]
