"""The calendar while something is computed from it: nobody changes it until the transaction ends.

Otherwise a clock started beside an edit of the calendar could be computed from the old days and missed by the restating.

There is one order of locks: the calendar first, then the record whose clock it is, then the clock. An edit of the calendar
holds the first and waits for the others; so an act that locks a record and starts or ends a clock of it begins with
`hold_calendar`, or the two would wait for each other.
"""

from django.db import connection

from ninghai.calendar.workdays import WorkCalendar

LOCK = 330226_01  # no other advisory lock of the portal has this number


def hold_calendar() -> None:
    """Let nobody change the calendar until this transaction ends; many may hold it at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def calendar_to_count_with() -> WorkCalendar:
    """The calendar, held as it is. Needs a transaction."""
    hold_calendar()
    return WorkCalendar.load()


def calendar_to_change() -> WorkCalendar:
    """The calendar, held for one who changes it; others wait. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return WorkCalendar.load()
