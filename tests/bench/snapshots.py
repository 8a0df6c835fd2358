"""Freezing the numbers of a report: of the county as it is, and of a hundred thousand assignments."""

from collections.abc import Callable, Iterator

from ninghai.models import AuditEntry, User
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.snapshots.snapshot import compose, fingerprint
from tasks.models import ProgressReport, WorkPointNotice
from tests.bench.limits import Limit
from tests.bench.page_list import OFFICE
from tests.bench.timing import timed
from tests.bench.year import POINTS, UNITS, gather_statistics, moment, seed_year

COUNTY_UNITS, COUNTY_POINTS, COUNTY_YEAR = 60, 43, 2015
ROUNDS = 5


def snapshots() -> Iterator[Limit]:
    """Comes after `limits`, whose year of 100,000 assignments it reads."""
    office = User.objects.get(username=OFFICE)
    county = seed_year(by=office, units=COUNTY_UNITS, points=COUNTY_POINTS, year=COUNTY_YEAR)
    leave_a_trail(county, by=office)
    gather_statistics()
    for kind in ("progress", "overdue"):
        name = f"snapshot: {kind}, {COUNTY_POINTS} points by {COUNTY_UNITS} units"
        yield Limit(name, [timed(frozen(county, kind)) for _ in range(ROUNDS)], within=500)
    large = WorkPointNotice.objects.get(year=2017)
    for kind in ("progress", "overdue"):
        name = f"snapshot: {kind}, {UNITS * POINTS:,} assignments"
        yield Limit(name, [timed(frozen(large, kind))], within=10_000)


def frozen(notice: WorkPointNotice, kind: str) -> Callable[[], object]:
    """All that a request reads and works out, up to the hash; as of a day in autumn, when much is overdue."""

    def work() -> str:
        request = Request.about(kind=kind, notice=notice, as_of=moment(notice.year, 11, 20).date())
        assert not KINDS[kind].problems(request)
        return fingerprint(compose(request))

    return work


def leave_a_trail(notice: WorkPointNotice, *, by: User) -> None:
    """As if its reports had come through the services: each has its moves in the audit trail."""
    for report in ProgressReport.objects.filter(period__notice=notice):
        for status, at in (("with_head", report.passed_at), ("with_office", report.passed_at)):
            AuditEntry.objects.record(action="move", target=report, by=by, at=at, to_status=status)
        AuditEntry.objects.record(action="move", target=report, by=by, at=report.decided_at, to_status="accepted")
