"""The office's side of disclosure, one module for each subject."""

from disclosure.admin import catalogue, corrections, items, older_items

__all__ = ["catalogue", "corrections", "items", "older_items"]
