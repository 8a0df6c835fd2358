"""历史信息导入: thousands of items that were public elsewhere, from a workbook (.xlsx) and an archive of their files (.zip).

1. `columns` knows the columns, `template` writes the empty workbook, and the refused rows with their problems beside them;
   `reading` reads a filled one back as text.
2. `archive` finds the files that a row names in the uploaded zip, and unpacks one at a time (`unpacking`).
3. `values` reads cells; `examining` says what a row would become with its files, or every problem at its column.
4. `services` are the office's acts: upload, begin, stop. `worker` does the work row by row, so that it can be killed anywhere
   and goes on there.
"""
