"""Clocks for duties (办理时限): one engine for every limit that a rule sets, whatever the record.

1. An app describes its duty once (`registry`): the printed words, their source, the limit.
2. `services` starts a clock for a record, pauses, resumes, extends and closes it; each act is an event that stays as it is.
3. `reckoning` finds the due moment from the events and the calendar.
4. When the office edits the calendar, `services` finds the due moments again, notes what changed, and tells the duty.

Requests for disclosure, public opinion and the hotline can stand on the same engine: a duty each, nothing else.
"""
