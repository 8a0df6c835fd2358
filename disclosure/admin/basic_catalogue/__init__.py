"""The office keeps the basic catalogue: its duties as a tree, its editions, its workbook."""

from disclosure.admin.basic_catalogue import catalogues, entries

__all__ = ["catalogues", "entries"]
