"""The day of the figures (统计日期) that a form proposes."""

from datetime import date, timedelta

from django.db.models import QuerySet

from ninghai.calendar.clock import end_of
from tasks.models import WorkPointNotice


def proposed_day(issued: QuerySet[WorkPointNotice], *, today: date) -> date:
    """Yesterday, the last day that is over; today if nothing was issued before it, for then yesterday has no figures."""
    yesterday = today - timedelta(days=1)
    if issued.filter(issued_at__lt=end_of(yesterday)).exists() or not issued.exists():
        return yesterday
    return today
