"""工作要点通知 in the admin: the list, a notice's own page, and one module for each thing that the office does with it.

`frame` holds what the pages of one notice share; a new page brings its form, its view and its `URLS`, which `notices` collects.
"""

from tasks.admin.notice import notices

__all__ = ["notices"]
