"""纠错 (error reports): anybody tells what is wrong on a page, the unit whose page it is answers.

`services` does all of it: it reads from the page's address whose page it is (else the county office is asked), keeps a
hash of the sender's address and counts by it, takes the report in under a receipt number, tells the unit, keeps its answer.

The public sees the unit's answer, with the receipt number; nobody's words and nobody's contact are ever shown.
"""
