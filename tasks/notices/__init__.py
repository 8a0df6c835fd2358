"""The notice of work points (工作要点通知), from its file to the tasks that it gives.

1. `reading` makes a typed tree of the file, `importing` keeps that as a draft beside its text.
2. The office corrects the draft: words, days and names (`correcting`), where points begin and end (`reshaping`), which units a
   name means (`responsibilities`), and takes that back for a moment (`taking_back`); as a workbook, too (`breakdown`). Its
   pages stand in `admin`.
3. `issuing` gives the tasks to the units (下达), or takes them back; `amending` merges a corrected edition (修订稿) into it.
4. `editions` knows the points as they stood on an earlier day, `carrying_over` takes open work into the next year (结转).
"""
