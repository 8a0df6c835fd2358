"""考核 in the admin: the schemes, what the office records, the import of results, and the scores as of a day."""

from tasks.admin.scores import desk, entries, schemes, scorings

__all__ = ["desk", "entries", "schemes", "scorings"]
