"""Reading a published notice of work points (政务公开工作要点通知): a file goes in, a typed tree comes out, no database.

1. `text` turns any readable file into lines and refuses, in one sentence, what is none. Each format becomes `blocks`:
   `web_page`, `word_document`, `pdf_document`, `workbook`, `text_table`; a `breakdown_table` keeps its cells, each row a
   line.
2. `letter` takes off what surrounds the points: page chrome, title, document number, letter, signature, date.
3. `wrapped` makes paragraphs whole; `segments` cuts them at their numbers (`numbering`) and responsibility brackets
   (`brackets`); `outline` folds them into `entries`, and `breakdown` the rows of a table by what their `columns` say.
4. `responsibility` reads each bracket into names (`names`) and roles, `in_sentences` what a sentence says of them;
   `deadlines` reads what is said about time, by its `time_conventions`. Whatever looks like a time, or a unit beside a
   word of duty, and was not read raises a warning at its line, `outside_points` too.
5. `reader` composes them into a `ParsedNotice` (`parsed`), in which every character of the input has its place.

A convention of writing is one entry in an ordered tuple of the module that owns it; the next county's habit is one more.
"""

from tasks.notices.reading.parsed import ParsedNotice
from tasks.notices.reading.reader import FIRST_YEAR, LAST_YEAR, read_notice
from tasks.notices.reading.refusal import NotANotice, YearUnknown
from tasks.notices.reading.text import FORMATS

__all__ = ["FIRST_YEAR", "FORMATS", "LAST_YEAR", "NotANotice", "ParsedNotice", "YearUnknown", "read_notice"]
