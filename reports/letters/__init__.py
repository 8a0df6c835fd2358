"""The writing room (行文): a frozen snapshot becomes the words and tables of a letter. No database and no clock.

Each kind of report has a function in `letters`; `letter` names the parts a letter is made of, `wording` how words,
days and numbers are written in official documents.
"""
