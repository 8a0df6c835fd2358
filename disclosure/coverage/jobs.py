"""The nightly round (公开覆盖): cells and findings as of the day, and the units told of what is new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from disclosure.coverage.cells import recompute_cells
from disclosure.coverage.findings import settle_findings
from disclosure.models import CoverageFinding
from ninghai import clock
from ninghai.messaging.telling import Announcement, tell_in_digest
from ninghai.models import Message, Unit
from ninghai.workdays import WorkCalendar

ROUND_OF = "coverage-round"  # the day of the last round, so that it does not come with every hour
DAY = 86_400  # seconds
NAMED = 30  # findings that a message lists


@dataclass(frozen=True, slots=True)
class Round:
    cells: int
    opened: int
    open: int


def compute_coverage_when_due() -> None:
    """Once a day, in the first round after midnight or after the portal stood still."""
    today = clock.today()
    if cache.get(ROUND_OF) != today.isoformat():
        compute_coverage(on=today, at=clock.now())
        cache.set(ROUND_OF, today.isoformat(), DAY)


@transaction.atomic
def compute_coverage(*, on: date, at: datetime) -> Round:
    """The whole round; it may run twice on a day without telling anybody twice."""
    cells = recompute_cells(on=on)
    opened = settle_findings(cells=cells, on=on, calendar=WorkCalendar.load())
    tell_in_digest(announcements=_announcements(opened, on=on), event=f"coverage:{on}", at=at)
    return Round(len(cells), len(opened), CoverageFinding.objects.filter(closed_on=None).count())


def _announcements(opened: Iterable[CoverageFinding], *, on: date) -> Iterator[tuple[Unit, Announcement]]:
    """One for each unit, however much is missing."""
    by_unit: defaultdict[int, list[CoverageFinding]] = defaultdict(list)
    for finding in opened:
        by_unit[finding.unit_id].append(finding)
    for unit in Unit.objects.filter(pk__in=by_unit):
        yield unit, _announcement(by_unit[unit.pk], on=on)


def _announcement(findings: list[CoverageFinding], *, on: date) -> Announcement:
    counts = Counter(finding.get_kind_display() for finding in findings)
    named = "、".join(f"{kind}{count}项" for kind, count in counts.items())
    more = [f"……共{len(findings)}项"] if len(findings) > NAMED else []
    return Announcement(
        kind=Message.Kind.DUE,
        event=f"coverage:{on}",
        subject=f"信息公开有{len(findings)}项需要补上：{named}",
        text="\n".join([*(finding.words for finding in findings[:NAMED]), *more]),
        url=reverse("disclosure:work-coverage"),
    )
