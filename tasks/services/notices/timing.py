"""What a point's words say about time (时限), read again when its words have changed."""

from datetime import date

from tasks.models import WorkPoint
from tasks.notice.brackets import CLOSING, words_between
from tasks.notice.parsed import Times
from tasks.notice.points import times_of


def due_date_in(times: Times, *, year: int) -> tuple[date, bool]:
    """The last day that is named, else the last of the year; whether that is only the default."""
    named = [deadline.date for deadline in times.deadlines]
    return (max(named), False) if named else (WorkPoint.default_due_date(year), True)


def times_in(point: WorkPoint) -> Times:
    """What the reader finds in the point's text and brackets as they are now."""
    brackets = [words_between(shown, closed=shown[-1:] in CLOSING) for shown in point.responsibility_texts]
    return times_of(point.text, brackets, year=point.notice.year, issued_on=point.notice.issued_on)


def date_set_by_hand(point: WorkPoint) -> date | None:
    """The due date if the office has set it to something else than the words say."""
    said, _ = due_date_in(times_in(point), year=point.notice.year)
    return None if point.due_date_is_default or point.due_date == said else point.due_date


def read_again(point: WorkPoint, *, instead: date | None) -> None:
    """Set the point's limits and due date to what its words say; `instead` is a due date that counts more."""
    times = times_in(point)
    point.limits = times.as_json()
    said = due_date_in(times, year=point.notice.year)
    point.due_date, point.due_date_is_default = (instead, False) if instead else said
