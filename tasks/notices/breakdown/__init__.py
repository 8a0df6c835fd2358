"""The breakdown of a notice as an Excel workbook (任务分解表): written, edited in the office, read back to the same points.

1. `workbook` names the columns, says how a point is written into its rows, and writes them: with drop-downs that depend on
   each other, and a hidden sheet with their lists.
2. `reading` finds the table in a file that people have worked on; whatever is merged, moved or missing is understood or told.
3. `proposal` makes points of the rows again, and lists every error at its row and column.
4. `services` shows what would change in the notice (`tasks.notices.editions` compares), and applies it.

A table that comes as the notice itself is read by `tasks.notices.reading.breakdown_table`.
"""
