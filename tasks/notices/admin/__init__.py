"""工作要点通知 in the admin: the list, a notice's own page, and what the office does with it.

`frame` holds what the pages of one notice share; a new page brings its form, its view and its URLs, which `notice` collects.
"""
