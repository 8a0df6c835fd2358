"""Reading a published notice of work points (政务公开工作要点通知): a file goes in, a typed tree comes out, no database.

1. `text` turns any readable file into lines and refuses, in one sentence, what is none; `web_page` does so for HTML.
2. `letter` takes off what surrounds the points: page chrome, title, document number, letter, signature, date.
3. `segments` cuts the rest at its numbers (`numbering`) and responsibility brackets (`brackets`); `outline` folds it.
4. `responsibility` reads each bracket into names (`names`) and roles; `deadlines` reads what is said about time.
5. `reader` composes them into a `ParsedNotice` (`parsed`), in which every character of the input has its place.

A convention of writing is one entry in an ordered tuple of the module that owns it; the next county's habit is one more.
"""

from tasks.notice.parsed import ParsedNotice
from tasks.notice.reader import read_notice
from tasks.notice.text import NotANotice

__all__ = ["NotANotice", "ParsedNotice", "read_notice"]
