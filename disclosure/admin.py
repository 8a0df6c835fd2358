"""The office's side of disclosure, each room's own."""

from disclosure import waiting
from disclosure.basic_catalogue import admin as basic_catalogue
from disclosure.basic_catalogue import entry_admin
from disclosure.corrections import admin as corrections
from disclosure.coverage import admin as coverage
from disclosure.items import admin as items
from disclosure.legacy_import import admin as legacy_import
from disclosure.review import admin as review
from disclosure.site_columns import admin as site_columns

__all__ = [
    "basic_catalogue",
    "corrections",
    "coverage",
    "entry_admin",
    "items",
    "legacy_import",
    "review",
    "site_columns",
    "waiting",
]
