"""The working-day calendar (工作日历) as the office keeps it.

1. `notice` reads the days out of the State Council's yearly notice (放假安排), pasted as it was issued.
2. `changes` says what would change and which open clocks would move, then changes both together, with the audit trail.
3. `year` lays out a year at a glance; `pages` and `forms` show all of this in the office's admin.
"""
