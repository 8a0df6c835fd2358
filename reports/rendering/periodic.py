"""定期报告: the month's and the quarter's progress report and the list of what is overdue make themselves.

They are drafts like any other, asked for by nobody, and wait to be checked. A month that ended while no scheduler ran
for long is left to the office: it asks for any day it likes.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ninghai.calendar import clock
from reports.circulation.requests import keep_once, snapshot_of
from reports.facts.request import Request
from reports.models import Report
from tasks.models import WorkPointNotice
from tasks.models.states import NoticeStatus

SERIES = UUID("5a0f52c6-0f57-4b8e-9d5b-6a6b9f1b2018")  # names each of them once: kind, notice, period, day
LATEST = timedelta(days=10)  # after the month's end
QUARTERS = frozenset({3, 6, 9, 12})


def make_periodic_reports() -> None:
    """Ask for what the last month's end calls for and is not there yet."""
    now = clock.now()
    for request in due(today=timezone.localdate(now)):
        form_id = uuid5(SERIES, f"{request.kind}:{request.notice.pk}:{request.since}:{request.as_of}")
        if Report.objects.filter(form_id=form_id).exists():
            continue
        try:
            snapshot = snapshot_of(request, today=timezone.localdate(now))
        except ValidationError:  # nothing to tell: the notice is younger than the month, or nothing is overdue
            continue
        with transaction.atomic():
            keep_once(snapshot, request=request, form_id=form_id, by=None, at=now)


def due(*, today: date) -> Iterator[Request]:
    """全县进展情况 of the month that has just ended and of the quarter, 督办单 for every quarter, of each notice of that year."""
    month_end = today.replace(day=1) - timedelta(days=1)
    if today - month_end > LATEST:
        return
    for notice in WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED, year=month_end.year):
        month = month_end.replace(day=1)
        yield Request.about(kind="progress", notice=notice, as_of=month_end, since=month)
        if month_end.month in QUARTERS:
            quarter = month.replace(month=month.month - 2)
            yield Request.about(kind="progress", notice=notice, as_of=month_end, since=quarter)
            yield Request.about(kind="overdue", notice=notice, as_of=month_end)
