"""One knowledge base (知识库) for site, hall and hotline: questions, answers, their owner, their source and its version.

1. A unit's clerk drafts an answer and names its source, a guide or an item; what the source says (a fee, materials, hours) is
   named by its field and shown from the version in force (`shown`), never copied.
2. The head signs for secrecy, the office for personal data and for the words: the three answers of every item (`services`).
3. Where the source has another version, somebody doubts it or its day of review is over, people read that it is being checked,
   and the owner confirms it or drafts another edition; without its source, or past its last day, it is not shown.
4. `search` serves the public list, the units and the hotline; what was asked and not found is counted, and whether an answer
   helped: never by whom.
5. `pages` and `admin` are the screens of unit and office, `workbook` takes answers out and in by Excel, `waiting` says whose
   work one is, and reminds.
"""
