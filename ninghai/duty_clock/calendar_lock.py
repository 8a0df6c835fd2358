"""The calendar while something is computed from it: nobody changes it until the transaction ends.

Otherwise a clock started beside an edit of the calendar could be computed from the old days and missed by the restating.
"""

from django.db import connection

from ninghai.workdays import WorkCalendar

LOCK = 330226_01  # no other advisory lock of the portal has this number


def calendar_to_count_with() -> WorkCalendar:
    """The calendar, held as it is; many may count with it at the same time. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return WorkCalendar.load()


def calendar_to_change() -> WorkCalendar:
    """The calendar, held for one who changes it; others wait. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return WorkCalendar.load()
