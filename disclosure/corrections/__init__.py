"""纠错 (error reports): anybody tells what is wrong on a page, the unit whose page it is answers.

1. `pages` reads from the page's address which item it shows, and so whose it is; else the county office is asked.
2. `senders` keeps a hash of the sender's address, and counts by it how often somebody writes.
3. `services` takes the report in under a receipt number (`receipts`), tells the unit, and keeps its answer.

The public sees the unit's answer, with the receipt number; nobody's words and nobody's contact are ever shown.
"""
