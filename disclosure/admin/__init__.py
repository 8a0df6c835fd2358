"""The office's side of disclosure, one module for each subject."""

from disclosure.admin import catalogue, corrections, coverage, items, older_items, review, site_pages

__all__ = ["catalogue", "corrections", "coverage", "items", "older_items", "review", "site_pages"]
