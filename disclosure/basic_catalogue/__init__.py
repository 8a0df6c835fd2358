"""The basic catalogue (主动公开基本目录): kept by the office, published in editions, read and loaded by everybody.

1. `editing` changes the duties: their order, their units, their end. `time_limits` says what a limit's words and its rule mean.
2. `rows` writes the living duties down as plain rows; `columns` prints a row in the columns of the national form.
3. `editions` freezes the rows as the version that the public reads, with what has changed since the last one.
4. `reading` shows an edition as a tree that can be searched; `views` also gives it away as a workbook, as CSV and as JSON.
5. `workbook` writes the table that counties print, and reads such a table back, after a look at what it would change.

The booklet (目录手册) of an edition is typeset by `reports`.
"""
