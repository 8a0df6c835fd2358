"""Review (审核): what a reviewer ticks and signs.

`services` keeps the checklist and the signed answers, and tells what is new since the reviewer saw the item last; `forms`
are the small forms; `several` signs many items at once. The page on which this happens is the item's own (`disclosure.items.page`).
"""
