"""Scores as read and shown: `facts` from the records, sheets and ranking for pages, workbooks in and out; `tasks.scoring` counts."""
