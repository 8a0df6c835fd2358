"""办件: what comes in from outside and must be answered by a day, whatever its kind; one engine, a kind for each matter.

1. An app describes its matter in `kinds`: the states, what leads from one to the next, what it does to the clocks.
2. `register` enters a case, registers it under a number without a gap, voids, reopens, splits and merges it.
3. `events` records what happened and derives everything else from that: `replay` finds the columns from the events alone.
4. `clocks` moves the one legal clock and the inner ones with the events, on `ninghai.calendar.duty_clocks`.
5. `papers` are the letters in and out, `assignments` who works on it, `lookup` finds a case by its number and query code.

Who may do what is for the rules of the matter's own room; nothing here asks for roles.
"""
