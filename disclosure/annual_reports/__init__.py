"""The yearly report on openness work (政府信息公开工作年度报告): entered by each unit, checked, rolled up by the county.

1. `blanks` has the form of each report year as data: parts, tables, rows, columns, and which cells are sums of which.
2. `figures` reads and adds; `register` reads the requests, `tally` counts them into the tables; `checks` holds them against every identity and against last year's report.
3. `services` opens, fills, hands in and corrects a report; `county` adds the units' reports up; `document` is a report as one
   text, for the catalogue and for print; `past` takes in the reports of years before the portal.
4. `workbook` writes a report as .xlsx and reads tables 2 and 4 from one; `forms`, `pages` and `shown` are the screens of unit
   and office; `waiting` says whose work a report is (今天要办).
"""
