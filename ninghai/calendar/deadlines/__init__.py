"""Clocks for duties (办理时限): one engine for every limit that a rule sets, whatever the record.

1. An app describes its duty once (`duties`): the printed words, their source, the limit.
2. `acts` starts a clock for a record, pauses, resumes, extends and closes it; each act is an event that stays as it is.
3. `history` reads the events, `reckoning` finds the due moment from them and the calendar, `derivation` says how.
4. When the office edits the calendar, `restating` finds the due moments again, notes what changed, and tells the duty.

Requests for disclosure, public opinion and the hotline can stand on the same engine: a duty each, nothing else.
"""
