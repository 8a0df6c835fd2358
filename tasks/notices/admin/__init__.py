"""工作要点通知 in the admin: the list, a notice's own page, and what the office does with it.

`frame` holds what the pages of one notice share; a new page brings its form and its view, or a `DraftCorrection`, and a row in
the URLS of its module, which `notice` collects.
"""
