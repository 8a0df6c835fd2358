"""Services and their guides (服务事项、办事指南、一件事): kept by the units, version by version, checked before the public reads them.

1. The office keeps the list of services, the 一件事 and the shared materials (`admin`); one material cancelled is cancelled in
   every guide that asks for it.
2. `content` has the fields of a guide as data; `checker` holds a guide against the rules, pure, for the form, for the
   office's list and for `manage.py check_guide`.
3. A unit's clerk drafts a version, its head approves: from then a limit of one working day runs to its publication, with the
   day from which it holds (`services`). Which version is in force says the date alone.
4. `pages` and `forms` are the screens of unit and office, `workbook` takes many guides out and in by Excel, `waiting` says whose
   work a version is; `public` is what people read: search, one guide, its versions, what changed, 一件事.
5. `special_check` has the office draw services for the special check (专项检查), which goes on as every spot check does.
"""
