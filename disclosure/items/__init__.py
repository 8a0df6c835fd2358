"""An item (公开信息) from a unit's draft to its withdrawal.

1. `forms` and `drafting` write it, `page` shows it to unit and office, `actions` is the table of what may be done with it;
   `rules` say by whom. `body` is its text as it is set, and as it comes from a Word file.
2. `publication` brings it into the catalogue (公开), under a number of `index_numbers`; `lifecycle` has its validity, its
   withdrawal and the emergency release.
3. `public_copies` are the files that the public gets, `undisclosed` what it reads of an item that stays closed,
   `difference` what changed between two contents. `waiting` is what waits for a person in all of `disclosure`.
"""
