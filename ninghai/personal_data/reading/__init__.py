"""From a file to its words, with the place of each and whether it is out of sight: one module a format.

Everything that a copy of the file gives away is read: hidden sheets, rows and columns, comments, tracked changes,
headers, notes, and the properties that name an author.
"""
