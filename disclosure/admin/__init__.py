"""The office's side of disclosure, one module for each subject."""

from disclosure.admin import catalogue, items

__all__ = ["catalogue", "items"]
