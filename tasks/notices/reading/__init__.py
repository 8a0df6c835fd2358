"""Reading a published notice of work points (政务公开工作要点通知): a file goes in, a typed tree comes out, no database.

1. `document` turns any readable file into lines and refuses, in one sentence, what is none. Each format becomes `blocks`:
   text and web pages there, `office_files`, `pdf`; a table keeps its cells, each row a line.
2. `letter` takes off what surrounds the points: page chrome, title, document number, letter, signature, date.
3. `outline` makes paragraphs whole, cuts them at their numbers (`numbering`) and responsibility brackets (`brackets`),
   and folds them into entries; `breakdown_table` folds the rows of tables, by what their columns say (`table_heads`).
4. `responsibility` reads names (`unit_names`) and roles from each bracket, and what a sentence says of them;
   `deadlines` reads what is said about time, by its `time_conventions`; `points` composes entries into points. Whatever looks like a time,
   or a unit beside a word of duty, and was not read raises a warning at its line.
5. `reader` composes them into a `ParsedNotice` (`parsed`), in which every character of the input has its place, and calls
   the sandbox: the portal parses no stranger's file in its own processes.

A convention of writing is one entry in an ordered tuple of the module that owns it; the next county's habit is one more.
"""

from tasks.notices.reading.blocks import NotANotice, YearUnknown
from tasks.notices.reading.document import FORMATS
from tasks.notices.reading.parsed import ParsedNotice
from tasks.notices.reading.reader import FIRST_YEAR, LAST_YEAR, read_notice

__all__ = ["FIRST_YEAR", "FORMATS", "LAST_YEAR", "NotANotice", "ParsedNotice", "YearUnknown", "read_notice"]
