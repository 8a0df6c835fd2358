"""历史信息导入: thousands of items that were public elsewhere, from a workbook (.xlsx) and an archive of their files (.zip).

1. `layout` knows the columns, `template` writes the empty workbook, `reading` reads a filled one back as text.
2. `archive` finds the files that a row names in the uploaded zip, and unpacks one at a time.
3. `values`, `attachments` and `twins` each judge a part of a row; `examining` puts them together: what the row would become,
   or every problem at its column.
4. `acts` are the office's: upload, begin, stop. `rounds` does the work in the scheduler's rounds, row by row, so that it
   can be killed anywhere and goes on there; `taking_over` is the only door through which a row becomes an item.
5. `mending` writes the refused rows with their problems beside them, to be corrected and uploaded again.
"""
