"""The breakdown of a notice as an Excel workbook (任务分解表): written, edited in the office, read back to the same points.

1. `layout` names the columns and says how a point is written into its rows.
2. `writing` makes the workbook: the rows, drop-downs that depend on each other, a hidden sheet with their lists.
3. `reading` finds the table in a file that people have worked on; whatever is merged, moved or missing is understood or told.
4. `proposal` makes points of the rows again, and lists every error at its row and column.

What comes of it is a `tasks.notices.editions`, shown before anything is saved.
"""
