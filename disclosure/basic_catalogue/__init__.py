"""The basic catalogue (主动公开基本目录): kept by the office, published in editions, read and loaded by everybody.

1. `services` changes the duties: their order, their units, their end; it freezes them in editions, each with what has
   changed since the last one. `time_limits` says what a limit's words and its rule mean.
2. `entry_rows` writes the living duties down as plain rows, and prints a row in the columns of the national form.
3. `public_duties` shows an edition as a tree that can be searched; `views` also gives it away as a workbook, as CSV and as JSON.
4. `workbook` writes the table that counties print, and reads such a table back, after a look at what it would change.
5. `admin` and `entry_admin` are the office's pages; `reference_data` is what a fresh portal starts with.

The booklet (目录手册) of an edition is typeset by `reports`.
"""
